import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class DocumentTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2")] } }

    private func open(_ document: DocumentPresenter, file: StaticString = #filePath, line: UInt = #line) throws -> DocumentContent.Open {
        guard case .open(let open) = document.state.content else { throw Unexpected(document.state, file, line) }
        return open
    }

    private func over() async throws -> (what: Words, decision: String?) {
        let state = await stage.document().state
        guard case .over(let what, _, let decision) = state.content else { throw Unexpected(state) }
        return (what, decision)
    }

    func testADocumentThatIsOpenSaysWhereTheSignatureGoesAndCountsAsRead() async throws {
        XCTAssertEqual(.unread, stage.session.reading("1"))
        let document = DocumentPresenter(phone: phone, session: stage.session, request: "1", scope: stage.scope, go: stage.go)
        XCTAssertEqual(.opening, document.state.content)
        await stage.settle()
        let open = try open(document)
        XCTAssertEqual(2, open.place)
        XCTAssertEqual(2, open.mark?.page)
        XCTAssertEqual(words("app-agree-approve"), open.agree)
        XCTAssertEqual([.now], open.route.map(\.how))
        XCTAssertEqual(.read, stage.session.reading("1"))
    }

    func testADocumentThatTheCoreRefusesDoesNotCountAsReadAndCanBeTriedAgain() async throws {
        phone.refuses = .Document(detail: "other bytes")
        let document = await stage.document()
        XCTAssertEqual(.failed(failureOf(PhoneError.Document(detail: "other bytes"))), document.state.content)
        XCTAssertEqual(.unread, stage.session.reading("1"))
        phone.refuses = nil
        await document.on(.mend(remedy: .tryAgain), stage)
        _ = try open(document)
    }

    func testWhatWaitsNoMoreSaysWhyInsteadOfOfferingASignature() async throws {
        phone.items = []
        phone.ended = .recalled
        var over = try await over()
        XCTAssertEqual(words("app-end-recalled"), over.what)
        phone.ended = .open(step: 2)
        over = try await self.over()
        XCTAssertEqual(words("app-over-elsewhere"), over.what)
        phone.items = [item("1", decision: "d")]
        over = try await self.over()
        XCTAssertEqual(words("app-over-here"), over.what)
        XCTAssertNil(over.decision)
        phone.entries = [entry("d", recorded, request: "1")]
        over = try await self.over()
        XCTAssertEqual("d", over.decision)
        XCTAssertEqual([], phone.asked)
    }

    func testWhatASyncTakesFromTheListWhileItIsFetchedIsOver() async throws {
        phone.opens = { [phone] in phone.items = [] }
        let over = try await over()
        XCTAssertEqual(words("app-over-elsewhere"), over.what)
    }

    func testEverySignerStandsOnTheRouteAsFarAsTheyAre() async throws {
        let at = now.addingTimeInterval(-86_400)
        let told: [(Assignment, Standpoint)] = [
            (.waiting, .waits), (.open, .now), (.released, .released), (.decided(verb: .approve, decision: "d", at: at), .approved),
            (.decided(verb: .reject, decision: "d", at: at), .rejected), (.decided(verb: .return, decision: "d", at: at), .returned),
        ]
        for (assignment, how) in told {
            phone.assignment = assignment
            let line = try open(await stage.document()).route[0]
            XCTAssertEqual(how, line.how)
            if case .decided = assignment { XCTAssertEqual("08:41 21/11/2026", line.when) } else { XCTAssertNil(line.when) }
        }
    }

    func testWhoOnlyReviewsHasNoPlaceOnThePage() async throws {
        phone.items = [item("1", role: .review)]
        let open = try open(await stage.document())
        XCTAssertNil(open.place)
        XCTAssertNil(open.mark)
        XCTAssertEqual(words("app-agree-review"), open.agree)
    }

    func testANewVersionSaysThatItIsOne() async throws {
        func version(_ number: UInt32) async throws -> String? {
            phone.version = number
            return try open(await stage.document()).facts.first { $0.name == words("app-fact-version") }?.value
        }
        let (first, second) = (try await version(1), try await version(2))
        XCTAssertNil(first)
        XCTAssertEqual("2", second)
    }

    func testWhatWasChangedAfterASignatureCanBeCompared() async throws {
        phone.findings = [.contentChangedAfterSignature]
        let document = await stage.document()
        let open = try open(document)
        XCTAssertEqual(.yes, open.changed)
        XCTAssertEqual([words("pdf-finding-content-changed-after-signature")], open.findings)
        document.on(.compare)
        XCTAssertEqual([.changes(what: .ofRequest(request: "1"))], stage.went)
    }

    func testAPanelIsLaidBesideTheDocumentAndTakenAway() async {
        let document = await stage.document()
        for panel in Panel.allCases {
            document.on(.toggle(panel: panel))
            XCTAssertEqual(panel, document.state.panel)
        }
        document.on(.toggle(panel: .facts))
        XCTAssertNil(document.state.panel)
    }

    func testEveryWayFromADocumentLeadsToItsScreen() async {
        let document = await stage.document()
        let ways: [DocumentEvent] = [
            .back, .agree, .reject, .return, .notMe, .preview, .receipt(decision: "d"), .mend(remedy: .goBack), .mend(remedy: .enrollAgain),
        ]
        for way in ways { document.on(way) }
        XCTAssertEqual(
            [
                .back, .sign(request: "1"), .refuse(request: "1", verb: .reject), .refuse(request: "1", verb: .return),
                .notMe(request: "1"), .sign(request: "1", look: .page), .receipt(decision: "d"), .back, .enrollment(link: nil),
            ], stage.went)
        await document.on(.mend(remedy: .sync), stage)
        XCTAssertEqual(["open 1", "sync", "open 1"], phone.asked)
    }

    func testAnAttachmentThatIsAPDFIsReadAndAnotherIsOnlyNamed() async throws {
        phone.attached = [
            Attachment(place: 1, name: "phu-luc.pdf", size: 412_300, reading: .here),
            Attachment(place: 2, name: "bang.xlsx", size: 2_500_000, reading: .elsewhere),
        ]
        let document = await stage.document()
        let lines = try open(document).attachments
        XCTAssertEqual(AttachmentLine(name: "phu-luc.pdf", size: words("app-size-kb", ["count": 412]), place: 1), lines[0])
        XCTAssertEqual(AttachmentLine(name: "bang.xlsx", size: words("app-size-mb", ["count": 2]), place: nil), lines[1])
        document.on(.read(attachment: lines[1]))
        XCTAssertEqual([], stage.went)
        document.on(.read(attachment: lines[0]))
        XCTAssertEqual([.attached(.init(request: "1", place: 1, name: "phu-luc.pdf"))], stage.went)
    }

    func testAnAttachmentIsOpenedAndOneThatFailedIsOpenedAgain() async {
        phone.refuses = offline
        let place = Place.Attached(request: "1", place: 1, name: "phu-luc.pdf")
        let attachment = AttachmentPresenter(phone: phone, place: place, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.opening, attachment.state.content)
        await stage.settle()
        XCTAssertEqual(.failed(failureOf(offline)), attachment.state.content)
        phone.refuses = nil
        await attachment.on(.again, stage)
        XCTAssertEqual(.open(pages: [PageSize(width: 1, height: 1)]), attachment.state.content)
        attachment.on(.back)
        XCTAssertEqual([.back], stage.went)
    }
}

/// A state that a test cannot go on with.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ what: Any, _ file: StaticString = #filePath, _ line: UInt = #line) { description = "\(file):\(line): \(what)" }
}
