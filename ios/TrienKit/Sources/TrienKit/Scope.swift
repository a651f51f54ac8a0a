/// The work of one screen, which ends with it. Time is an argument: a test moves it by itself.
@MainActor
public final class Scope {
    private let time: any Clock<Duration>
    private let parent: Scope?

    /// Where the work of this scope, and of those within, notes what failed.
    let lastFailure: LastFailure?

    private var tasks: [Int: Task<Void, Never>] = [:]
    private var begun = 0
    private(set) var isCancelled = false

    /// How many pieces of work have not ended, here and in the scopes within.
    private(set) var running = 0

    public init(time: any Clock<Duration> = ContinuousClock()) {
        self.time = time
        parent = nil
        lastFailure = nil
    }

    private init(within parent: Scope, noting lastFailure: LastFailure?) {
        time = parent.time
        self.parent = parent
        self.lastFailure = lastFailure
    }

    /// A scope that can be cancelled alone.
    func child(noting lastFailure: LastFailure? = nil) -> Scope { Scope(within: self, noting: lastFailure ?? self.lastFailure) }

    /// Begins something; nothing more once the scope was cancelled.
    @discardableResult
    func launch(_ work: @escaping @MainActor () async -> Void) -> Task<Void, Never> {
        guard !isCancelled else { return Task {} }
        begun += 1
        let number = begun
        count(1)
        let task = Task {
            await work()
            tasks[number] = nil
            count(-1)
        }
        tasks[number] = task
        return task
    }

    /// Waits; throws when the work is cancelled meanwhile, also between the end of the wait and the work's own next turn.
    func pause(_ duration: Duration) async throws {
        try await time.sleep(for: duration)
        try Task.checkCancellation()
    }

    /// Tells how much time has gone by since it was asked for.
    func stopwatch() -> () -> Duration { watch(time) }

    func cancel() {
        isCancelled = true
        for task in tasks.values { task.cancel() }
    }

    private func count(_ change: Int) {
        running += change
        parent?.count(change)
    }
}

private func watch<Time: Clock<Duration>>(_ time: Time) -> () -> Duration {
    let begun = time.now
    return { begun.duration(to: time.now) }
}
