import TrienCore

/// Whether and how this phone is woken, and a try of it.
public struct NotificationsState: Equatable, Sendable {
    public var may: Notifications
    public var standing: WakeStanding
    public var providers: [PushProvider]
    public var provider: String?
    public var test: WakeTest = .notYet
    /// Right after the enrollment: it can be skipped.
    public var first: First = .no

    public init(
        may: Notifications, standing: WakeStanding, providers: [PushProvider], provider: String?, test: WakeTest = .notYet,
        first: First = .no
    ) {
        self.may = may
        self.standing = standing
        self.providers = providers
        self.provider = provider
        self.test = test
        self.first = first
    }
}

public enum First: CaseIterable, Sendable {
    case no
    case yes
}

/// What the server says of waking this phone.
public enum WakeStanding: Equatable, Sendable {
    case asking
    case known(health: PushHealth, since: String?, sent: String?)
    case failed(Failure)
}

public enum WakeTest: Equatable, Sendable {
    case notYet
    case waiting
    case arrived(at: String)
    case missing
    case failed(Failure)
}

public enum NotificationsEvent: Equatable, Sendable {
    case allow
    case choose(provider: String)
    case `try`
    case ask
    case done
    case mend(remedy: Remedy)
    case back
}

/// How long a wake-up may take before the person is told that it did not come.
public let wakePatience: Duration = .seconds(60)

public final class NotificationsPresenter: Presenter<NotificationsState, NotificationsEvent> {
    private let phone: any PhoneProtocol
    private let device: any Device
    private let waking: Waking
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, device: any Device, waking: Waking, first: First, scope: Scope,
        go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.device = device
        self.waking = waking
        self.go = go
        super.init(
            NotificationsState(
                may: device.notifications(), standing: .asking, providers: waking.providers(), provider: waking.provider(),
                first: first),
            scope)
        look()
    }

    public override func on(_ event: NotificationsEvent) {
        switch event {
        case .allow: allow()
        case .choose(let provider): choose(provider)
        case .try: tryIt()
        case .ask: look()
        case .done: go(.inbox)
        case .mend(let remedy): mend(remedy)
        case .back: go(.back)
        }
    }

    private func mend(_ remedy: Remedy) {
        if let place = remedy.place() {
            go(place)
        } else if case .failed = state.test {
            tryIt()
        } else {
            look()
        }
    }

    /// The person is back, perhaps from the system's settings.
    public func returned() {
        show {
            $0.may = device.notifications()
            $0.providers = waking.providers()
        }
    }

    private func look() {
        show { $0.standing = .asking }
        ask { [self] in
            // What could not be told before is told now.
            await waking.synced()
            let standing = standing(try await phone.pushStatus())
            show {
                $0.may = device.notifications()
                $0.standing = standing
                $0.provider = waking.provider()
            }
        } failed: { [self] failure in
            show { $0.standing = .failed(failure) }
        }
    }

    private func allow() {
        scope.launch { [self] in
            let now = await device.allowNotifications()
            show { $0.may = now }
        }
    }

    private func choose(_ provider: String) {
        show {
            $0.provider = provider
            $0.test = .notYet
            $0.standing = .asking
        }
        scope.launch { [self] in
            await waking.choose(provider)
            look()
        }
    }

    private func tryIt() {
        if state.test == .waiting { return }
        show { $0.test = .waiting }
        ask { [self] in
            let came = try await waking.test { [scope] in try await scope.pause(wakePatience) }
            show { $0.test = came ? .arrived(at: clock(phone.serverNow())) : .missing }
            look()
        } failed: { [self] failure in
            show { $0.test = .failed(failure) }
        }
    }

    private func standing(_ status: PushStatus) -> WakeStanding {
        let now = phone.serverNow()
        return .known(health: status.health, since: status.since.map { moment($0, now) }, sent: status.sentAt.map { moment($0, now) })
    }
}
