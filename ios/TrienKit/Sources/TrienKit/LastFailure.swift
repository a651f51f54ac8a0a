import Foundation

/// What failed last, with its detail. That is written for whoever helps, in their language: diagnostics show it, other screens do not.
/// It goes with the scope of the screens, so that no presenter has to carry it.
@MainActor
final class LastFailure {
    /// A failure, and when it was.
    struct Noted: Equatable {
        var failure: Failure
        var at: Date
    }

    private(set) var noted: Noted?
    private let now: () -> Date

    init(now: @escaping () -> Date) {
        self.now = now
    }

    func note(_ failure: Failure) { noted = Noted(failure: failure, at: now()) }
}
