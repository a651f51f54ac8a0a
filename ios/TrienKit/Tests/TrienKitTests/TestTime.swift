import Foundation

/// Time that a test moves by itself.
final class TestTime: Clock, @unchecked Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration = .zero

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private typealias Sleeper = (until: Instant, wake: CheckedContinuation<Void, any Error>)

    private let lock = NSLock()
    private var present = Instant()
    private var sleepers: [Int: Sleeper] = [:]
    private var numbers = 0

    let minimumResolution: Duration = .zero

    var now: Instant { lock.withLock { present } }

    /// How many wait for the time to go on.
    var sleeping: Int { lock.withLock { sleepers.count } }

    func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let number = lock.withLock {
            numbers += 1
            return numbers
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { add(number, (deadline, $0)) }
        } onCancel: {
            lock.withLock { sleepers.removeValue(forKey: number) }?.wake.resume(throwing: CancellationError())
        }
    }

    /// Goes on to the next moment that somebody waits for, if it is not after `end`; gives whether there was one.
    func goOn(to end: Instant) -> Bool {
        let woken = lock.withLock {
            guard let next = sleepers.values.map(\.until).min(), next <= end else {
                present = max(present, end)
                return [Sleeper]()
            }
            present = max(present, next)
            let due = sleepers.filter { $0.value.until <= next }
            for number in due.keys { sleepers[number] = nil }
            return Array(due.values)
        }
        for sleeper in woken { sleeper.wake.resume() }
        return !woken.isEmpty
    }

    private func add(_ number: Int, _ sleeper: Sleeper) {
        let isOver = lock.withLock {
            if Task.isCancelled || sleeper.until <= present { return true }
            sleepers[number] = sleeper
            return false
        }
        if isOver { Task.isCancelled ? sleeper.wake.resume(throwing: CancellationError()) : sleeper.wake.resume() }
    }
}
