import Foundation
import TrienCore

/// Saying no, with the reason that everybody who took part will read.
public struct RefuseState: Equatable, Sendable {
    public var title: String
    public var subject: String
    public var verb: Refusal
    public var chips: Set<Chip> = []
    public var text: String = ""
    public var progress: RefuseProgress = .writing
    /// In whose place, where that is another's.
    public var inPlaceOf: String? = nil

    public init(
        title: String, subject: String, verb: Refusal, chips: Set<Chip> = [], text: String = "", progress: RefuseProgress = .writing,
        inPlaceOf: String? = nil
    ) {
        self.title = title
        self.subject = subject
        self.verb = verb
        self.chips = chips
        self.text = text
        self.progress = progress
        self.inPlaceOf = inPlaceOf
    }

    /// A reason is a must: without one nobody would know what to mend.
    public var canSend: Bool { !chips.isEmpty || !trimmed(text).isEmpty }
}

/// The reasons that offices give most.
public enum Chip: String, CaseIterable, Sendable {
    case form = "app-reason-form"
    case content = "app-reason-content"
    case missing = "app-reason-missing"
    case authority = "app-reason-authority"
}

public enum RefuseProgress: Equatable, Sendable {
    case writing

    /// Nothing is signed yet: it can be taken back for so many seconds.
    case leaving(seconds: Int)
    case sending
    case recorded(at: String, next: String?)
    case kept(next: String?)
    case refused(why: Words, what: Words)
    case failed(Failure)
}

public enum RefuseEvent: Equatable, Sendable {
    case toggle(chip: Chip)
    case write(text: String)
    case send
    case sendNow
    case undo
    case cancel
    case next
    case toInbox
    case mend(remedy: Remedy)
}

/// So long a refusal can be taken back. It is signed after that: a phone that is switched off meanwhile has decided nothing.
private let undoSeconds = 5

/// The core takes a reason of up to so many characters.
private let longestReason = 2000
private let roomForChips = 200

public final class RefusePresenter: Presenter<RefuseState, RefuseEvent> {
    private let phone: any PhoneProtocol
    private let session: Session
    private let texts: Texts
    private let request: String
    private let go: @MainActor (Place) -> Void
    private var leaving: Task<Void, Never>?

    public init(
        phone: any PhoneProtocol, session: Session, texts: Texts, request: String, verb: Refusal, scope: Scope,
        go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.session = session
        self.texts = texts
        self.request = request
        self.go = go
        let begun = session.begun(request, verb)
        super.init(RefuseState(title: "", subject: "", verb: verb, chips: begun.chips, text: begun.text), scope)
        ask { [self] in
            let details = try phone.request(request: request)
            show {
                $0.title = headline(details.metadata)
                $0.subject = details.metadata.subject
                $0.inPlaceOf = details.inPlaceOf?.name
            }
        } failed: { [self] in
            failed($0)
        }
    }

    public override func on(_ event: RefuseEvent) {
        switch event {
        case .toggle(let chip): write { $0.chips.formSymmetricDifference([chip]) }
        case .write(let text): write { $0.text = String(text.unicodeScalars.prefix(longestReason - roomForChips)) }
        case .send: leave()
        case .sendNow: sendNow()
        case .undo: undo()
        case .cancel: go(.back)
        case .next: go(session.after(request).map { .document(request: $0) } ?? .inbox)
        case .toInbox: go(.inbox)
        case .mend(let remedy): if let place = remedy.place(request) { go(place) } else { put(.writing) }
        }
    }

    // Whoever looks at the document once more finds what they wrote.
    private func write(_ change: (inout RefuseState) -> Void) {
        show(change)
        session.begin(request, state.verb, Begun(chips: state.chips, text: state.text))
    }

    // Whoever goes back from a refusal that is on its way means to take it back; what is being signed stays.
    public override func back() -> Bool {
        switch state.progress {
        case .leaving:
            undo()
            return true
        case .sending: return true
        default: return false
        }
    }

    // Nobody can be asked for a finger behind another app, and nothing is signed unseen.
    public override func left() { undo() }

    private func leave() {
        if !state.canSend || state.progress != .writing { return }
        put(.leaving(seconds: undoSeconds))
        leaving = scope.launch { [self] in
            for seconds in (1...undoSeconds).reversed() {
                put(.leaving(seconds: seconds))
                guard (try? await scope.pause(.seconds(1))) != nil else { return }
            }
            send()
        }
    }

    private func sendNow() {
        guard case .leaving = state.progress else { return }
        leaving?.cancel()
        send()
    }

    private func undo() {
        guard case .leaving = state.progress else { return }
        leaving?.cancel()
        put(.writing)
    }

    private func send() {
        let now = state
        put(.sending)
        ask { [self] in
            let reason = reason(now)
            let decided =
                switch now.verb {
                case .reject: try await phone.reject(request: request, reason: reason)
                case .return: try await phone.returnForChanges(request: request, reason: reason)
                }
            session.decided(request)
            put(after(decided))
        } failed: { [self] in
            failed($0)
        }
    }

    private func after(_ decided: Decided) -> RefuseProgress {
        switch decided {
        case .recorded(let receipt): .recorded(at: clock(receipt.recordedAt), next: session.after(request))
        case .waiting: .kept(next: session.after(request))
        case .refused(let why, _): .refused(why: problemTitle(why), what: problemDetail(why))
        }
    }

    private func reason(_ now: RefuseState) -> String {
        let chips = Chip.allCases.filter(now.chips.contains).map { texts[$0.rawValue] }.joined(separator: "; ")
        return [chips, trimmed(now.text)].filter { !$0.isEmpty }.joined(separator: ". ")
    }

    private func put(_ progress: RefuseProgress) { show { $0.progress = progress } }

    private func failed(_ failure: Failure) { put(.failed(failure)) }
}

func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
