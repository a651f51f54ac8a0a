/// What `work` gives, or nothing if it takes longer than the system waits. The work goes on then: what the core has begun ends by itself.
func answer<Answer: Sendable>(
    within limit: Duration, clock: any Clock<Duration> = ContinuousClock(), of work: @escaping @Sendable () async -> Answer
) async -> Answer? {
    let (answers, said) = AsyncStream<Answer?>.makeStream()
    let waiting = Task {
        try? await clock.sleep(for: limit)
        said.yield(nil)
    }
    Task {
        let answer = await work()
        said.yield(answer)
    }
    defer { waiting.cancel() }
    return await answers.first { _ in true } ?? nil
}
