import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class CompanionTest: XCTestCase {
    private lazy var stage = Stage()
    private lazy var companion = open()
    private var phone: FakePhone { stage.phone }
    private let id = "0193b0c1-7d2e-7c3a-9f10-2b6d5e8a4c11"

    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2")] } }

    private func open() -> Companion {
        Companion(phone: phone, device: stage.device, waking: wakingOf(phone), scope: stage.scope)
    }

    private func list(_ companion: Companion) throws -> InboxState {
        try XCTUnwrap(companion.scenes.first?.presenter as? InboxPresenter).state
    }

    private func places() -> [Place] { companion.scenes.map(\.place) }

    func testAPhoneThatIsNotEnrolledBeginsWithTheEnrollment() async {
        phone.stands = .notEnrolled
        XCTAssertEqual([.enrollment(link: nil)], places())
        phone.stands = .enrolled(profile: enrolled)
        companion.go(.inbox)
        XCTAssertEqual([.inbox], places())
    }

    func testOnAPhoneThatWasErasedNoFileIsLeftThatItShared() async {
        stage.device.handed = [Shared(name: "a.signed.pdf", bytes: Data([1]))]
        companion.go(.settings)
        XCTAssertEqual(1, stage.device.handed.count)
        phone.stands = .erased(why: .revoked(unanswered: 0))
        companion.go(.inbox)
        await stage.settle()
        XCTAssertEqual([], stage.device.handed)
        XCTAssertEqual([.enrollment(link: nil)], places())
    }

    func testTheNextDocumentTakesThePlaceOfTheOneBeforeAndOfItsSheet() async {
        companion.go(.document(request: "1"))
        companion.go(.sign(request: "1"))
        let sheet = companion.scenes.last
        companion.go(.document(request: "2"))
        XCTAssertEqual([.inbox, .document(request: "2")], places())
        XCTAssertEqual(true, sheet?.scope.isCancelled)
        companion.go(.back)
        companion.go(.back)
        XCTAssertEqual([.inbox], places())
    }

    func testALinkToARequestOfTheOwnOfficeOpensItAndOneOfAnotherOfficeOpensNothing() async {
        companion.link("https://elsewhere.vn/console/requests/\(id)")
        XCTAssertEqual([.inbox], places())
        companion.link("trien://ky.example.vn/requests/\(id)")
        XCTAssertEqual([.inbox, .document(request: id)], places())
    }

    func testALinkFromAMailOpensItsRequest() async {
        XCTAssertEqual(.request(server: "https://ky.example.vn", request: id), linkOf("https://ky.example.vn/r/\(id)"))
        companion.link("trien://ky.example.vn/r/\(id)")
        XCTAssertEqual([.inbox, .document(request: id)], places())
    }

    func testANoticeLeadsToTheListOrToTheOneRequestThatWaitsAndSaysNoMoreThanHowManyThereAre() async throws {
        XCTAssertEqual(Waits(count: 2, link: "trien://ky.example.vn/requests"), waitsOn(phone))
        companion.go(.document(request: "1"))
        companion.link(try XCTUnwrap(waitsOn(phone).link))
        XCTAssertEqual([.inbox], places())
        phone.items = [item(id, "Bổ nhiệm ông An"), item("2", decision: "d")]
        XCTAssertEqual(Waits(count: 1, link: "trien://ky.example.vn/requests/\(id)"), waitsOn(phone))
        companion.link(try XCTUnwrap(waitsOn(phone).link))
        XCTAssertEqual([.inbox, .document(request: id)], places())
    }

    func testWhileTheAppIsInFrontWhatIsNewComesIntoTheListWithoutBeingAskedFor() async throws {
        phone.news = { [time = stage.time] in
            try await time.sleep(for: .seconds(10))
            return synced
        }
        companion.go(.document(request: "1"))
        companion.returned()
        await stage.settle()
        phone.items.append(item("3"))
        phone.forget()
        await stage.pass(.seconds(11))
        XCTAssertEqual(3, try list(companion).waiting)
        XCTAssertEqual(3, stage.device.waits?.count)
        XCTAssertEqual(["flush", "listen"], phone.asked)
        companion.left()
        await stage.settle()
        phone.forget()
        await stage.pass(.seconds(3600))
        XCTAssertEqual([], phone.asked)
    }

    func testAPhoneThatMayActNoMoreSaysSoAtOnceAndOneThatWasErasedShowsThat() async throws {
        companion.go(.document(request: "1"))
        await stage.settle()
        phone.news = { throw suspended }
        phone.refuses = suspended
        companion.returned()
        await stage.settle()
        guard case .failed(_, failureOf(suspended)) = try list(companion).sync else { throw Unexpected(try list(companion)) }
        companion.left()
        phone.news = { [phone] in
            phone.stands = .erased(why: .revoked(unanswered: 0))
            throw suspended
        }
        companion.go(.sign(request: "1"))
        companion.returned()
        await stage.settle()
        XCTAssertEqual([.enrollment(link: nil)], places())
    }

    func testWhatTheBackgroundHasSyncedShowsInAListThatIsOpen() async throws {
        _ = companion
        await stage.settle()
        phone.items.append(item("3"))
        XCTAssertEqual(2, try list(companion).waiting)
        companion.synced()
        XCTAssertEqual(3, try list(companion).waiting)
    }

    func testTheNumberOnTheIconFollowsWhatWaitsAndWhatIsDecidedHereWaitsNoMore() async {
        _ = companion
        await stage.settle()
        XCTAssertEqual(2, stage.device.waits?.count)
        phone.items = [item("1"), item("2", decision: "d")]
        companion.go(.document(request: "1"))
        XCTAssertEqual(1, stage.device.waits?.count)
    }

    func testTheSystemsSettingsAreNoScreenOfThisApp() async {
        companion.go(.security)
        XCTAssertEqual(1, stage.device.securityOpened)
        XCTAssertEqual([.inbox], places())
    }

    func testWhatFailedLastStandsInTheDiagnosticsWithItsDetail() async throws {
        phone.refuses = .Unreachable(server: "https://ky.example.vn", detail: "timed out")
        companion.go(.document(request: "1"))
        await stage.settle()
        phone.entries = [entry("d", waiting)]
        companion.go(.diagnostics)
        let facts = try XCTUnwrap(companion.scenes.last?.presenter as? DiagnosticsPresenter).state.facts
        let value = { (name: String) in facts.first { $0.name == words(name) }?.value }
        XCTAssertEqual(
            "08:41 – Chưa kết nối được với ky.example.vn. Hãy kiểm tra mạng rồi thử lại. – timed out", value("app-fact-last-failure"))
        XCTAssertEqual("1 – no answer yet", value("app-fact-unsent"))
    }

    func testALinkClosesNothingThatIsBeingDecided() async {
        companion.go(.document(request: "1"))
        companion.go(.sign(request: "1"))
        companion.link("trien://ky.example.vn/requests/\(id)")
        XCTAssertEqual([.inbox, .document(request: "1"), .sign(request: "1")], places())
        for place in [Place.refuse(request: "1", verb: .reject), .notMe(request: "1"), .several(requests: [])] {
            XCTAssert(isDeciding(place))
        }
    }

    func testAnInvitationFromOutsideLiesOnWhatIsOpenAndTakesThePlaceOfAnother() async {
        companion.go(.document(request: "1"))
        companion.link("https://ky.example.vn/e#A")
        companion.link("https://ky.example.vn/e#B")
        XCTAssertEqual([.inbox, .document(request: "1"), .enrollment(link: "https://ky.example.vn/e#B")], places())
    }

    func testAnInvitationKeepsWhatIsBehindTheHash() async {
        let invitation = Link.invitation(text: "https://ky.example.vn:8443/e#pQFQB_-")
        XCTAssertEqual(invitation, linkOf("https://ky.example.vn:8443/e#pQFQB_-"))
        XCTAssertEqual(invitation, linkOf("trien://ky.example.vn:8443/e#pQFQB_-"))
        XCTAssertEqual(
            .request(server: "https://ky.example.vn:8443", request: id), linkOf("trien://ky.example.vn:8443/api/v1/requests/\(id)"))
    }

    func testWhatIsNoLinkOfOursLeadsNowhere() async {
        let strangers = [
            "http://ky.example.vn/e#A", "https://ky.example.vn/", "https://ky.example.vn/e/x", "https:///e#A",
            "https://ky.example.vn@evil.vn/e#A", "https://@evil.vn/e#A", "javascript:alert(1)", "https://ky.example.vn/requests/1",
            "https://ky.example.vn/console/requests/\(id)/document", "trien:e", "::", "",
            "https://" + String(repeating: "a", count: 5_000) + "/e",
        ]
        XCTAssertEqual([], strangers.filter { linkOf($0) != nil })
    }

    func testTheListThatLiesBeneathShowsWhatAScreenOnItHasChanged() async throws {
        companion.go(.document(request: "1"))
        phone.items = [item("2")]
        companion.go(.document(request: "2"))
        XCTAssertEqual(1, (companion.scenes.first?.presenter as? InboxPresenter)?.state.waiting)
    }

    func testAFileThatCouldNotBeReadSaysSoAndAnotherCanBeChosen() async throws {
        companion.go(.notRead)
        var front = try XCTUnwrap(companion.scenes.last?.presenter as? VerifyPresenter)
        XCTAssertEqual(.failed(Failure(what: words("app-failure-not-read"), remedy: .tryAgain)), front.state)
        companion.go(.notRead)
        XCTAssertEqual(2, companion.scenes.count, "files that are handed over do not pile up")
        front = try XCTUnwrap(companion.scenes.last?.presenter as? VerifyPresenter)
        front.on(.again)
        XCTAssertEqual(.choose, front.state)
    }

    func testEveryPlaceHasItsScreenAndTheStepBackLeavesIt() async {
        let places: [Place] = [
            .document(request: "1"), .sign(request: "1"), .refuse(request: "1", verb: .return), .notMe(request: "1"),
            .several(requests: ["1"]), .receipt(decision: "d"), .verify(file: nil), .changes(what: .ofRequest(request: "1")),
            .attached(.init(request: "1", place: 1, name: "a.pdf")), .practice, .enrollment(link: "x"), .settings,
            .notifications(first: .no), .devices, .diagnostics, .licences,
        ]
        for place in places {
            companion.go(place)
            XCTAssertEqual(place, companion.scenes.last?.place)
            XCTAssertNotNil(companion.scenes.last?.presenter)
            companion.left()
            companion.returned()
            await stage.settle()
            companion.stepBack()
            XCTAssertEqual([.inbox], self.places())
        }
    }

    func testAStepBackIsAnsweredByTheScreenFirst() async {
        companion.go(.refuse(request: "1", verb: .reject))
        let refuse = companion.scenes.last?.presenter as? RefusePresenter
        refuse?.on(.toggle(chip: .form))
        refuse?.on(.send)
        companion.stepBack()
        XCTAssertEqual(2, companion.scenes.count)
        XCTAssertEqual(.writing, refuse?.state.progress)
    }

    func testAPageIsDrawnByTheOneWhoHasIt() async throws {
        let strip = Strip(page: 1, pageWidth: 100, top: 0, height: 50)
        let page = MarkedPage(page: 2, size: PageSize(width: 1, height: 1), mark: Mark(page: 0, left: 0, top: 0, right: 1, bottom: 1))
        _ = try await companion.pages("1", .plain).draw(strip)
        _ = try await companion.stamped(Stamped(sheet: 7, page: page)).draw(strip)
        _ = try await companion.attached(.init(request: "1", place: 3, name: "a.pdf")).draw(strip)
        await stage.settle()
        XCTAssertEqual(
            ["region 1 1", "sheet 7 page 2", "attachment 3 page 1"], phone.asked.filter { $0.contains("1") || $0.contains("page") })
    }
}
