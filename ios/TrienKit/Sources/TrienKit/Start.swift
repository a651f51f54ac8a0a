import Foundation
import Observation
import TrienCore

/// Before the first screen: what the phone keeps is being opened, or why it does not open.
public enum StartState: Equatable, Sendable {
    case opening

    /// With what the person reads to whoever helps them: the diagnostics cannot be opened either. Nothing in it is secret, nobody is named.
    case refused(failure: Failure, facts: [Fact])
}

public enum StartEvent: Equatable, Sendable {
    case open
    case mend(remedy: Remedy)
}

/// Opens what the phone keeps; then there are the screens, or a reason why there are none yet.
@MainActor @Observable
public final class StartPresenter {
    public private(set) var state = StartState.opening
    public private(set) var companion: Companion?

    @ObservationIgnored private let device: any Device
    @ObservationIgnored private let now: () -> Date
    @ObservationIgnored private let screens: @MainActor () async throws -> Companion
    @ObservationIgnored private let anew: @MainActor () async throws -> Void

    /// `anew` gives up what no key opens any more.
    public init(
        device: any Device, now: @escaping () -> Date, screens: @escaping @MainActor () async throws -> Companion,
        anew: @escaping @MainActor () async throws -> Void
    ) {
        self.device = device
        self.now = now
        self.screens = screens
        self.anew = anew
    }

    /// Returns when it is open, or refused.
    public func on(_ event: StartEvent) async {
        switch event {
        case .open: await attempt {}
        case .mend(let remedy): await attempt { [anew] in if remedy == .enrollAgain { try await anew() } }
        }
    }

    private func attempt(_ before: @MainActor () async throws -> Void) async {
        state = .opening
        do {
            try await before()
            companion = try await screens()
        } catch {
            let failure = startFailure(error)
            state = .refused(failure: failure, facts: facts(failure))
        }
    }

    private func facts(_ failure: Failure) -> [Fact] {
        let at = now()
        let detail = failure.detail.map { String($0.prefix(longestDetail)) }
        return [
            Fact(name: words("app-fact-app"), value: device.app),
            Fact(name: words("app-fact-model"), value: device.model),
            Fact(name: words("app-fact-at"), value: "\(clock(at)) \(day(at))"),
            Fact(name: words("app-fact-failure"), value: [slug(failure.what), detail].compactMap(\.self).joined(separator: " – ")),
        ]
    }
}

/// A help desk can do nothing with more, and a phone shows no more.
private let longestDetail = 300

/// Nothing is erased but what no key opens any more, and from here there is no way back.
private func startFailure(_ error: any Error) -> Failure {
    var failure = failureOf(asTheCoreSaysIt(error))
    if case PhoneError.Storage(source: .KeyLost) = error { failure.remedy = .enrollAgain } else { failure.remedy = .tryAgain }
    return failure
}

// The device looks after its folder and its keychain before the core is there.
private func asTheCoreSaysIt(_ error: any Error) -> any Error {
    switch error {
    case let secrets as SecretStoreError: PhoneError.Secrets(source: secrets)
    case let keys as KeyStoreError: PhoneError.Keys(source: keys)
    case CocoaError.fileWriteOutOfSpace: PhoneError.Storage(source: .Full(file: "phone"))
    default: error
    }
}

// `key-lost`: the same word in every language, by which notes for helpers can be found.
private func slug(_ what: Words) -> String? {
    guard case .ours(let key, _) = what else { return nil }
    return key.range(of: "failure-").map { String(key[$0.upperBound...]) } ?? key
}
