import TrienCore

private let shortest: Duration = .seconds(2)
private let longest: Duration = .seconds(5 * 60)
private let doublings = 10

/// Each line begins with news, so that only one that held for a while says that lines hold again.
private let lived: Duration = .seconds(60)

/// Hears from the server while the app is before the person: when something may have happened there, the phone syncs, and `heard` is told.
/// It is told why not, too, unless there is just no network. A line that breaks is opened again, each time after a longer pause.
@MainActor
public final class Listening {
    private let phone: any PhoneProtocol
    private let scope: Scope
    private var random: any RandomNumberGenerator
    private let heard: @MainActor (Failure?) async -> Void
    private var line: Task<Void, Never>?

    public init(
        phone: any PhoneProtocol, scope: Scope, random: any RandomNumberGenerator = SystemRandomNumberGenerator(),
        heard: @escaping @MainActor (Failure?) async -> Void
    ) {
        self.phone = phone
        self.scope = scope
        self.random = random
        self.heard = heard
    }

    /// Listens from now on; a phone that is not enrolled has nobody to listen to.
    public func start() {
        if line != nil { return }
        line = scope.launch { [weak self] in
            await self?.listen()
            if !Task.isCancelled { self?.line = nil }
        }
    }

    public func stop() {
        line?.cancel()
        line = nil
    }

    private func listen() async {
        var breaks = 0
        while profile(phone) != nil {
            let open = scope.stopwatch()
            await hearOn()
            if Task.isCancelled { return }
            if open() >= lived { breaks = 0 }
            try? await scope.pause(pause(breaks))
            if Task.isCancelled { return }
            breaks += 1
        }
    }

    // Until the line breaks, or the server ends it, as it does every quarter of an hour.
    private func hearOn() async {
        do {
            while try await phone.awaitNews() != nil {
                try Task.checkCancellation()
                await heard(nil)
            }
        } catch PhoneError.Unreachable {
            // A train in a tunnel: the list says when it was synced.
        } catch {
            if !Task.isCancelled { await heard(failureOf(error)) }
        }
    }

    // Where a server was restarted, its phones do not all come back at once.
    private func pause(_ breaks: Int) -> Duration {
        min(shortest * (1 << min(breaks, doublings)), longest) * Double.random(in: 0.5..<1, using: &random)
    }
}
