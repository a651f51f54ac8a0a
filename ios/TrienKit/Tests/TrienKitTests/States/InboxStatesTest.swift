import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class InboxStatesTest: States {
    private let hour: TimeInterval = 3600

    /// As the sample has them, by urgency and deadline; the third was read.
    private func five() {
        phone.items = [
            item("1", left: 25 * 60, urgency: .flash), item("2", left: -hour, urgency: .urgent, role: .review),
            item("3", left: 5 * hour), item("4", "Bổ nhiệm cán bộ", left: 6 * hour, role: .initial), item("5", left: 240 * hour),
        ]
        stage.session.opened("3")
    }

    private func inbox(_ told: Notifications = .push) async -> InboxPresenter { await stage.inbox(notifications: { told }) }

    private func unsynced() -> InboxPresenter {
        InboxPresenter(phone: phone, session: stage.session, scope: stage.scope, go: stage.go)
    }

    private func tab(_ tab: InboxTab) async {
        let inbox = await inbox()
        inbox.on(.show(tab: tab))
        reached(inbox.state, inboxStates)
    }

    func testWaiting() async {
        five()
        phone.entries = [entry("d", waiting)]
        reached(await inbox().state, inboxStates)
    }

    func testPicking() async {
        five()
        let inbox = await inbox()
        for request in ["1", "3"] { inbox.on(.pick(request: request)) }
        reached(inbox.state, inboxStates)
    }

    func testInPlace() async {
        phone.items = [item("5", left: 240 * hour, inPlaceOf: person)]
        reached(await inbox().state, inboxStates)
    }

    func testCopies() async {
        phone.received = [copy("c1"), copy("c2", openedAt: now)]
        await tab(.copies)
    }

    func testCopiesEmpty() async { await tab(.copies) }

    func testSearch() async {
        five()
        let inbox = await inbox()
        inbox.on(.search(text: "can bo"))
        reached(inbox.state, inboxStates)
    }

    func testSearchEmpty() async {
        five()
        let inbox = await inbox()
        inbox.on(.search(text: "kho bạc"))
        reached(inbox.state, inboxStates)
    }

    func testEmpty() async { reached(await inbox().state, inboxStates) }

    func testEmptyAsks() async { reached(await inbox(.byItself).state, inboxStates) }

    func testEmptySilent() async { reached(await inbox(.off).state, inboxStates) }

    func testNever() async {
        phone.synced = nil
        reached(await inbox().state, inboxStates)
    }

    func testDiskFull() async {
        five()
        phone.refuses = .Storage(source: .Full(file: "requests"))
        reached(await inbox().state, inboxStates)
    }

    func testFirst() async {
        phone.synced = nil
        reached(unsynced().state, inboxStates)
    }

    func testPulled() async {
        five()
        let inbox = await inbox()
        inbox.on(.pull)
        reached(inbox.state, inboxStates)
    }

    func testUnreachable() async {
        phone.items = [item("5", left: 240 * hour)]
        phone.refuses = offline
        reached(await inbox().state, inboxStates)
    }

    func testDone() async {
        five()
        phone.entries = [entry("a3", overtaken), entry("a2", recorded, verb: .reject), entry("a1", recorded)]
        await tab(.done)
    }

    func testDoneEmpty() async {
        five()
        await tab(.done)
    }

    func testUnsent() async {
        five()
        phone.entries = [entry("a4", waiting, verb: .return)]
        await tab(.unsent)
    }

    func testUnsentEmpty() async {
        five()
        await tab(.unsent)
    }
}
