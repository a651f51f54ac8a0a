import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class LookTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }
    private let place = Mark(page: 0, left: 0.1, top: 0.25, right: 0.5, bottom: 0.5)

    override func setUp() async throws { await MainActor.run { phone.items = [item("1")] } }

    private func ready(_ sign: SignPresenter) throws -> SheetContent.Ready {
        guard case .ready(let ready) = sign.state.sheet else { throw Unexpected(sign.state) }
        return ready
    }

    private func changes(_ what: Compared = .ofRequest(request: "1")) async -> ChangesPresenter {
        let changes = ChangesPresenter(phone: phone, what: what, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.looking, changes.state)
        await stage.settle()
        return changes
    }

    private func listed(_ changes: ChangesPresenter) throws -> (rows: [ChangedRow], sight: Sight) {
        guard case .listed(let rows, let sight) = changes.state else { throw Unexpected(changes.state) }
        return (rows, sight)
    }

    func testThePlaceOfASignatureIsMeasuredFromTheUpperLeftOfItsPage() async {
        let rect = Rect(left: 10, bottom: 100, right: 50, top: 150)
        XCTAssertEqual(place, mark(0, rect, PageSize(width: 100, height: 200)))
    }

    func testAStripIsNamedAsTheCoreNamesIt() async {
        let strip = Strip(page: 3, pageWidth: 1080, top: 200, height: 100)
        XCTAssertEqual(Region(page: 3, pageWidth: 1080, left: 0, top: 200, width: 1080, height: 100), region(strip))
        XCTAssertEqual(0, region(Strip(page: -1, pageWidth: 1, top: -5, height: 1), page: 0).top)
    }

    func testASheetShowsThePageThatItStampsAndGoesBackToItsLines() async throws {
        let sign = await stage.sign()
        sign.on(.show(look: .page))
        XCTAssertEqual(.page, try ready(sign).look)
        XCTAssertEqual(2, try ready(sign).stamped?.page.page)
        sign.on(.cancel)
        XCTAssertEqual(.lines, try ready(sign).look)
        sign.on(.cancel)
        XCTAssertEqual([.back], stage.went)
    }

    func testASheetThatIsRenewedShowsThePageOfTheNewSheetAndOfNoOther() async throws {
        let sign = await stage.sign()
        sign.on(.show(look: .page))
        let before = try ready(sign).stamped?.sheet
        phone.clock += 300
        await stage.pass(.seconds(301))
        XCTAssertEqual(.page, try ready(sign).look)
        XCTAssertEqual(.renewed, try ready(sign).prompt)
        XCTAssertNotEqual(before, try ready(sign).stamped?.sheet)
    }

    func testNothingIsSignedFromThePageAlone() async throws {
        let sign = await stage.sign(first: .page)
        XCTAssertEqual(.page, try ready(sign).look)
        sign.on(.cancel)
        XCTAssertEqual([.back], stage.went)
        XCTAssertFalse(phone.asked.contains("approve"))
    }

    func testASignatureThatIsNotSeenHasNoPageToShow() async throws {
        phone.page = nil
        let sign = await stage.sign(first: .page)
        XCTAssertEqual(.lines, try ready(sign).look)
        sign.on(.show(look: .page))
        XCTAssertEqual(.lines, try ready(sign).look)
        XCTAssertNil(try ready(sign).stamped)
    }

    func testTheFirstChangedPageIsDrawnAtOnceAndAnotherWhenItIsAskedFor() async throws {
        phone.changed = [
            ChangedPage(revision: 1, field: "Ky1", signer: "An", page: nil, kinds: ["actions"]),
            ChangedPage(revision: 1, field: "Ky1", signer: nil, page: 4, kinds: ["page-content", "annotation"]),
        ]
        let changes = await changes()
        let listed = try listed(changes)
        XCTAssertEqual(
            ChangedRow(page: 4, signer: "Ky1", kinds: [words("verify-change-page-content"), words("verify-change-annotation")]),
            listed.rows[1])
        XCTAssertEqual(.drawn(.init(row: 1, before: Data([1]), after: Data([2]), marks: [place])), listed.sight)
        XCTAssertEqual(1, listed.sight.of)
        XCTAssertEqual(["changed 1", "compare 1 1 4"], phone.asked)
        await changes.on(.look(row: 0), stage)
        XCTAssertEqual(2, phone.asked.count, "what touches no page has no picture")
    }

    func testAPageThatCannotBeDrawnSaysWhyBesideTheList() async throws {
        phone.changed = [ChangedPage(revision: 1, field: "Ky1", signer: "An", page: 0, kinds: ["page-content"])]
        let changes = await changes()
        phone.refuses = .Render(slug: "too-many-operations", detail: "the page takes too much to draw")
        changes.on(.look(row: 0))
        XCTAssertEqual(.drawing(row: 0), try listed(changes).sight)
        await stage.settle()
        let failure = Failure(
            what: words("pdf-render-too-many-operations"), remedy: .goBack, detail: "the page takes too much to draw")
        XCTAssertEqual(.failed(row: 0, failure: failure), try listed(changes).sight)
        XCTAssertEqual(0, try listed(changes).sight.of)
    }

    func testOfAFileThePagesAreComparedAsOfARequest() async throws {
        phone.refuses = offline
        let changes = await changes(.ofFile(file: Picked(name: "a.pdf", bytes: Data([1]))))
        XCTAssertEqual(.failed(failureOf(offline)), changes.state)
        phone.refuses = nil
        phone.changed = [ChangedPage(revision: 2, field: "Ky1", signer: "An", page: 0, kinds: [])]
        await changes.on(.again, stage)
        XCTAssertEqual(["changed file", "changed file", "compare file 2 0"], phone.asked)
        phone.changed = []
        await changes.on(.again, stage)
        XCTAssertEqual(.listed(rows: []), changes.state)
        XCTAssertNil(Sight.none.of)
        changes.on(.back)
        XCTAssertEqual([.back], stage.went)
    }

    func testAPracticeIsReadLookedAtSignedAndJudgedAndLeavesNothingBehind() async throws {
        let fake = FakePractice()
        let practice = PracticePresenter(practice: fake, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.opening, practice.state.step)
        await stage.settle()
        guard case .reading(_, 1, _) = practice.state.step else { throw Unexpected(practice.state) }
        practice.on(.sign)
        XCTAssertEqual(["open"], fake.asked)
        await practice.on(.sheet, stage)
        guard case .sheet(let page, "08:41 22/11/2026") = practice.state.step else { throw Unexpected(practice.state) }
        _ = try await practice.stamped.draw(Strip(page: 0, pageWidth: 100, top: 0, height: 50))
        _ = try await practice.pages.draw(Strip(page: 0, pageWidth: 100, top: 0, height: 50))
        XCTAssertEqual(["stamped 1", "plain 0"], fake.asked.suffix(2))
        practice.on(.sign)
        XCTAssertEqual(.signing(page: page, at: "08:41 22/11/2026"), practice.state.step)
        await stage.settle()
        let line = SignatureLine(
            name: "BẢN TẬP / PRACTICE", verdict: .undetermined,
            why: [words("app-verify-no-trusted-issuer"), words("verify-chain-unknown")])
        XCTAssertEqual(.judged(page: page, signatures: [line]), practice.state.step)
        XCTAssertEqual([], phone.asked)
        practice.on(.end)
        XCTAssertEqual([.back], stage.went)
    }

    func testAPhoneThatKnowsNoFingerLeadsFromThePracticeToTheSystemsSettings() async throws {
        let fake = FakePractice()
        let practice = PracticePresenter(practice: fake, scope: stage.scope, go: stage.go)
        await stage.settle()
        fake.refuses = .Keys(source: .Unsupported(detail: "no biometric enrolled"))
        await practice.on(.sheet, stage)
        guard case .failed(let failure) = practice.state.step else { throw Unexpected(practice.state) }
        XCTAssertEqual(words("app-enroll-no-finger"), failure.what)
        fake.refuses = nil
        await practice.on(.mend(remedy: failure.remedy), stage)
        XCTAssertEqual([.security], stage.went)
        guard case .reading = practice.state.step else { throw Unexpected(practice.state) }
    }

    func testOfAFileOfThePersonsOwnNobodyElseHasToHear() async throws {
        phone.refuses = .Unsignable(slug: "encrypted", detail: "the document is encrypted")
        let failure = Failure(what: words("pdf-refusal-encrypted"), remedy: .goBack, detail: "the document is encrypted")
        let changes = await changes(.ofFile(file: Picked(name: "a.pdf", bytes: Data([1]))))
        XCTAssertEqual(.failed(failure), changes.state)
        let verify = VerifyPresenter(phone: phone, file: Picked(name: "a.pdf", bytes: Data([1])), scope: stage.scope, go: stage.go)
        await stage.settle()
        XCTAssertEqual(.failed(failure), verify.state)
        let ofRequest = await self.changes()
        XCTAssertEqual(.failed(failureOf(try XCTUnwrap(phone.refuses))), ofRequest.state)
    }

    func testADismissedPromptEndsThePracticeAndItCanBeBegunAgain() async throws {
        let fake = FakePractice()
        let practice = PracticePresenter(practice: fake, scope: stage.scope, go: stage.go)
        await stage.settle()
        await practice.on(.sheet, stage)
        fake.refuses = .Signer(source: .Cancelled)
        await practice.on(.sign, stage)
        XCTAssertEqual(.failed(Failure(what: words("app-failure-cancelled"), remedy: .tryAgain)), practice.state.step)
        fake.refuses = .Signer(source: .KeyInvalidated)
        await practice.on(.read, stage)
        let failure = Failure(what: words("app-failure-key-invalidated"), remedy: .tryAgain)
        XCTAssertEqual(.failed(failure), practice.state.step, "nobody is enrolled anew for a practice")
        fake.refuses = nil
        await practice.on(.read, stage)
        guard case .reading = practice.state.step else { throw Unexpected(practice.state) }
    }
}
