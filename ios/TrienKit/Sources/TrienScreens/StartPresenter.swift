import Observation
import TrienKit

/// Opens what the phone keeps; then there are the screens, or a reason why there are none yet.
@MainActor @Observable
public final class StartPresenter {
    /// Why it does not open; nothing while it is being opened.
    public private(set) var failure: Failure?
    public private(set) var companion: Companion?

    @ObservationIgnored private let screens: @MainActor () async throws -> Companion
    @ObservationIgnored private let anew: @MainActor () async throws -> Void

    /// `anew` gives up what no key opens any more.
    public init(screens: @escaping @MainActor () async throws -> Companion, anew: @escaping @MainActor () async throws -> Void) {
        self.screens = screens
        self.anew = anew
    }

    public func open() async {
        await attempt {}
    }

    /// Only where the key of what was kept is lost does the start ask for another enrollment.
    public func mend(_ remedy: Remedy) async {
        await attempt { [anew] in if remedy == .enrollAgain { try await anew() } }
    }

    private func attempt(_ before: @MainActor () async throws -> Void) async {
        failure = nil
        do {
            try await before()
            companion = try await screens()
        } catch {
            failure = failureOf(error)
        }
    }
}
