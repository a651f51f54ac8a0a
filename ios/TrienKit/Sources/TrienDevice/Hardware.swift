import Dispatch

/// Work on keys, one piece after the other. A prompt takes as long as a person needs, so it keeps no thread that tasks share.
final class Hardware: Sendable {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    func run<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// The same for what nobody waits for.
    func later(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }
}
