/// The work of one screen, which ends with it. Time is an argument: a test moves it by itself.
@MainActor
public final class Scope {
    private let time: any Clock<Duration>
    private let parent: Scope?
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var begun = 0
    private(set) var isCancelled = false

    /// How many pieces of work have not ended, here and in the scopes within.
    private(set) var running = 0

    public init(time: any Clock<Duration> = ContinuousClock(), within parent: Scope? = nil) {
        self.time = time
        self.parent = parent
    }

    /// A scope that can be cancelled alone.
    func child() -> Scope { Scope(time: time, within: self) }

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

    func cancel() {
        isCancelled = true
        for task in tasks.values { task.cancel() }
    }

    private func count(_ change: Int) {
        running += change
        parent?.count(change)
    }
}
