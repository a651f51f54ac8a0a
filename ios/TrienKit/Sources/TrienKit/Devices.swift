import TrienCore

/// The person's other phones, a lost one, and how this one is replaced.
public struct DevicesState: Equatable, Sendable {
    public var others: Others
    /// The phone that is about to be reported, while the person is asked whether to.
    public var losing: OtherLine? = nil
    public var replacement: Replacement = .notAsked
    /// This phone's passcode answers as well as a finger or a face.
    public var passcode: Bool = false

    public init(others: Others, losing: OtherLine? = nil, replacement: Replacement = .notAsked, passcode: Bool = false) {
        self.others = others
        self.losing = losing
        self.replacement = replacement
        self.passcode = passcode
    }
}

public enum Others: Equatable, Sendable {
    case asking
    case known(lines: [OtherLine], failure: Failure? = nil)
    case failed(Failure)
}

public struct OtherLine: Equatable, Sendable {
    public var id: String
    public var model: String
    public var since: String
    public var state: OtherDeviceState

    public init(id: String, model: String, since: String, state: OtherDeviceState) {
        self.id = id
        self.model = model
        self.since = since
        self.state = state
    }
}

/// Asking the officer for another phone in this one's place.
public enum Replacement: Equatable, Sendable {
    case notAsked
    case asking
    case asked
    case failed(Failure)
}

public enum DevicesEvent: Equatable, Sendable {
    case back
    case ask
    case lost(device: OtherLine)
    case reallyLost
    case notLost
    case replace
    case enrollAnew
    case mend(remedy: Remedy)
}

public final class DevicesPresenter: Presenter<DevicesState, DevicesEvent> {
    private let phone: any PhoneProtocol
    private let go: @MainActor (Place) -> Void

    public init(phone: any PhoneProtocol, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.go = go
        super.init(DevicesState(others: .asking, passcode: profile(phone)?.passcode == true), scope)
        look()
    }

    public override func on(_ event: DevicesEvent) {
        switch event {
        case .back: if !back() { go(.back) }
        case .ask: look()
        case .lost(let device): show { $0.losing = device }
        case .notLost: show { $0.losing = nil }
        case .reallyLost: report()
        case .replace: replace()
        case .enrollAnew: go(.enrollment(link: nil))
        case .mend(let remedy): mend(remedy)
        }
    }

    private func mend(_ remedy: Remedy) {
        if let place = remedy.place() {
            go(place)
        } else if case .failed = state.replacement {
            replace()
        } else {
            look()
        }
    }

    public override func back() -> Bool {
        let asked = state.losing != nil
        show { $0.losing = nil }
        return asked
    }

    private func look() {
        show { $0.others = .asking }
        ask { [self] in
            let others = try await known()
            show { $0.others = others }
        } failed: { [self] failure in
            show { $0.others = .failed(failure) }
        }
    }

    private func report() {
        guard let lost = state.losing else { return }
        let before = state.others
        show {
            $0.losing = nil
            $0.others = .asking
        }
        ask { [self] in
            try await phone.reportLost(device: lost.id)
            let others = try await known()
            show { $0.others = others }
        } failed: { [self] failure in
            if case .known(let lines, _) = before {
                show { $0.others = .known(lines: lines, failure: failure) }
            } else {
                show { $0.others = .failed(failure) }
            }
        }
    }

    private func replace() {
        if state.replacement == .asking { return }
        show { $0.replacement = .asking }
        ask { [self] in
            try await phone.askReplacement()
            show { $0.replacement = .asked }
        } failed: { [self] failure in
            show { $0.replacement = .failed(failure) }
        }
    }

    private func known() async throws -> Others { .known(lines: try await phone.otherDevices().map(line)) }
}

private func line(_ device: OtherDevice) -> OtherLine {
    OtherLine(id: device.id, model: device.model, since: day(device.enrolledAt), state: device.state)
}
