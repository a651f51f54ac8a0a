import TrienCore

/// For how long, and how often, one prompt opens a key. The chip knows no such limits: the app holds to them, by a clock that nobody can set.
public struct PromptWindow: Sendable {
    private let policy: PromptPolicy
    private var opened: ContinuousClock.Instant?
    private var left: UInt16 = 0

    public init(policy: PromptPolicy) {
        self.policy = policy
    }

    /// The person confirmed.
    public mutating func open(at now: ContinuousClock.Instant) {
        opened = now
        switch policy {
        case .perUse: left = 1
        case .session(_, let signatures): left = signatures
        }
    }

    public mutating func close() {
        opened = nil
        left = 0
    }

    /// Whether the key is open for a signature now.
    public func isOpen(at now: ContinuousClock.Instant) -> Bool {
        guard let opened, left > 0 else { return false }
        return switch policy {
        case .perUse: true
        case .session(let seconds, _): now < opened + .seconds(Int64(seconds))
        }
    }

    /// One signature was asked for.
    public mutating func use() {
        left -= min(left, 1)
    }
}
