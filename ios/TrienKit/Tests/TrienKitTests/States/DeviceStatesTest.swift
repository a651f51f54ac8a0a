import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class EnrollmentStatesTest: States {
    private let link = "https://ky.example.vn/e#AAAA"
    private let held = HeldSlip(
        server: "https://ky.example.vn", person: person, unit: office, office: office, expires: now.addingTimeInterval(86_400),
        triesLeft: nil)

    override func setUp() async throws { await MainActor.run { phone.stands = .notEnrolled } }

    private func enrollment(_ link: String? = nil) async -> EnrollmentPresenter {
        let enrollment = EnrollmentPresenter(phone: phone, device: stage.device, link: link, scope: stage.scope, go: stage.go)
        await stage.settle()
        return enrollment
    }

    private func opened(_ why: PhoneError, _ event: EnrollmentEvent = .open) async {
        phone.refuses = why
        let enrollment = await enrollment(event == .open ? link : nil)
        await enrollment.on(event, stage)
        reached(enrollment.state, enrollmentStates)
    }

    private func check(_ lock: ScreenLock, passcode: Bool = false) async {
        var preview = preview
        preview.passcode = passcode
        preview.promptPolicy = .session(seconds: 60, signatures: 20)
        phone.stands = .invited(preview: preview)
        stage.device.lockState = lock
        reached(await enrollment().state, enrollmentStates)
    }

    private func waits(_ notifications: Notifications, _ status: EnrollmentStatus) async {
        phone.stands = .waitingForOfficer(code: "7391 0264")
        stage.device.told = notifications
        phone.statuses = [status]
        reached(await enrollment().state, enrollmentStates)
    }

    private func erased(_ why: Erasure) async {
        phone.stands = .erased(why: why)
        reached(await enrollment().state, enrollmentStates)
    }

    func testStart() async { reached(await enrollment().state, enrollmentStates) }

    func testPasted() async {
        let enrollment = await enrollment()
        enrollment.on(.link(text: link))
        reached(enrollment.state, enrollmentStates)
    }

    func testNoLink() async { await opened(.Invitation(detail: "not one")) }

    func testAsking() async {
        let enrollment = await enrollment(link)
        enrollment.on(.open)
        reached(enrollment.state, enrollmentStates)
    }

    func testExpired() async {
        await opened(.Problem(kind: .invitationSpent, title: "Lời mời đã hết hạn", detail: "Hãy xin lời mời khác", code: "expired"))
    }

    func testSlip() async {
        phone.stands = .holdsSlip(slip: held)
        let enrollment = await enrollment()
        enrollment.on(.code(text: "4817"))
        reached(enrollment.state, enrollmentStates)
    }

    func testSlipWrong() async {
        phone.stands = .holdsSlip(slip: held)
        let enrollment = await enrollment()
        enrollment.on(.code(text: "48170264"))
        phone.refuses = .WrongShortCode(left: 3)
        await enrollment.on(.sendCode, stage)
        reached(enrollment.state, enrollmentStates)
    }

    func testCheck() async { await check(.biometric) }

    func testCheckNoFinger() async { await check(.noneEnrolled) }

    func testCheckNoSensor() async { await check(.noHardware) }

    func testCheckNotAllowed() async { await check(.notAllowed) }

    func testCheckPasscode() async { await check(.passcode, passcode: true) }

    func testCheckNoPasscode() async { await check(.noPasscode, passcode: true) }

    func testImpostor() async { await opened(.Impostor(detail: "the proof does not hold"), .scanned(text: link)) }

    func testKeys() async {
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment()
        enrollment.on(.right)
        reached(enrollment.state, enrollmentStates)
    }

    func testWaiting() async { await waits(.off, .pending) }

    func testWaitingOffline() async {
        phone.refuses = offline
        await waits(.byItself, .pending)
    }

    func testCertificate() async { await waits(.push, .waitingForCertificate) }

    func testDone() async { await waits(.push, .active(profile: enrolled)) }

    func testEnded() async { await waits(.push, .refused) }

    func testErased() async { await erased(.revoked(unanswered: 2)) }

    func testErasedKeyLost() async { await erased(.keyLost) }
}

@MainActor
final class SettingsStatesTest: States {
    private let day: TimeInterval = 86_400

    /// So many days before the certificate ends.
    private func settings(_ left: TimeInterval, _ told: Notifications, _ policy: PromptPolicy = .perUse) throws -> SettingsPresenter {
        var profile = enrolled
        profile.certificate = try testCertificate()
        profile.promptPolicy = policy
        phone.stands = .enrolled(profile: profile)
        phone.clock = try XCTUnwrap(certificateFacts(testCertificate())).until.addingTimeInterval(-left * day)
        stage.device.told = told
        stage.device.keyPlace = .secureEnclave
        return SettingsPresenter(phone: phone, device: stage.device, scope: stage.scope, go: stage.go)
    }

    private func ending() throws -> SettingsPresenter { try settings(20, .off, .session(seconds: 60, signatures: 20)) }

    func testEnrolled() async throws { reached(try settings(300, .push).state, settingsStates) }

    func testEnding() async throws { reached(try ending().state, settingsStates) }

    func testEnded() async throws { reached(try settings(-1, .byItself).state, settingsStates) }

    func testRenewalAsking() async throws {
        let settings = try ending()
        settings.on(.renew)
        reached(settings.state, settingsStates)
    }

    func testRenewalAsked() async throws {
        let settings = try ending()
        await settings.on(.renew, stage)
        reached(settings.state, settingsStates)
    }

    func testRenewalFailed() async throws {
        let settings = try ending()
        phone.refuses = offline
        await settings.on(.renew, stage)
        reached(settings.state, settingsStates)
    }

    func testNotEnrolled() async {
        phone.stands = .notEnrolled
        stage.device.told = .push
        let settings = SettingsPresenter(phone: phone, device: stage.device, scope: stage.scope, go: stage.go)
        reached(settings.state, settingsStates)
    }
}

@MainActor
final class NotificationsStatesTest: States {
    private let apple = PushProvider(id: "apple", name: "Apple")
    private let other = PushProvider(id: "example", name: "Example")
    private lazy var service = FakePush(.apns, [apple])
    private lazy var waking = wakingOf(phone, service)

    override func setUp() async throws {
        await MainActor.run {
            stage.device.told = .push
            phone.push.health = .ok
            phone.push.since = now
            phone.push.sentAt = now
        }
    }

    /// A phone for which Apple's service has a place.
    private func placed() async {
        await waking.start()
        await waking.arrived(from: apple.id, place: .apns(token: "0a1b2c"))
    }

    private func opened(_ first: First = .no) -> NotificationsPresenter {
        NotificationsPresenter(phone: phone, device: stage.device, waking: waking, first: first, scope: stage.scope, go: stage.go)
    }

    private func looked(_ first: First = .no) async -> NotificationsPresenter {
        let notifications = opened(first)
        await stage.settle()
        return notifications
    }

    private func shown(_ first: First = .no) async { reached(await looked(first).state, notificationsStates) }

    private func nobody() {
        stage.device.told = .byItself
        phone.push.health = .none
        phone.push.sentAt = nil
    }

    private func arrived(_ first: First) async {
        await placed()
        let notifications = await looked(first)
        phone.wakes = { [waking] in waking.woken() }
        await notifications.on(.try, stage)
        reached(notifications.state, notificationsStates)
    }

    func testOk() async {
        await placed()
        service.there = [apple, other]
        await shown()
    }

    func testFailing() async {
        await placed()
        phone.push.health = .failing
        await shown()
    }

    func testDead() async {
        await placed()
        phone.push.health = .dead
        await shown()
    }

    func testNoneThere() async {
        service.there = []
        nobody()
        await shown()
    }

    func testChoose() async {
        service.there = [apple, other]
        nobody()
        await shown()
    }

    func testNoneYet() async {
        await placed()
        nobody()
        await shown()
    }

    func testOff() async {
        await placed()
        stage.device.told = .off
        await shown()
    }

    func testAsking() async {
        await placed()
        reached(opened().state, notificationsStates)
    }

    func testUnreachable() async {
        await placed()
        phone.refuses = offline
        await shown()
    }

    func testTestWaiting() async {
        await placed()
        let notifications = await looked()
        await notifications.on(.try, stage)
        reached(notifications.state, notificationsStates)
    }

    func testTestArrived() async { await arrived(.no) }

    func testTestMissing() async {
        await placed()
        let notifications = await looked()
        await notifications.on(.try, stage)
        await stage.pass(wakePatience)
        reached(notifications.state, notificationsStates)
    }

    func testTestFailed() async {
        await placed()
        let notifications = await looked()
        phone.refuses = offline
        await notifications.on(.try, stage)
        reached(notifications.state, notificationsStates)
    }

    func testFirst() async {
        await placed()
        stage.device.told = .off
        phone.push.sentAt = nil
        await shown(.yes)
    }

    func testFirstArrived() async { await arrived(.yes) }

    func testFirstNone() async {
        service.there = []
        nobody()
        await shown(.yes)
    }
}

@MainActor
final class DevicesStatesTest: States {
    private func other(_ id: String, _ state: OtherDeviceState) -> OtherDevice {
        OtherDevice(id: id, model: "Google Pixel 8a", app: "Trien 0.1.0", state: state, enrolledAt: now)
    }

    private func devices(_ states: OtherDeviceState...) async -> DevicesPresenter {
        phone.others = states.enumerated().map { other("device-\($0)", $1) }
        let devices = DevicesPresenter(phone: phone, scope: stage.scope, go: stage.go)
        await stage.settle()
        return devices
    }

    private func first(_ devices: DevicesPresenter) throws -> OtherLine {
        guard case .known(let lines, _) = devices.state.others else { throw Unexpected(devices.state) }
        return try XCTUnwrap(lines.first)
    }

    func testOthers() async { reached(await devices(.active, .suspended, .waiting).state, devicesStates) }

    func testNone() async { reached(await devices().state, devicesStates) }

    func testAsking() async { reached(DevicesPresenter(phone: phone, scope: stage.scope, go: stage.go).state, devicesStates) }

    func testUnreachable() async {
        phone.refuses = offline
        reached(await devices().state, devicesStates)
    }

    func testLosing() async throws {
        let devices = await devices(.active, .suspended, .waiting)
        devices.on(.lost(device: try first(devices)))
        reached(devices.state, devicesStates)
    }

    func testNotReported() async throws {
        let devices = await devices(.active)
        devices.on(.lost(device: try first(devices)))
        phone.refuses = offline
        await devices.on(.reallyLost, stage)
        reached(devices.state, devicesStates)
    }

    func testReplacementAsked() async {
        let devices = await devices()
        await devices.on(.replace, stage)
        reached(devices.state, devicesStates)
    }

    func testReplacementFailed() async {
        let devices = await devices()
        phone.refuses = offline
        await devices.on(.replace, stage)
        reached(devices.state, devicesStates)
    }
}

@MainActor
final class DiagnosticsStatesTest: States {
    private func diagnostics() -> DiagnosticsPresenter {
        DiagnosticsPresenter(phone: phone, device: stage.device, texts: Texts(language: .vietnamese), scope: stage.scope, go: stage.go)
    }

    private func ran() async {
        let diagnostics = diagnostics()
        await diagnostics.on(.run, stage)
        reached(diagnostics.state, diagnosticsStates)
    }

    func testNotYet() async { reached(diagnostics().state, diagnosticsStates) }

    func testRunning() async {
        let diagnostics = diagnostics()
        diagnostics.on(.run)
        reached(diagnostics.state, diagnosticsStates)
    }

    func testReached() async { await ran() }

    func testFailed() async {
        phone.refuses = offline
        await ran()
    }
}
