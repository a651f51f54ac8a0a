import TrienCore

/// What the person reads to whoever helps them. Nothing in it is secret, no document is named.
public struct DiagnosticsState: Equatable, Sendable {
    public var facts: [Fact]
    public var check: Check = .notYet

    public init(facts: [Fact], check: Check = .notYet) {
        self.facts = facts
        self.check = check
    }
}

public enum Check: Equatable, Sendable {
    case notYet
    case running
    case reached(logSize: Int, clockSeconds: Int)
    case failed(Failure)
}

public enum DiagnosticsEvent: Equatable, Sendable {
    case run
    case back
    case mend(remedy: Remedy)
}

public final class DiagnosticsPresenter: Presenter<DiagnosticsState, DiagnosticsEvent> {
    private let phone: any PhoneProtocol
    private let device: any Device
    private let texts: Texts
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, device: any Device, texts: Texts, scope: Scope, go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.device = device
        self.texts = texts
        self.go = go
        super.init(DiagnosticsState(facts: []), scope)
        show { $0.facts = facts() }
    }

    public override func on(_ event: DiagnosticsEvent) {
        switch event {
        case .back: go(.back)
        case .run: run()
        case .mend(let remedy): if let place = remedy.place() { go(place) } else { run() }
        }
    }

    private func run() {
        if state.check == .running { return }
        show { $0.check = .running }
        ask { [self] in
            let synced = try await phone.sync()
            show {
                $0.facts = facts()
                $0.check = .reached(logSize: Int(synced.logSize), clockSeconds: Int(synced.clockOffsetMs / 1000))
            }
        } failed: { [self] failure in
            show {
                $0.facts = facts()
                $0.check = .failed(failure)
            }
        }
    }

    private func facts() -> [Fact] {
        [
            Fact(name: words("app-fact-app"), value: device.app),
            Fact(name: words("app-fact-model"), value: device.model),
            Fact(name: words("app-fact-server"), value: phone.server().map(shortServer) ?? "–"),
            Fact(name: words("app-fact-keys"), value: texts[device.keys().rawValue]),
            Fact(name: words("app-fact-notifications"), value: texts[device.notifications().rawValue]),
            Fact(name: words("app-fact-synced"), value: phone.lastSync().map { moment($0, phone.serverNow()) } ?? "–"),
            Fact(name: words("app-fact-unsent"), value: unsent()),
            Fact(name: words("app-fact-last-failure"), value: scope.lastFailure?.noted.map(inFull) ?? "–"),
        ]
    }

    private func unsent() -> String {
        let waiting = phone.outbox().compactMap { if case .waiting(let detail) = $0.state { detail } else { nil } }
        return (["\(waiting.count)"] + waiting.suffix(1)).joined(separator: " – ")
    }

    private func inFull(_ last: LastFailure.Noted) -> String {
        [moment(last.at, phone.serverNow()), texts.of(last.failure.what), last.failure.detail].compactMap(\.self).joined(separator: " – ")
    }
}
