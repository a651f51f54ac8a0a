import Foundation
import TrienCore
import TrienDevice

/// How far a prompt reaches, by the very rules that a phone keeps. It outlives the process as the keys do, and asks anew then.
final class Session: Sendable {
    private let file: URL?
    private let window: Guarded<PromptWindow>
    private let later = Guarded(Duration.zero)

    init(file: URL?) {
        self.file = file
        let terms = file.flatMap { try? String(contentsOf: $0, encoding: .utf8) }?.split(separator: " ").compactMap { UInt16($0) } ?? []
        window = Guarded(PromptWindow(policy: terms.count == 2 ? .session(seconds: terms[0], signatures: terms[1]) : .perUse))
    }

    /// A key was made for these terms.
    func begin(_ policy: PromptPolicy) throws {
        window.with { $0 = PromptWindow(policy: policy) }
        guard let file else { return }
        switch policy {
        case .perUse: try Data().write(to: file, options: .atomic)
        case .session(let seconds, let signatures): try Data("\(seconds) \(signatures)".utf8).write(to: file, options: .atomic)
        }
    }

    func pass(seconds: Int) { later.with { $0 += .seconds(seconds) } }

    /// Takes one signature where the key is open.
    func take() -> Bool {
        window.with { window in
            guard window.isOpen(at: present) else { return false }
            window.use()
            return true
        }
    }

    /// The person has confirmed, for one signature now and for what is left.
    func open() {
        window.with { window in
            window.open(at: present)
            window.use()
        }
    }

    private var present: ContinuousClock.Instant { .now + later.now }
}
