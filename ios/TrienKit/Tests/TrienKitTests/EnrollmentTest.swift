import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class EnrollmentTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }
    private let link = "https://ky.example.vn/e#AAAA"
    private let holder = Holder(office: "Văn phòng UBND tỉnh", server: "ky.example.vn", name: "Nguyễn Văn An", position: "Chủ tịch")

    override func setUp() async throws { await MainActor.run { phone.stands = .notEnrolled } }

    private func enrollment(_ link: String? = nil, enrolled: @escaping @MainActor () async -> Void = {}) async -> EnrollmentPresenter {
        let enrollment = EnrollmentPresenter(
            phone: phone, device: stage.device, link: link, scope: stage.scope, go: stage.go, enrolled: enrolled)
        await stage.settle()
        return enrollment
    }

    private func slip(_ enrollment: EnrollmentPresenter) throws -> EnrollmentStep.Slip {
        guard case .slip(let slip) = enrollment.state.step else { throw Unexpected(enrollment.state) }
        return slip
    }

    func testALinkLeadsOverCheckAndKeysToACodeAndTheOfficersAnswerToTheList() async {
        phone.statuses = [.pending, .waitingForCertificate, .active(profile: TrienKitTests.enrolled)]
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment(link)
        XCTAssertEqual(.check(holder: holder, prompts: .each, lock: .biometric), enrollment.state.step)
        enrollment.on(.right)
        XCTAssertEqual(.keys(holder: holder), enrollment.state.step)
        XCTAssertEqual(.yes, enrollment.state.busy)
        await stage.settle()
        XCTAssertEqual(.waiting(code: "7391 0264", notifications: .off, pending: .officer), enrollment.state.step)
        XCTAssertEqual(.no, enrollment.state.busy)
        await enrollment.on(.allowNotifications, stage)
        await stage.pass(.milliseconds(5_001))
        XCTAssertEqual(.waiting(code: "7391 0264", notifications: .push, pending: .certificate), enrollment.state.step)
        await stage.pass(.milliseconds(5_001))
        XCTAssertEqual(.done(name: "Nguyễn Văn An", office: "Văn phòng UBND tỉnh"), enrollment.state.step)
        for event in [EnrollmentEvent.tryNotifications, .toInbox, .practice] { enrollment.on(event) }
        XCTAssertEqual([.notifications(first: .yes), .inbox, .practice], stage.went)
    }

    func testBeforeTheKeysAreMadeThePersonSeesHowManyPapersOnePromptIsGoodFor() async {
        var longer = preview
        longer.promptPolicy = .session(seconds: 30, signatures: 10)
        phone.stands = .invited(preview: longer)
        let enrollment = await enrollment()
        XCTAssertEqual(.check(holder: holder, prompts: .every(papers: 10), lock: .biometric), enrollment.state.step)
    }

    func testOnceThePhoneIsEnrolledItAsksToBeWoken() async {
        var asked = 0
        phone.stands = .waitingForOfficer(code: "7391 0264")
        phone.statuses = [.pending, .active(profile: TrienKitTests.enrolled)]
        _ = await enrollment(enrolled: { asked += 1 })
        XCTAssertEqual(0, asked)
        await stage.pass(.milliseconds(5_001))
        XCTAssertEqual(1, asked)
    }

    func testALinkFromOutsideWaitsUntilThePersonOpensIt() async {
        let enrollment = await enrollment(link)
        XCTAssertEqual(.start(link: link), enrollment.state.step)
        XCTAssertEqual([], phone.asked)
        await enrollment.on(.open, stage)
        XCTAssertEqual(["link \(link)"], phone.asked)
    }

    func testALinkIsPastedOrScanned() async {
        let enrollment = await enrollment()
        XCTAssertEqual(.start(), enrollment.state.step)
        enrollment.on(.link(text: link))
        XCTAssertEqual(.start(link: link), enrollment.state.step)
        phone.refuses = .Invitation(detail: "not one")
        await enrollment.on(.scanned(text: "x"), stage)
        XCTAssertEqual(Failure(what: words("app-failure-invitation"), remedy: .enrollAgain, detail: "not one"), enrollment.state.failure)
        enrollment.on(.mend(remedy: .goBack))
        XCTAssertEqual([.back], stage.went)
    }

    func testAPhoneWhoseKeyToSignWithIsGoneAsksForAReplacement() async {
        phone.stands = .enrolled(profile: TrienKitTests.enrolled)
        phone.statuses = [.active(profile: TrienKitTests.enrolled), .active(profile: TrienKitTests.enrolled)]
        let enrollment = await enrollment()
        XCTAssertEqual(["status", "replacement"], phone.asked)
        await enrollment.on(.scanned(text: link), stage)
        XCTAssertEqual(["status", "link \(link)"], Array(phone.asked.dropFirst(2)))
    }

    func testAPhoneThatWasRevokedAsksWhereItStandsAndForNothingElse() async {
        phone.stands = .enrolled(profile: TrienKitTests.enrolled)
        phone.statuses = [.revoked]
        _ = await enrollment()
        XCTAssertEqual(["status"], phone.asked)
    }

    func testAPhoneThatWasErasedSaysWhyUntilAnotherLinkIsOpened() async {
        phone.stands = .erased(why: .revoked(unanswered: 2))
        var enrollment = await enrollment()
        XCTAssertEqual(.ended(why: words("app-erased-revoked", ["unanswered": 2])), enrollment.state.step)
        phone.stands = .erased(why: .keyLost)
        enrollment = await self.enrollment()
        XCTAssertEqual(.ended(why: words("app-erased-key-lost")), enrollment.state.step)
        enrollment = await self.enrollment(link)
        XCTAssertEqual(.start(link: link), enrollment.state.step)
    }

    func testAWrongShortCodeSaysHowManyTriesAreLeft() async throws {
        let held = HeldSlip(
            server: "https://ky.example.vn", person: person, unit: office, office: office, expires: now.addingTimeInterval(86_400),
            triesLeft: nil)
        phone.stands = .holdsSlip(slip: held)
        let enrollment = await enrollment()
        XCTAssertEqual(.init(holder: holder, until: "23/11/2026"), try slip(enrollment))
        enrollment.on(.code(text: "1234 5678 90"))
        XCTAssertEqual("12345678", try slip(enrollment).code)
        phone.refuses = .WrongShortCode(left: 3)
        await enrollment.on(.sendCode, stage)
        XCTAssertEqual("", try slip(enrollment).code)
        XCTAssertEqual(3, try slip(enrollment).triesLeft)
        XCTAssertEqual(words("app-failure-wrong-short-code", ["left": 3]), enrollment.state.failure?.what)
        enrollment.on(.mend(remedy: .tryAgain))
        XCTAssertNil(enrollment.state.failure)
        phone.refuses = nil
        enrollment.on(.code(text: "48170264"))
        await enrollment.on(.sendCode, stage)
        XCTAssertEqual(.check(holder: holder, prompts: .each, lock: .biometric), enrollment.state.step)
    }

    func testWhoIsNotThePersonMeantGivesTheInvitationUp() async {
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment()
        await enrollment.on(.notMe, stage)
        XCTAssertEqual(["abandon"], phone.asked)
        XCTAssertEqual(.start(), enrollment.state.step)
    }

    func testAFaceThatWasAddedInTheSettingsIsNoticedOnTheWayBack() async {
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment()
        for lock in [ScreenLock.noHardware, .noneEnrolled, .biometric] {
            stage.device.lockState = lock
            enrollment.on(.returned)
            XCTAssertEqual(.check(holder: holder, prompts: .each, lock: lock), enrollment.state.step)
        }
    }

    func testKeysThatCouldNotBeSentAreSentAgainByTryingAgain() async {
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment()
        phone.refuses = offline
        await enrollment.on(.right, stage)
        XCTAssertEqual(.keys(holder: holder), enrollment.state.step)
        phone.refuses = nil
        phone.statuses = [.refused]
        await enrollment.on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(.ended(why: words("app-enrollment-refused")), enrollment.state.step)
    }

    func testAPhoneThatCannotMakeTheKeysLeadsToTheSystemsSettingsAndBeginsBeforeThemAgain() async throws {
        phone.stands = .invited(preview: preview)
        let enrollment = await enrollment()
        phone.refuses = .Keys(source: .Unsupported(detail: "no biometric enrolled"))
        await enrollment.on(.right, stage)
        XCTAssertEqual(.keys(holder: holder), enrollment.state.step)
        enrollment.on(.mend(remedy: try XCTUnwrap(enrollment.state.failure).remedy))
        XCTAssertEqual([.security], stage.went)
        XCTAssertEqual(.check(holder: holder, prompts: .each, lock: .biometric), enrollment.state.step)
    }

    func testAPhoneThatWasClosedWhileTheOfficerComparedGoesOnWaiting() async {
        phone.stands = .waitingForOfficer(code: "7391 0264")
        phone.statuses = [.active(profile: TrienKitTests.enrolled)]
        let enrollment = await enrollment()
        XCTAssertEqual(.done(name: "Nguyễn Văn An", office: "Văn phòng UBND tỉnh"), enrollment.state.step)
    }

    func testWhatEndsTheWaitingSaysWhy() async {
        phone.stands = .waitingForOfficer(code: "7391 0264")
        let told: [(EnrollmentStatus, Words)] = [
            (.refused, words("app-enrollment-refused")), (.suspended, problemDetail(.deviceSuspended)),
            (.revoked, problemDetail(.deviceRevoked)),
        ]
        for (status, why) in told {
            phone.statuses = [status]
            let enrollment = await enrollment()
            XCTAssertEqual(.ended(why: why), enrollment.state.step)
        }
    }

    func testAWaitingThatIsGivenUpTakesNoAnswerAnyMore() async {
        phone.stands = .waitingForOfficer(code: "7391 0264")
        phone.statuses = [.pending, .active(profile: TrienKitTests.enrolled)]
        let enrollment = await enrollment()
        await enrollment.on(.mend(remedy: .enrollAgain), stage)
        await stage.pass(.seconds(60))
        XCTAssertEqual(.start(), enrollment.state.step)
        XCTAssertEqual(["status", "abandon"], phone.asked)
    }
}
