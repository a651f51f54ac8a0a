import TrienCore
import XCTest

@testable import TrienKit

/// Copies and comments, and in whose place somebody decides.
@MainActor
final class BesideTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    private func open() async throws -> DocumentContent.Open {
        let document = await stage.document()
        guard case .open(let open) = document.state.content else { throw Unexpected(document.state) }
        return open
    }

    private func known(_ comments: CommentsPresenter) throws -> (lines: [CommentLine], failure: Failure?) {
        guard case .known(let lines, let failure) = comments.state.list else { throw Unexpected(comments.state) }
        return (lines, failure)
    }

    private func row() async throws -> WaitingRow {
        let inbox = await stage.inbox()
        return try XCTUnwrap(inbox.state.sections.first?.rows.first)
    }

    func testACopyIsReadAndNothingCanBeDecidedOnIt() async throws {
        phone.received = [copy("1")]
        let inbox = await stage.inbox()
        inbox.on(.show(tab: .copies))
        XCTAssertEqual([nil], inbox.state.copies.map(\.opened))
        XCTAssertEqual(1, inbox.state.unopened)
        inbox.on(.open(request: "1"))
        XCTAssertEqual([.document(request: "1")], stage.went)
        let open = try await open()
        XCTAssertNil(open.agree)
        XCTAssertNil(open.place)
    }

    func testAPartInAnothersPlaceSaysWhoseItIsFromTheListToTheSheet() async throws {
        phone.items = [item("1", inPlaceOf: person)]
        let row = try await row()
        XCTAssertEqual(words("app-in-place-of", ["name": person.name]), row.inPlaceOf)
        let open = try await open()
        XCTAssertEqual(person.name, open.inPlaceOf)
        let sign = await stage.sign()
        guard case .ready(let ready) = sign.state.sheet else { throw Unexpected(sign.state) }
        XCTAssertEqual(["KT. CHỦ TỊCH", person.name], ready.lines.inPlaceOf.map { [$0.title, $0.name] })
        let refuse = await stage.refuse(.reject)
        XCTAssertEqual(person.name, refuse.state.inPlaceOf)
    }

    func testADeadlineInWorkingTimeGoesBeforeTheEndOfTheRequest() async throws {
        phone.items = [item("1", left: 9 * 86_400, due: now + 20 * 60)]
        let row = try await row()
        XCTAssertEqual(.soon, row.deadline.nearness)
    }

    func testWhoIsAwayIsToldOnlyWhileItIsAwaited() async throws {
        func absent(_ assignment: Assignment, from: Double, until: Double) async throws -> String? {
            let away = Absence(since: now + from * 86_400, until: now + until * 86_400)
            phone.items = [item("1")]
            let signer = RouteSigner(person: person, assignment: assignment, reason: nil, absent: away)
            phone.steps = [RouteStep(number: 1, role: .approve, quorum: .all, signers: [signer])]
            guard case .ours(let key, _) = try await open().route.first?.absent else { return nil }
            return key
        }
        let isAway = try await absent(.open, from: -1, until: 2)
        XCTAssertEqual("app-route-absent", isAway)
        let willBe = try await absent(.waiting, from: 1, until: 2)
        XCTAssertEqual("app-route-absent-later", willBe)
        let released = try await absent(.released, from: -1, until: 2)
        XCTAssertNil(released)
        let isBack = try await absent(.open, from: -2, until: -1)
        XCTAssertNil(isBack)
    }

    func testAPartThatAwaitsItsDocumentSignatureSaysUntilWhenAndWhenThatIsOver() async throws {
        func awaits(_ assignment: Assignment, _ seconds: TimeInterval) async throws -> Words? {
            phone.items = [item("1")]
            let signer = RouteSigner(person: person, assignment: assignment, reason: nil, awaitsUntil: now + seconds)
            phone.steps = [RouteStep(number: 1, role: .approve, quorum: .all, signers: [signer])]
            return try await open().route.first?.awaits
        }
        let until = try await awaits(.open, 86_400)
        XCTAssertEqual(words("app-route-awaits", ["until": "08:41 23/11/2026"]), until)
        let over = try await awaits(.open, 0)
        XCTAssertEqual(words("app-route-awaits-over", ["until": "08:41"]), over)
        let released = try await awaits(.released, 86_400)
        XCTAssertNil(released)
    }

    func testTheWayToTheCommentsLeadsBesideThePageAtTheUpperEdge() async {
        phone.items = [item("1")]
        await stage.document().on(.comments(page: 2))
        XCTAssertEqual([.comments(request: "1", page: 2, pages: 3)], stage.went)
    }

    func testACommentIsWrittenBesideThePageThatIsChosenAndStaysInTheFieldUntilItArrived() async throws {
        phone.items = [item("1")]
        let comments = await stage.comments()
        comments.on(.page(page: 9))
        comments.on(.write(text: " Nguồn nào? "))
        phone.refuses = offline
        await comments.on(.send, stage)
        XCTAssertEqual(" Nguồn nào? ", comments.state.text)
        XCTAssertEqual(.tryAgain, try known(comments).failure?.remedy)
        phone.refuses = nil
        comments.on(.send)
        // What is on its way stays as it is.
        comments.on(.write(text: "Khác"))
        await stage.settle()
        XCTAssertEqual("comment 1 0 3: Nguồn nào?", phone.asked.last { $0.hasPrefix("comment 1") })
        XCTAssertEqual("", comments.state.text)
    }

    func testNothingThatIsEmptyOrLongerThanTheCoreTakesIsSentAndNoneOfItIsLost() async {
        phone.items = [item("1")]
        let comments = await stage.comments()
        func canSend(_ text: String) -> Bool {
            comments.on(.write(text: text))
            XCTAssertEqual(text, comments.state.text)
            return comments.state.canSend
        }
        XCTAssertEqual([false, false, true], ["", " \n ", "Nguồn nào?"].map(canSend))
        // As the core counts them: without the blanks around them, each letter with its marks as one.
        let longest = String(repeating: "ố", count: 1_999) + "😀"
        XCTAssertEqual(
            [true, true, false], [" \(longest) ", longest.decomposedStringWithCanonicalMapping, longest + "ố"].map(canSend))
        XCTAssertEqual(words("app-comment-too-long", ["count": 2000]), comments.state.tooLong)
        await comments.on(.send, stage)
        XCTAssertEqual(["comments 1"], phone.asked)
    }

    func testAnOwnCommentIsWithdrawnAfterASecondWordAndThoseOfOthersNever() async throws {
        phone.items = [item("1")]
        phone.said = [comment("c1", "Lê Thị Hoa", "", text: "A"), comment("c2", "An", "Chủ tịch", text: "B", mine: true)]
        let comments = await stage.comments()
        let lines = try known(comments).lines
        XCTAssertEqual([.text(text: "A"), .own(text: "B")], lines.map(\.body))
        await comments.on(.reallyWithdraw, stage)
        XCTAssertEqual(["comments 1"], phone.asked)
        comments.on(.withdraw(line: lines[1]))
        await comments.on(.reallyWithdraw, stage)
        XCTAssertEqual(["comments 1", "withdraw c2", "comments 1"], phone.asked)
        XCTAssertEqual(.withdrawn(at: "08:41"), try known(comments).lines[1].body)
    }

    func testNothingIsAddedOnceTheDocumentHasEnded() async {
        let comments = await stage.comments()
        comments.on(.write(text: "A"))
        await comments.on(.send, stage)
        XCTAssertEqual(["comments 1"], phone.asked)
    }
}
