import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class RefuseTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2")] } }

    private func leaving() async -> RefusePresenter {
        let refuse = await stage.refuse(.reject)
        if !refuse.state.chips.contains(.form) { refuse.on(.toggle(chip: .form)) }
        refuse.on(.send)
        XCTAssertEqual(.leaving(seconds: 5), refuse.state.progress)
        await stage.settle()
        return refuse
    }

    func testNobodyIsRefusedWithoutAReason() async {
        let refuse = await stage.refuse(.reject)
        XCTAssertEqual("12/KH-UBND", refuse.state.title)
        refuse.on(.send)
        refuse.on(.write(text: "  "))
        await refuse.on(.send, stage)
        XCTAssertFalse(refuse.state.canSend)
        XCTAssertEqual(.writing, refuse.state.progress)
        XCTAssertEqual([], phone.asked)
    }

    func testAReasonHoldsWhatWasChosenAndWhatWasWritten() async {
        let refuse = await stage.refuse(.return)
        refuse.on(.toggle(chip: .missing))
        refuse.on(.toggle(chip: .content))
        refuse.on(.toggle(chip: .form))
        refuse.on(.toggle(chip: .content))
        refuse.on(.write(text: "thiếu phụ lục 2 "))
        refuse.on(.send)
        await stage.pass(.milliseconds(5_001))
        XCTAssertEqual(["return 1: Sai thể thức; Thiếu hồ sơ. thiếu phụ lục 2"], phone.asked)
        XCTAssertEqual(.recorded(at: "08:41", next: "2"), refuse.state.progress)
        refuse.on(.next)
        XCTAssertEqual([.document(request: "2")], stage.went)
    }

    func testAReasonThatWasBegunIsThereAgainForThisDocumentAndThisAnswerAloneUntilItIsSent() async {
        func begun(_ refuse: RefusePresenter) -> Begun { Begun(chips: refuse.state.chips, text: refuse.state.text) }
        let first = await stage.refuse(.return)
        first.on(.toggle(chip: .form))
        first.on(.write(text: "Phụ lục 1 ghi sai"))
        first.on(.cancel)
        let other = await stage.refuse(.reject)
        XCTAssertEqual(Begun(), begun(other))
        let again = await stage.refuse(.return)
        XCTAssertEqual(Begun(chips: [.form], text: "Phụ lục 1 ghi sai"), begun(again))
        again.on(.send)
        await again.on(.sendNow, stage)
        XCTAssertEqual(["return 1: Sai thể thức. Phụ lục 1 ghi sai"], phone.asked)
        let sent = await stage.refuse(.return)
        XCTAssertEqual(Begun(), begun(sent))
    }

    func testForFiveSecondsARefusalIsNeitherSignedNorSentAndCanBeTakenBack() async {
        let refuse = await leaving()
        await stage.pass(.milliseconds(4_900))
        XCTAssertEqual(.leaving(seconds: 1), refuse.state.progress)
        refuse.on(.undo)
        await stage.pass(.seconds(60))
        XCTAssertEqual(.writing, refuse.state.progress)
        XCTAssertEqual([], phone.asked)
    }

    func testWhoeverStepsBackOrGoesToAnotherAppTakesARefusalBackThatIsNotSignedYet() async {
        let steps: [@MainActor (RefusePresenter) -> Void] = [{ XCTAssert($0.back()) }, { $0.left() }]
        for step in steps {
            let refuse = await leaving()
            step(refuse)
            await stage.pass(.seconds(60))
            XCTAssertEqual(.writing, refuse.state.progress)
            XCTAssertEqual([], phone.asked)
            XCTAssertFalse(refuse.back())
        }
    }

    func testAfterARefusalThePersonGoesToTheNextDocumentOrToTheList() async {
        let refuse = await leaving()
        await refuse.on(.sendNow, stage)
        XCTAssertEqual(.recorded(at: "08:41", next: "2"), refuse.state.progress)
        refuse.on(.next)
        refuse.on(.toInbox)
        XCTAssertEqual([.document(request: "2"), .inbox], stage.went)
    }

    func testWhoeverDoesNotWantToWaitRefusesAtOnceAndOnceOnly() async {
        let refuse = await leaving()
        refuse.on(.sendNow)
        refuse.on(.sendNow)
        XCTAssertEqual(.sending, refuse.state.progress)
        XCTAssert(refuse.back(), "what is being signed stays")
        await stage.pass(.seconds(60))
        XCTAssertEqual(["reject 1: Sai thể thức"], phone.asked)
    }

    // The wait is over, and what the person does comes before the presenter's next turn.
    func testWhatIsDoneAsTheLastSecondEndsCountsAndNothingIsAskedTwice() async {
        typealias Act = @MainActor (RefusePresenter) -> Void
        let undoes: [Act] = [{ $0.on(.undo) }, { XCTAssert($0.back()) }, { $0.left() }, { $0.close() }]
        for undo in undoes {
            let refuse = await lastSecondEnds(undo)
            XCTAssertEqual([], phone.asked)
            XCTAssertNotEqual(.sending, refuse.state.progress)
        }
        _ = await lastSecondEnds { $0.on(.sendNow) }
        XCTAssertEqual(["reject 1: Sai thể thức"], phone.asked)
    }

    private func lastSecondEnds(_ act: (RefusePresenter) -> Void) async -> RefusePresenter {
        stage = Stage()
        phone.items = [item("1"), item("2")]
        let refuse = await leaving()
        await stage.pass(.milliseconds(4_900))
        XCTAssertEqual(.leaving(seconds: 1), refuse.state.progress)
        XCTAssert(stage.time.goOn(to: stage.time.now.advanced(by: .milliseconds(100))))
        act(refuse)
        await stage.settle()
        return refuse
    }

    func testARefusalThatCouldNotBeSentIsKeptAndOneThatWasRefusedSaysWhy() async {
        phone.decides = { waiting }
        var refuse = await leaving()
        await refuse.on(.sendNow, stage)
        XCTAssertEqual(.kept(next: "2"), refuse.state.progress)
        phone.decides = { overtaken }
        refuse = await leaving()
        await refuse.on(.sendNow, stage)
        XCTAssertEqual(.refused(why: problemTitle(.overtaken), what: problemDetail(.overtaken)), refuse.state.progress)
    }

    func testARefusalThatFailedIsWrittenAgainOrLeft() async {
        phone.refuses = .NotOpened(request: "1")
        let refuse = await leaving()
        await refuse.on(.sendNow, stage)
        XCTAssertEqual(.failed(Failure(what: words("app-failure-changed"), remedy: .lookAgain)), refuse.state.progress)
        for remedy in [Remedy.lookAgain, .sync, .enrollAgain, .goBack] { refuse.on(.mend(remedy: remedy)) }
        refuse.on(.cancel)
        XCTAssertEqual([.document(request: "1"), .inbox, .enrollment(link: nil), .back, .back], stage.went)
        refuse.on(.mend(remedy: .tryAgain))
        XCTAssertEqual(.writing, refuse.state.progress)
    }

    func testAReasonIsNoLongerThanTheCoreTakes() async {
        let refuse = await stage.refuse(.reject)
        refuse.on(.write(text: String(repeating: "ố", count: 5_000)))
        for chip in Chip.allCases { refuse.on(.toggle(chip: chip)) }
        refuse.on(.send)
        await refuse.on(.sendNow, stage)
        let reason = phone.asked[0].dropFirst("reject 1: ".count)
        XCTAssertLessThanOrEqual(reason.unicodeScalars.count, 2_000)
        XCTAssertGreaterThan(reason.count, 1_800)
    }
}
