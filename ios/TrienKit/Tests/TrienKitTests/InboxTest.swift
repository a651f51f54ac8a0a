import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class InboxTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    func testUrgentPapersComeFirstByUrgencyAndThenByDeadline() async {
        phone.items = [
            item("later"), item("today", left: 5 * 3600), item("urgent", left: 3600, urgency: .urgent),
            item("flash-late", left: 3 * 3600, urgency: .flash), item("flash", left: 25 * 60, urgency: .flash),
        ]
        let sections = await stage.inbox().state.sections
        XCTAssertEqual([.urgent, .today, .later], sections.map(\.heading))
        XCTAssertEqual(["flash", "flash-late", "urgent", "today", "later"], sections.flatMap(\.rows).map(\.request))
        let deadline = sections[0].rows[0].deadline
        XCTAssertEqual(.soon, deadline.nearness)
        XCTAssertEqual("hạn 09:06 (còn 25 phút)", Texts(language: .vietnamese).of(deadline.words))
    }

    func testADeadlineSaysHowNearItIs() async {
        XCTAssertEqual(.over, deadline(now.addingTimeInterval(-1), now).nearness)
        XCTAssertEqual(.today, deadline(now.addingTimeInterval(2 * 3600), now).nearness)
        XCTAssertEqual(
            Deadline(words: words("app-deadline", ["at": "23/11/2026"]), nearness: .far), deadline(now.addingTimeInterval(86_400), now))
    }

    func testAWordTypedWithoutMarksFindsWhatIsWrittenWithThem() async {
        phone.items = [item("1", "Bổ nhiệm cán bộ"), item("2", "Đẩy mạnh cải cách")]
        let inbox = await stage.inbox()
        func found(_ text: String) -> [String] {
            inbox.on(.search(text: text))
            return inbox.state.sections.flatMap(\.rows).map(\.request)
        }
        XCTAssertEqual(["1"], found("can bo"))
        XCTAssertEqual(["2"], found("ĐẨY"))
        XCTAssertEqual(["1", "2"], found("12/kh"))
        XCTAssertEqual([], found("kho bạc"))
        XCTAssertEqual(["1", "2"], found(" "))
    }

    func testWhatWasDecidedHereWaitsNoMoreAndWhatWasNotSentIsCounted() async {
        phone.items = [item("1"), item("2", decision: "d")]
        phone.entries = [entry("d", waiting), entry("e", recorded), entry("f", overtaken)]
        let inbox = await stage.inbox()
        XCTAssertEqual([1, 1], [inbox.state.waiting, inbox.state.unsent])
        inbox.on(.show(tab: .done))
        XCTAssertEqual([.refused, .recorded], inbox.state.decisions.map(\.standing))
        inbox.on(.show(tab: .unsent))
        XCTAssertEqual(["d"], inbox.state.decisions.map(\.decision))
        XCTAssertEqual(.unsent, inbox.state.decisions.first?.standing)
        inbox.on(.show(tab: .waiting))
        XCTAssertEqual([], inbox.state.decisions)
    }

    func testASyncThatFailsKeepsTheLastTimeAndSaysWhatToDo() async {
        phone.refuses = offline
        let inbox = await stage.inbox()
        let failure = Failure(
            what: words("app-failure-unreachable", ["server": "ky.example.vn"]), remedy: .tryAgain, detail: "no route")
        XCTAssertEqual(.failed(last: "08:41", failure: failure), inbox.state.sync)
        phone.refuses = nil
        await inbox.on(.mend(remedy: failure.remedy), stage)
        XCTAssertEqual(.done(at: "08:41"), inbox.state.sync)
        XCTAssert(phone.asked.contains("flush"))
    }

    func testAPhoneThatNeverSyncedSaysSoUntilItHas() async {
        phone.synced = nil
        let inbox = InboxPresenter(phone: phone, session: stage.session, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.running, inbox.state.sync)
        await stage.settle()
        XCTAssertEqual(.never, inbox.state.sync)
    }

    func testAnEmptyListSaysWhetherThisPhoneWillTellAndLeadsToWhereThatIsChanged() async {
        let device = stage.device
        let inbox = await stage.inbox(notifications: { device.told })
        XCTAssertEqual(.off, inbox.state.notifications)
        inbox.on(.notifications)
        XCTAssertEqual([.notifications(first: .no)], stage.went)
        device.told = .push
        inbox.load()
        XCTAssertEqual(.push, inbox.state.notifications)
    }

    func testAfterASyncWhatCouldNotBeToldBeforeIsToldAndAfterOneThatFailedItIsNotTried() async {
        var told = 0
        phone.refuses = offline
        let inbox = await stage.inbox(synced: { told += 1 })
        XCTAssertEqual(0, told)
        phone.refuses = nil
        await inbox.on(.refresh, stage)
        XCTAssertEqual(1, told)
    }

    func testAListThatWasPulledShowsSoUntilTheSyncHasEndedHoweverItEnded() async {
        let inbox = await stage.inbox()
        phone.refuses = offline
        inbox.on(.pull)
        XCTAssert(inbox.state.pulled)
        await stage.settle()
        XCTAssertFalse(inbox.state.pulled)
        XCTAssertEqual(2, phone.asked.count { $0 == "sync" })
    }

    func testNoMorePapersArePickedThanTheCoreKeepsSheetsOpenFor() async {
        phone.items = (1...60).map { item("\($0)") }
        let inbox = await stage.inbox()
        for item in phone.items { inbox.on(.pick(request: item.request)) }
        XCTAssertEqual(mostTogether, inbox.state.picked.count)
        inbox.on(.together)
        guard case .several(let requests) = stage.went.last else { return XCTFail("\(stage.went)") }
        XCTAssertEqual(mostTogether, requests.count)
        XCTAssertEqual([], inbox.state.picked)
    }

    func testEveryWayFromTheListLeadsToItsScreen() async {
        phone.items = [item("1")]
        let inbox = await stage.inbox()
        inbox.on(.pick(request: "1"))
        inbox.on(.unpick)
        XCTAssertEqual([], inbox.state.picked)
        inbox.on(.together)
        for event in [InboxEvent.open(request: "1"), .look(decision: "d"), .settings, .verify, .mend(remedy: .enrollAgain)] {
            inbox.on(event)
        }
        XCTAssertEqual(
            [.document(request: "1"), .receipt(decision: "d"), .settings, .verify(file: nil), .enrollment(link: nil)], stage.went)
    }
}
