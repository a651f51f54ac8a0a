import TrienCore

/// A person's yes, and what it opens: asked for anew unless it is still open, and ended when it is used up or they turn to something else.
struct Consent<Opened> {
    private let end: (Opened) -> Void
    private var window = PromptWindow(policy: .perUse)
    private var opened: Opened?

    /// `end` makes what was opened useless.
    init(end: @escaping (Opened) -> Void) {
        self.end = end
    }

    /// What opens the key for one signature. `ask` asks the person, and throws unless they say yes; the time counts from then on.
    mutating func use(_ policy: PromptPolicy, now: () -> ContinuousClock.Instant, ask: () throws -> Opened) throws -> Opened {
        if let opened, window.isOpen(at: now()) {
            window.use()
            return opened
        }
        close()
        let asked = try ask()
        window = PromptWindow(policy: policy)
        window.open(at: now())
        window.use()
        opened = asked
        return asked
    }

    /// A signature was made or not: what is not to be used again is ended.
    mutating func used(now: ContinuousClock.Instant) {
        if !window.isOpen(at: now) { close() }
    }

    /// The next signature asks again.
    mutating func close() {
        if let opened { end(opened) }
        opened = nil
        window.close()
    }
}
