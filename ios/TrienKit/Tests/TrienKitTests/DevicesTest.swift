import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class DevicesTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    private func devices() async -> DevicesPresenter {
        phone.others = [OtherDevice(id: "device-2", model: "iPhone 15", app: "Trien iOS 0.1.0", state: .active, enrolledAt: now)]
        let devices = DevicesPresenter(phone: phone, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.asking, devices.state.others)
        await stage.settle()
        return devices
    }

    private func known(_ devices: DevicesPresenter) throws -> (line: OtherLine, failure: Failure?) {
        guard case .known(let lines, let failure) = devices.state.others, lines.count == 1 else { throw Unexpected(devices.state) }
        return (lines[0], failure)
    }

    func testAnotherPhoneIsReportedAsLostOnlyWhenThePersonHasSaidSoTwice() async throws {
        let devices = await devices()
        devices.on(.lost(device: try known(devices).line))
        XCTAssertEqual(["others"], phone.asked)
        await devices.on(.reallyLost, stage)
        XCTAssertEqual(["others", "lost device-2", "others"], phone.asked)
        XCTAssertEqual(.suspended, try known(devices).line.state)
        XCTAssertNil(devices.state.losing)
    }

    func testWhoeverStepsBackFromTheQuestionReportsNothing() async throws {
        let devices = await devices()
        devices.on(.lost(device: try known(devices).line))
        XCTAssert(devices.back())
        await devices.on(.reallyLost, stage)
        XCTAssertEqual(["others"], phone.asked)
        XCTAssertFalse(devices.back())
        devices.on(.lost(device: try known(devices).line))
        devices.on(.notLost)
        devices.on(.back)
        XCTAssertEqual([.back], stage.went)
    }

    func testAReportThatDidNotArriveLeavesTheListAndSaysWhy() async throws {
        let devices = await devices()
        devices.on(.lost(device: try known(devices).line))
        phone.refuses = offline
        await devices.on(.reallyLost, stage)
        XCTAssertEqual(.active, try known(devices).line.state)
        XCTAssertEqual(.tryAgain, try known(devices).failure?.remedy)
    }

    func testAListThatCouldNotBeAskedForIsAskedForAgain() async throws {
        phone.refuses = offline
        let devices = await devices()
        XCTAssertEqual(.failed(failureOf(offline)), devices.state.others)
        phone.refuses = nil
        await devices.on(.ask, stage)
        XCTAssertEqual("22/11/2026", try known(devices).line.since)
    }

    func testAFailureOfTheListOrOfTheReplacementIsMendedWhereItStands() async throws {
        let devices = await devices()
        phone.refuses = offline
        await devices.on(.replace, stage)
        phone.refuses = nil
        await devices.on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(.asked, devices.state.replacement)
        await devices.on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(["others", "replacement", "replacement", "others"], phone.asked)
        devices.on(.mend(remedy: .enrollAgain))
        XCTAssertEqual([.enrollment(link: nil)], stage.went)
    }

    func testACertificateThatEndsIsRenewedByAskingAndTheInvitationIsOpenedWhenItIsThere() async throws {
        let settings = SettingsPresenter(phone: phone, device: stage.device, scope: stage.scope, go: stage.go)
        phone.refuses = offline
        settings.on(.renew)
        XCTAssertEqual(.asking, settings.state.renewal)
        await stage.settle()
        guard case .failed(let failure) = settings.state.renewal else { throw Unexpected(settings.state) }
        phone.refuses = nil
        await settings.on(.mend(remedy: failure.remedy), stage)
        XCTAssertEqual(.asked, settings.state.renewal)
        XCTAssertEqual("replacement", phone.asked.last)
        settings.on(.enrollAnew)
        XCTAssertEqual([.enrollment(link: nil)], stage.went)
    }

    func testAPhoneThatCannotSignAnyMoreAsksForAReplacement() async {
        let devices = await devices()
        XCTAssertEqual(.notAsked, devices.state.replacement)
        devices.on(.replace)
        XCTAssertEqual(.asking, devices.state.replacement)
        await stage.settle()
        XCTAssertEqual(.asked, devices.state.replacement)
        XCTAssertEqual("replacement", phone.asked.last)
        phone.refuses = .Defect(what: "x")
        await devices.on(.replace, stage)
        XCTAssertEqual(
            .failed(Failure(what: words("app-failure-defect"), remedy: .tryAgain, detail: "x")), devices.state.replacement)
        devices.on(.enrollAnew)
        XCTAssertEqual([.enrollment(link: nil)], stage.went)
    }
}
