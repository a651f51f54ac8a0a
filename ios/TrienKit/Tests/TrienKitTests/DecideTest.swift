import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class DecideTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2"), item("3")] } }

    private func several(_ policy: PromptPolicy = .perUse) -> SeveralPresenter {
        SeveralPresenter(
            phone: phone, session: stage.session, requests: ["1", "2", "3"], policy: policy, scope: stage.scope, go: stage.go)
    }

    private func prompt(_ sign: SignPresenter) -> Prompt? {
        if case .ready(let ready) = sign.state.sheet { ready.prompt } else { nil }
    }

    func testASignatureLeadsToTheNextDocument() async {
        let sign = SignPresenter(
            phone: phone, session: stage.session, certificate: nil, request: "1", scope: stage.scope, go: stage.go)
        XCTAssertEqual(.preparing, sign.state.sheet)
        await stage.settle()
        guard case .ready(let ready) = sign.state.sheet else { return XCTFail("\(sign.state)") }
        XCTAssertEqual("89AB CDEF", ready.lines.certificate)
        XCTAssertEqual("08:41 22/11/2026", ready.lines.at)
        sign.on(.sign)
        XCTAssertEqual(.signing(lines: ready.lines), sign.state.sheet)
        await stage.settle()
        XCTAssertEqual(.signed(at: "08:41", next: "2"), sign.state.sheet)
        sign.on(.next)
        XCTAssertEqual([.document(request: "2")], stage.went)
    }

    func testWhoSignsInAnothersNameSeesIt() async {
        phone.authority = .delegated(position: "Phó Chủ tịch", statement: "00")
        phone.items = [item("1", inPlaceOf: person)]
        let sign = await stage.sign()
        guard case .ready(let ready) = sign.state.sheet else { return XCTFail("\(sign.state)") }
        XCTAssertEqual(InPlaceLines(title: "KT. CHỦ TỊCH", name: person.name, until: "08:41 23/11/2026"), ready.lines.inPlaceOf)
        XCTAssertEqual("Phó Chủ tịch", ready.lines.position)
    }

    func testWhatATokenSignsLaterIsApprovedAndNotSignedAloneAndAmongSeveral() async {
        phone.signer = token
        let yet = words("app-approved-elsewhere-token", ["name": "NGUYỄN VĂN AN"])
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        XCTAssertEqual(.signed(at: "08:41", next: "2", signer: yet), sign.state.sheet)
        phone.decides = { waiting }
        let unsent = await stage.sign()
        await unsent.on(.sign, stage)
        XCTAssertEqual(.kept(next: "2", signer: yet), unsent.state.sheet)
        phone.decides = { recorded }
        for request in ["1", "2", "3"] { stage.session.opened(request) }
        let several = several()
        await several.on(.signAll, stage)
        XCTAssertEqual(Array(repeating: .signed(at: "08:41", signer: yet), count: 3), several.state.rows.map(\.how))
    }

    func testADismissedPromptSignsNothingAndOpensTheSheetAgain() async {
        phone.decides = { throw PhoneError.Signer(source: .Cancelled) }
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        XCTAssertEqual(.failed(Failure(what: words("app-failure-cancelled"), remedy: .tryAgain)), sign.state.sheet)
        await sign.on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(.first, prompt(sign))
    }

    func testWhatCouldNotBeSentIsKeptAndIsNotSignedAgain() async {
        phone.decides = { waiting }
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        await sign.on(.sign, stage)
        XCTAssertEqual(.kept(next: "2"), sign.state.sheet)
        XCTAssertEqual(1, phone.asked.count { $0 == "approve" })
    }

    func testADecisionThatTheServerRefusesSaysWhy() async {
        phone.decides = { overtaken }
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        XCTAssertEqual(.refused(why: problemTitle(.overtaken), what: problemDetail(.overtaken), next: "2"), sign.state.sheet)
    }

    func testTheTimeOfSigningIsRenewedAfterFiveMinutes() async {
        let sign = await stage.sign()
        await stage.pass(.seconds(299))
        XCTAssertEqual(.first, prompt(sign))
        phone.clock += 300
        await stage.pass(.seconds(2))
        XCTAssertEqual(.renewed, prompt(sign))
        XCTAssertEqual(2, phone.asked.count { $0 == "sheet 1" })
    }

    func testASheetThatIsTooOldWhenItIsSignedIsRenewedAndNotSigned() async {
        phone.decides = { throw PhoneError.SheetExpired }
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        XCTAssertEqual(.renewed, prompt(sign))
    }

    func testAClosedSheetIsRenewedNoMore() async {
        let sign = await stage.sign()
        sign.close()
        await stage.pass(.seconds(3600))
        XCTAssertEqual(1, phone.asked.count { $0 == "sheet 1" })
    }

    func testEveryRemedyOfASheetLeadsSomewhere() async {
        let sign = await stage.sign()
        for remedy in [Remedy.lookAgain, .sync, .enrollAgain, .goBack] { sign.on(.mend(remedy: remedy)) }
        sign.on(.notMe)
        sign.on(.toInbox)
        XCTAssertEqual(
            [.document(request: "1"), .inbox, .enrollment(link: nil), .back, .notMe(request: "1"), .inbox], stage.went)
    }

    func testWhoDidNotExpectARequestStopsItWithThatReason() async {
        let notMe = NotMePresenter(
            phone: phone, texts: Texts(language: .vietnamese), request: "1", scope: stage.scope, go: stage.go)
        XCTAssertEqual(.asking, notMe.state.progress)
        await stage.settle()
        XCTAssertEqual("Văn phòng UBND tỉnh", notMe.state.from)
        phone.refuses = offline
        notMe.on(.tell)
        XCTAssertEqual(.sending, notMe.state.progress)
        await stage.settle()
        XCTAssertEqual(.failed(failureOf(offline)), notMe.state.progress)
        phone.refuses = nil
        await notMe.on(.tell, stage)
        XCTAssertEqual(["open 1", "open 1", "reject 1: Tôi không biết yêu cầu ký này"], phone.asked)
        XCTAssertEqual(.told(recorded: true), notMe.state.progress)
        notMe.on(.toInbox)
        notMe.on(.back)
        XCTAssertEqual([.inbox, .back], stage.went)
    }

    func testWhoeverClosesItWhileTheDocumentIsFetchedIsAskedForNoFinger() async {
        let notMe = NotMePresenter(
            phone: phone, texts: Texts(language: .vietnamese), request: "1", scope: stage.scope, go: stage.go)
        phone.opens = { notMe.close() }
        await notMe.on(.tell, stage)
        XCTAssertEqual(["open 1"], phone.asked)
    }

    func testSeveralPapersAreSignedOnlyOnceEachWasViewed() async {
        let several = several()
        await several.on(.signAll, stage)
        XCTAssertEqual([], phone.asked)
        several.on(.oneByOne)
        XCTAssertEqual([.document(request: "1")], stage.went)
        for request in ["1", "2", "3"] { stage.session.opened(request) }
        several.load()
        several.on(.signAll)
        XCTAssertEqual(.yes, several.state.running)
        await stage.settle()
        XCTAssertEqual(3, phone.asked.count { $0 == "approve" })
        XCTAssertEqual([.signed(at: "08:41"), .signed(at: "08:41"), .signed(at: "08:41")], several.state.rows.map(\.how))
    }

    func testALinkThatIsQuickerThanTheSyncWaitsForIt() async {
        phone.unknown = ["1"]
        let document = await stage.document()
        guard case .open = document.state.content else { return XCTFail("\(document.state)") }
        XCTAssertEqual(["sync", "open 1"], phone.asked)
    }

    func testAPhoneWithoutRoomSaysSoAndOpensAndSignsOnceThereIsSome() async {
        phone.refuses = .Storage(source: .Full(file: "documents/00"))
        let document = await stage.document()
        guard case .failed(let failure) = document.state.content else { return XCTFail("\(document.state)") }
        XCTAssertEqual(words("app-failure-disk-full"), failure.what)
        phone.refuses = nil
        await document.on(.mend(remedy: failure.remedy), stage)
        guard case .open = document.state.content else { return XCTFail("\(document.state)") }

        phone.decides = { throw PhoneError.Storage(source: .Full(file: "outbox/00")) }
        let sign = await stage.sign()
        await sign.on(.sign, stage)
        guard case .failed(let unsigned) = sign.state.sheet else { return XCTFail("\(sign.state)") }
        XCTAssertEqual(words("app-failure-disk-full"), unsigned.what)
        phone.decides = { recorded }
        await sign.on(.mend(remedy: unsigned.remedy), stage)
        await sign.on(.sign, stage)
        XCTAssertEqual(.signed(at: "08:41", next: "2"), sign.state.sheet)
    }

    func testADocumentThatCannotBeSignedSaysWhatToTellTheSubmitterAndNamesNoToolToTheLeader() async {
        phone.refuses = .Unsignable(slug: "active-content", detail: "JavaScript in object 7")
        let document = await stage.document()
        guard case .failed(let failure) = document.state.content else { return XCTFail("\(document.state)") }
        XCTAssertEqual(words("app-failure-unsignable"), failure.what)
        XCTAssertEqual(words("pdf-refusal-active-content"), failure.tell)
        XCTAssertFalse(Texts(language: .vietnamese).of(failure.what).contains("clean-copy"))
        document.on(.mend(remedy: failure.remedy))
        XCTAssertEqual([.back], stage.went)
    }

    func testThePersonIsToldHowOftenTheyWillBeAskedForAsManyPapersAsThereAreToSign() async {
        XCTAssertEqual(.each, several().state.prompts)
        XCTAssertEqual(.once, several(.session(seconds: 60, signatures: 3)).state.prompts)
        let short = several(.session(seconds: 60, signatures: 2))
        XCTAssertEqual(.every(papers: 2), short.state.prompts)
        phone.items = [item("1"), item("2"), item("3", decision: "d")]
        short.load()
        XCTAssertEqual(.once, short.state.prompts)
    }

    func testARemedyOfARequestThatNobodyExpectedLeadsSomewhereOrTellsAgain() async {
        let notMe = NotMePresenter(
            phone: phone, texts: Texts(language: .vietnamese), request: "1", scope: stage.scope, go: stage.go)
        await stage.settle()
        notMe.on(.mend(remedy: .lookAgain))
        XCTAssertEqual([.document(request: "1")], stage.went)
        await notMe.on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(.told(recorded: true), notMe.state.progress)
    }

    func testEachOfSeveralPapersHasItsOwnAnswerAndADismissedPromptStopsTheRest() async {
        for request in ["1", "2", "3"] { stage.session.opened(request) }
        var answers: [() throws -> Decided] = [{ overtaken }, { throw PhoneError.Signer(source: .Cancelled) }]
        phone.decides = { try next(&answers)() }
        let several = several()
        await several.on(.signAll, stage)
        XCTAssertEqual(
            [
                .not(Failure(what: problemTitle(.overtaken), remedy: .sync)),
                .not(Failure(what: words("app-failure-cancelled"), remedy: .tryAgain)), .ready,
            ], several.state.rows.map(\.how))
        XCTAssertEqual(.done, several.state.running)
    }

    func testOfSeveralPapersWhatWasDecidedMeanwhileIsKeptAndTheRestSaysHowOftenItAsks() async {
        phone.items = [item("1", decision: "d"), item("2")]
        let several = several(.session(seconds: 60, signatures: 50))
        XCTAssertEqual([.kept, .unread], several.state.rows.map(\.how))
        XCTAssertEqual(.once, several.state.prompts)
        stage.session.opened("2")
        several.load()
        phone.decides = {
            XCTAssertEqual([.kept, .signing], several.state.rows.map(\.how))
            return waiting
        }
        await several.on(.signAll, stage)
        XCTAssertEqual([.kept, .kept], several.state.rows.map(\.how))
        several.on(.open(request: "2"))
        several.on(.back)
        XCTAssertEqual([.document(request: "2"), .back], stage.went)
    }

    private func failing(_ why: PhoneError) async -> SeveralPresenter {
        for request in ["1", "2", "3"] { stage.session.opened(request) }
        phone.decides = { [phone] in
            if phone.asked.count(where: { $0 == "approve" }) == 3 { throw why }
            return recorded
        }
        let several = several()
        await several.on(.signAll, stage)
        return several
    }

    private func mend(_ several: SeveralPresenter) throws {
        guard let row = several.state.rows.last, case .not(let failure) = row.how else { throw Unexpected(several.state) }
        several.on(.mend(request: row.request, remedy: failure.remedy))
    }

    private let signed = How.signed(at: "08:41")

    func testAPaperThatGotNoSignatureIsTriedAgainAlone() async throws {
        let several = await failing(.Signer(source: .Locked))
        try mend(several)
        XCTAssertEqual(.no, several.state.running)
        XCTAssertEqual([signed, signed, .ready], several.state.rows.map(\.how))
        await several.on(.signAll, stage)
        XCTAssertEqual(signed, several.state.rows.last?.how)
        XCTAssertEqual(4, phone.asked.count { $0 == "approve" })
    }

    func testAPaperThatIsAnotherOneByNowIsReadAgainBeforeItIsSigned() async throws {
        let several = await failing(.Changed(request: "3"))
        try mend(several)
        XCTAssertEqual([.document(request: "3")], stage.went)
        await several.on(.signAll, stage)
        XCTAssertEqual(.unread, several.state.rows.last?.how)
        _ = await stage.document("3")
        several.load()
        await several.on(.signAll, stage)
        XCTAssertEqual(signed, several.state.rows.last?.how)
    }

    func testAPaperThatSomebodyElseDecidedLeadsToTheListAndOneThatNobodyReadStandsInNoOnesWay() async throws {
        phone.decides = { overtaken }
        for request in ["1", "2"] { stage.session.opened(request) }
        let several = several()
        XCTAssertFalse(several.state.canSign)
        phone.items = [item("1"), item("2")]
        several.load()
        await several.on(.signAll, stage)
        try mend(several)
        XCTAssertEqual([.inbox], stage.went)
    }
}
