import Observation
import TrienCore

/// Takes what the person does, shows what is so. It knows nothing of the platform that draws it.
@MainActor
@Observable
open class Presenter<State: Sendable, Event: Sendable>: AnyPresenter {
    public private(set) var state: State

    @ObservationIgnored let scope: Scope

    init(_ first: State, _ scope: Scope) {
        state = first
        self.scope = scope
    }

    open func on(_ event: Event) {
        preconditionFailure("each presenter answers its events")
    }

    /// The person steps back; gives whether that was answered within this screen.
    open func back() -> Bool { false }

    /// The person is before another app.
    open func left() {}

    /// The screen is closed: what it has begun is given up.
    public func close() { scope.cancel() }

    func show(_ change: (inout State) -> Void) { change(&state) }

    /// Asks the phone for something; what it refuses becomes a sentence and an action, and is noted for diagnostics.
    @discardableResult
    func ask(
        _ what: @escaping @MainActor () async throws -> Void,
        failed: @escaping @MainActor (Failure) -> Void,
        ended: @escaping @MainActor () -> Void = {}
    ) -> Task<Void, Never> {
        scope.launch { [self] in
            do {
                try await what()
            } catch is CancellationError {
                // Nobody waits for it any more.
            } catch {
                if !Task.isCancelled { failed(noted(error)) }
            }
            ended()
        }
    }

    func noted(_ refused: any Error) -> Failure {
        let failure = failureOf(refused)
        scope.lastFailure?.note(failure)
        return failure
    }
}

/// A presenter of any screen.
@MainActor
public protocol AnyPresenter: AnyObject {
    func back() -> Bool
    func left()
    func close()
}
