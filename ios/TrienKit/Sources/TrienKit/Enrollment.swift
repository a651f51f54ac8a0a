import Foundation
import TrienCore

/// From an invitation to a device that may sign; where it stands is the core's to know.
public struct EnrollmentState: Equatable, Sendable {
    public var step: EnrollmentStep
    public var failure: Failure? = nil
    public var busy: Busy = .no

    public init(step: EnrollmentStep, failure: Failure? = nil, busy: Busy = .no) {
        self.step = step
        self.failure = failure
        self.busy = busy
    }
}

public enum Busy: CaseIterable, Sendable {
    case no
    case yes
}

public enum EnrollmentStep: Equatable, Sendable {
    /// Nothing yet: scan, or paste a link.
    case start(link: String = "")

    /// A slip was taken; the officer reads a short code out.
    case slip(Slip)

    /// The server proved itself: is it the right office, and the right person?
    case check(holder: Holder, prompts: Prompts, lock: ScreenLock, passcode: Bool = false)

    /// The keys are being made and sent.
    case keys(holder: Holder)

    /// The officer compares the code; meanwhile notifications are turned on.
    case waiting(code: String, notifications: Notifications, pending: Pending)
    case done(name: String, office: String, passcode: Bool = false)
    case ended(why: Words)

    public struct Slip: Equatable, Sendable {
        public var holder: Holder
        public var until: String
        public var code: String = ""
        public var triesLeft: Int? = nil

        public init(holder: Holder, until: String, code: String = "", triesLeft: Int? = nil) {
            self.holder = holder
            self.until = until
            self.code = code
            self.triesLeft = triesLeft
        }
    }
}

/// What an enrollment waits for.
public enum Pending: CaseIterable, Sendable {
    case officer
    case certificate
}

/// Whose device it will be.
public struct Holder: Equatable, Sendable {
    public var office: String
    public var server: String
    public var name: String
    public var position: String

    public init(office: String, server: String, name: String, position: String) {
        self.office = office
        self.server = server
        self.name = name
        self.position = position
    }
}

public enum EnrollmentEvent: Equatable, Sendable {
    case link(text: String)
    case scanned(text: String)
    case open
    case code(text: String)
    case sendCode
    case right
    case notMe
    case allowNotifications
    case toInbox
    case practice
    case tryNotifications

    /// The person is back, perhaps from the system's settings.
    case returned
    case mend(remedy: Remedy)
}

/// Digits of a short code.
public let shortCodeDigits = 8

/// Between two questions whether the officer has approved.
private let pause: Duration = .seconds(5)

public final class EnrollmentPresenter: Presenter<EnrollmentState, EnrollmentEvent> {
    private let phone: any PhoneProtocol
    private let device: any Device
    private let go: @MainActor (Place) -> Void
    private let enrolled: @MainActor () async -> Void
    private var asking: Task<Void, Never>?

    public init(
        phone: any PhoneProtocol, device: any Device, link: String?, scope: Scope, go: @escaping @MainActor (Place) -> Void,
        enrolled: @escaping @MainActor () async -> Void = {}
    ) {
        self.phone = phone
        self.device = device
        self.go = go
        self.enrolled = enrolled
        super.init(EnrollmentState(step: .start()), scope)
        begin(link)
    }

    public override func on(_ event: EnrollmentEvent) {
        switch event {
        case .link(let text): put(.start(link: text))
        case .scanned(let text): open(text)
        case .open: if case .start(let link) = state.step { open(link) }
        case .code(let text): typed(text)
        case .sendCode: sendCode()
        case .right: sendKeys()
        case .notMe: abandon()
        case .allowNotifications: allowNotifications()
        case .toInbox: go(.inbox)
        case .practice: go(.practice)
        case .tryNotifications: go(.notifications(first: .yes))
        case .returned: lookAgain()
        case .mend(let remedy): mend(remedy)
        }
    }

    private func begin(_ link: String?) {
        put(step(phone.state()))
        switch (state.step, link) {
        case (.waiting, _): askOn()
        // A page or an app may have made it up: the person opens it.
        case (.start, .some(let link)), (.ended, .some(let link)): put(.start(link: link))
        default: if link == nil, case .enrolled = phone.state() { askAnew() }
        }
    }

    private func mend(_ remedy: Remedy) {
        switch remedy {
        case .enrollAgain: abandon()
        case .goBack: go(.back)
        case .security: toSecurity()
        case .tryAgain, .sync, .lookAgain: again()
        }
    }

    // Keys that this phone could not make are asked for again from the step before.
    private func toSecurity() {
        if case .keys = state.step { put(step(phone.state())) }
        go(.security)
    }

    // What failed is asked for again: the core remembers which step that is.
    private func again() {
        switch state.step {
        case .start(let link): open(link)
        case .slip: show { $0.failure = nil }
        case .check, .keys: sendKeys()
        case .waiting: askOn()
        case .done, .ended: abandon()
        }
    }

    private func open(_ link: String) {
        work { [self] in
            // Whether an enrolled phone may be enrolled anew, the server says.
            if case .enrolled = phone.state() { _ = try await phone.enrollmentStatus() }
            try Task.checkCancellation()
            put(step(try await phone.openLink(link: link)))
        }
    }

    // Its key to sign with is gone, or it was revoked: the officer sees that it asks, and invites.
    private func askAnew() {
        work { [self] in
            let status = try await phone.enrollmentStatus()
            try Task.checkCancellation()
            if case .active = status {
                try await phone.askReplacement()
            } else {
                put(step(phone.state()))
            }
        }
    }

    private func typed(_ text: String) {
        guard case .slip(var slip) = state.step else { return }
        slip.code = String(text.filter { $0.isASCII && $0.isNumber }.prefix(shortCodeDigits))
        put(.slip(slip))
    }

    private func sendCode() {
        guard case .slip(var slip) = state.step else { return }
        work { [self] in
            do {
                put(check(try await phone.openSlip(shortCode: slip.code)))
            } catch PhoneError.WrongShortCode(let left) {
                slip.code = ""
                slip.triesLeft = Int(left)
                put(.slip(slip))
                throw PhoneError.WrongShortCode(left: left)
            }
        }
    }

    private func sendKeys() {
        let holder: Holder
        switch state.step {
        case .check(let known, _, _, _), .keys(let known): holder = known
        default: return
        }
        put(.keys(holder: holder))
        work { [self] in
            put(.waiting(code: try await phone.sendKeys(), notifications: device.notifications(), pending: .officer))
            askOn()
        }
    }

    private func askOn() {
        asking?.cancel()
        asking = ask { [self] in
            show { $0.failure = nil }
            while case .waiting = state.step {
                let status = try await phone.enrollmentStatus()
                try Task.checkCancellation()
                await answered(status)
                try await scope.pause(pause)
            }
        } failed: { [self] in
            failed($0)
        }
    }

    private func answered(_ status: EnrollmentStatus) async {
        switch status {
        case .pending: pending(.officer)
        case .waitingForCertificate: pending(.certificate)
        case .active(let profile):
            put(.done(name: profile.person.name, office: profile.unit.name, passcode: profile.passcode))
            await enrolled()
        case .refused: put(.ended(why: words("app-enrollment-refused")))
        case .suspended: put(.ended(why: problemDetail(.deviceSuspended)))
        case .revoked: put(.ended(why: problemDetail(.deviceRevoked)))
        }
    }

    private func pending(_ what: Pending) {
        guard case .waiting(let code, let notifications, _) = state.step else { return }
        show { $0.step = .waiting(code: code, notifications: notifications, pending: what) }
    }

    private func allowNotifications() {
        work { [self] in told(await device.allowNotifications()) }
    }

    private func told(_ notifications: Notifications) {
        guard case .waiting(let code, _, let pending) = state.step else { return }
        show { $0.step = .waiting(code: code, notifications: notifications, pending: pending) }
    }

    private func lookAgain() {
        switch state.step {
        case .check(let holder, let prompts, _, let passcode):
            show { $0.step = .check(holder: holder, prompts: prompts, lock: device.lock(passcode: passcode), passcode: passcode) }
        case .waiting: told(device.notifications())
        default: break
        }
    }

    private func abandon() {
        asking?.cancel()
        work { [self] in
            try await phone.abandonEnrollment()
            put(.start())
        }
    }

    private func step(_ state: PhoneState) -> EnrollmentStep {
        switch state {
        // An enrolled phone comes here only to be enrolled anew.
        case .notEnrolled, .enrolled: .start()
        case .erased(let why): .ended(why: erased(why))
        case .holdsSlip(let slip): TrienKit.slip(slip)
        case .invited(let preview): check(preview)
        case .waitingForOfficer(let code): .waiting(code: code, notifications: device.notifications(), pending: .officer)
        }
    }

    private func check(_ preview: EnrollmentPreview) -> EnrollmentStep {
        .check(
            holder: holder(preview.unit, preview.server, preview.person),
            prompts: prompts(preview.promptPolicy), lock: device.lock(passcode: preview.passcode), passcode: preview.passcode)
    }

    private func put(_ step: EnrollmentStep) {
        show {
            $0.step = step
            $0.failure = nil
        }
    }

    private func failed(_ failure: Failure) { show { $0.failure = failure } }

    private func work(_ what: @escaping @MainActor () async throws -> Void) {
        if state.busy == .yes { return }
        show {
            $0.busy = .yes
            $0.failure = nil
        }
        ask(what, failed: { [self] in failed($0) }, ended: { [self] in show { $0.busy = .no } })
    }
}

private func slip(_ slip: HeldSlip) -> EnrollmentStep {
    .slip(
        .init(
            holder: holder(slip.office, slip.server, slip.person), until: day(slip.expires), triesLeft: slip.triesLeft.map { Int($0) }))
}

private func holder(_ office: UnitView, _ server: String, _ person: PersonView) -> Holder {
    Holder(office: office.name, server: shortServer(server), name: person.name, position: person.position)
}

private func erased(_ why: Erasure) -> Words {
    switch why {
    case .revoked(let unanswered): words("app-erased-revoked", ["unanswered": unanswered])
    case .keyLost: words("app-erased-key-lost")
    }
}

func shortServer(_ server: String) -> String {
    var short = server[...]
    if short.hasPrefix("https://") { short.removeFirst("https://".count) }
    if short.hasSuffix("/") { short.removeLast() }
    return String(short)
}
