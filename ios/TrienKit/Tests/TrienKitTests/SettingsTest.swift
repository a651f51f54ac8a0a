import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class SettingsTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    private func settings() -> SettingsPresenter {
        SettingsPresenter(phone: phone, device: stage.device, scope: stage.scope, go: stage.go)
    }

    func testSettingsShowThePersonTheirCertificateAndThisDevice() async throws {
        var profile = enrolled
        profile.certificate = try testCertificate()
        profile.promptPolicy = .session(seconds: 60, signatures: 50)
        phone.stands = .enrolled(profile: profile)
        let state = settings().state
        XCTAssertEqual("Chủ tịch", state.person?.position)
        XCTAssertEqual("Linux", state.person?.model)
        XCTAssertEqual(
            CertificateLines(
                subject: "Nguyễn Văn An", issuer: "CA tập sự", serial: "C3F10A", from: "01/01/2026", until: "20/12/2026", validity: .ending),
            state.certificate)
        XCTAssertEqual(.every(papers: 50), state.prompts)
        XCTAssertEqual(.unknown, state.keys)
    }

    func testThatAPasscodeAnswersIsTold() async {
        XCTAssertFalse(settings().state.passcode)
        var profile = enrolled
        profile.passcode = true
        phone.stands = .enrolled(profile: profile)
        XCTAssertTrue(settings().state.passcode)
    }

    func testAPhoneWithoutAPersonShowsNone() async {
        phone.stands = .notEnrolled
        XCTAssertNil(settings().state.person)
        XCTAssertNil(settings().state.certificate)
        XCTAssertEqual(.each, settings().state.prompts)
    }

    func testACertificateIsGoodEndsSoonOrHasEnded() async throws {
        let facts = try XCTUnwrap(certificateFacts(testCertificate()))
        XCTAssertEqual(.good, facts.validity(facts.until.addingTimeInterval(-31 * 86_400)))
        XCTAssertEqual(.ending, facts.validity(facts.until.addingTimeInterval(-29 * 86_400)))
        XCTAssertEqual(.ended, facts.validity(facts.until.addingTimeInterval(1)))
    }

    func testBytesThatAreNoCertificateAreShownAsNone() async throws {
        let whole = try testCertificate()
        for length in 0..<whole.count { XCTAssertNil(certificateFacts(whole.prefix(length)), "\(length) bytes") }
        for at in whole.indices {
            var changed = whole
            changed[at] ^= 0xff
            _ = certificateFacts(changed)
        }
        XCTAssertNil(certificateFacts(Data([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])))
    }

    func testAnotherLanguageIsSpokenAtOnceAndNotificationsAreLookedAtAgain() async {
        let settings = settings()
        settings.on(.speak(language: .english))
        XCTAssertEqual(.english, settings.state.language)
        XCTAssertEqual(.english, stage.device.spoken)
        stage.device.told = .push
        settings.load()
        XCTAssertEqual(.push, settings.state.notifications)
    }

    func testEveryLineOfTheSettingsLeadsToItsScreen() async {
        let settings = settings()
        for event in [SettingsEvent.notifications, .devices, .verify, .practice, .diagnostics, .licences, .back] { settings.on(event) }
        XCTAssertEqual(
            [.notifications(first: .no), .devices, .verify(file: nil), .practice, .diagnostics, .licences, .back], stage.went)
    }

    func testDiagnosticsSayWhatHelpsAndNameNoDocument() async {
        phone.entries = [entry("d", waiting), entry("e", recorded)]
        let diagnostics = DiagnosticsPresenter(
            phone: phone, device: stage.device, texts: Texts(language: .english), scope: stage.scope, go: stage.go)
        XCTAssertEqual(.notYet, diagnostics.state.check)
        XCTAssertEqual(["Trien test", "Linux", "ky.example.vn"], diagnostics.state.facts.prefix(3).map(\.value))
        XCTAssertEqual(["08:41", "1 – no answer yet", "–"], diagnostics.state.facts.suffix(3).map(\.value))
        XCTAssertFalse(diagnostics.state.facts.contains { $0.value.contains("Kế hoạch") })
        diagnostics.on(.run)
        XCTAssertEqual(.running, diagnostics.state.check)
        await stage.settle()
        XCTAssertEqual(.reached(logSize: 812, clockSeconds: 4), diagnostics.state.check)
        phone.refuses = offline
        await diagnostics.on(.run, stage)
        XCTAssertEqual(.failed(failureOf(offline)), diagnostics.state.check)
        diagnostics.on(.back)
        XCTAssertEqual([.back], stage.went)
    }
}
