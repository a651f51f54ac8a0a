import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

let deputy = PersonView(id: "person-2", name: "Phạm Văn Sơn", position: "Phó Chủ tịch")
let head = PersonView(id: "person-3", name: "Lê Thị Hoa", position: "Trưởng phòng Kinh tế")
let unitBelow = UnitView(id: "unit-2", name: "Phòng Kinh tế")

@MainActor
final class DelegationsStatesTest: States {
    private func delegation(_ id: String, _ state: DelegationState, _ kinds: String...) -> Delegation {
        Delegation(
            delegation: id, title: "KT. CHỦ TỊCH", form: .kt, from: person, fromUnit: office, to: deputy, toUnit: office,
            units: [DelegationUnit(unit: office.id, reach: .andBelow)], kinds: kinds, starts: now, ends: now + 86_400,
            reason: "Đi công tác", state: state)
    }

    private func delegations() async -> DelegationsPresenter {
        var other = delegation("d4", .inForce, "Giấy mời")
        other.from = deputy
        other.to = person
        other.units = [DelegationUnit(unit: "unit-9", reach: .andBelow)]
        phone.delegated = [
            delegation("d1", .inForce), delegation("d2", .planned, "Báo cáo", "Công văn"), delegation("d3", .ended), other,
        ]
        return await stage.delegations()
    }

    private func asked(_ side: Side, why: String? = nil) async throws -> DelegationsPresenter {
        let delegations = await delegations()
        guard case .known(let given, let received, _, _) = delegations.state.list else { throw Unexpected(delegations.state) }
        delegations.on(.end(line: try XCTUnwrap(side == .given ? given.first : received.first)))
        if let why { delegations.on(.why(text: why)) }
        return delegations
    }

    private func really(_ side: Side, _ refuses: PhoneError? = nil) async throws {
        let delegations = try await asked(side, why: "Đã về sớm")
        phone.refuses = refuses
        await delegations.on(.reallyEnd, stage)
        reached(delegations.state, delegationsStates)
    }

    func testAll() async { reached(await delegations().state, delegationsStates) }

    func testNone() async { reached(await stage.delegations().state, delegationsStates) }

    func testAsking() async {
        reached(DelegationsPresenter(phone: phone, scope: stage.scope, go: stage.go).state, delegationsStates)
    }

    func testUnreachable() async {
        phone.refuses = offline
        reached(await delegations().state, delegationsStates)
    }

    func testEnding() async throws { reached(try await asked(.given).state, delegationsStates) }

    func testEndingWhy() async throws { reached(try await asked(.given, why: "Đã về sớm").state, delegationsStates) }

    func testEnded() async throws { try await really(.given) }

    func testNotEnded() async throws { try await really(.given, offline) }

    func testLayingDown() async throws { reached(try await asked(.received).state, delegationsStates) }

    func testLayingDownWhy() async throws {
        reached(try await asked(.received, why: "Chuyển công tác").state, delegationsStates)
    }

    func testLaidDown() async throws { try await really(.received) }

    func testNotLaidDown() async throws { try await really(.received, offline) }
}

@MainActor
final class DelegateStatesTest: States {
    private func delegate(_ events: DelegateEvent...) async -> DelegatePresenter { await delegate(events) }

    private func delegate(_ events: [DelegateEvent]) async -> DelegatePresenter {
        phone.may = [
            Delegate(person: deputy, unit: office, isDeputy: true, forms: DelegationForm.allCases),
            Delegate(person: head, unit: unitBelow, isDeputy: false, forms: [.tl, .tuq]),
        ]
        let delegate = await stage.delegate()
        for event in events { await delegate.on(event, stage) }
        return delegate
    }

    private func written(_ events: DelegateEvent...) async -> DelegatePresenter {
        await delegate([.choose(person: "person-2 unit-1"), .last(lasting: .week), .reason(text: "Đi công tác")] + events)
    }

    private func signed(_ why: PhoneError? = nil) async {
        phone.gives = { if let why { throw why } else { "g" } }
        reached(await written(.look, .sign).state, delegateStates)
    }

    func testPeople() async { reached(await delegate().state, delegateStates) }

    func testNotFound() async { reached(await delegate(.search(text: "kho bạc")).state, delegateStates) }

    func testNobody() async { reached(await stage.delegate().state, delegateStates) }

    func testAsking() async { reached(DelegatePresenter(phone: phone, scope: stage.scope, go: stage.go).state, delegateStates) }

    func testUnreachable() async {
        phone.refuses = offline
        reached(await delegate().state, delegateStates)
    }

    func testNotHead() async {
        phone.refuses = .Problem(
            kind: .noDelegation, title: "Không ủy quyền được", detail: "Chỉ người đứng đầu", code: "not-head")
        reached(await delegate().state, delegateStates)
    }

    func testChosen() async { reached(await delegate(.choose(person: "person-2 unit-1")).state, delegateStates) }

    func testNoKinds() async {
        let delegate = await delegate(
            .choose(person: "person-3 unit-2"), .form(form: .tuq), .last(lasting: .week), .reason(text: "Quyết định số 15"))
        reached(delegate.state, delegateStates)
    }

    func testTooLong() async { reached(await written(.until(text: "31/12/2027")).state, delegateStates) }

    func testWritten() async { reached(await written().state, delegateStates) }

    func testSheet() async { reached(await written(.look).state, delegateStates) }

    func testSigning() async {
        let delegate = await written(.look)
        delegate.on(.sign)
        reached(delegate.state, delegateStates)
    }

    func testGiven() async { await signed() }

    func testUnknown() async { await signed(.DelegationUnknown(detail: "timed out")) }

    func testCancelled() async { await signed(.Signer(source: .Cancelled)) }
}

@MainActor
final class CommentsStatesTest: States {
    private func comments(waits: Bool = true) async -> CommentsPresenter {
        phone.items = waits ? [item("1")] : []
        phone.said = [
            comment("c1", "Lê Thị Hoa", "Trưởng phòng", text: "Đề nghị sửa"),
            comment("c2", "Nguyễn Văn An", "Chủ tịch", text: "Nguồn nào?", mine: true),
            comment("c3", document: 1, "Trần Thị Bình", "", withdrawnAt: now),
        ]
        return await stage.comments()
    }

    private func draft() async -> CommentsPresenter {
        let comments = await comments()
        comments.on(.write(text: "Đề nghị ghi rõ nguồn."))
        return comments
    }

    func testAll() async { reached(await comments().state, commentsStates) }

    func testNone() async {
        phone.items = [item("1")]
        reached(await stage.comments().state, commentsStates)
    }

    func testWritten() async { reached(await draft().state, commentsStates) }

    func testTooLong() async {
        phone.items = [item("1")]
        let comments = await stage.comments()
        comments.on(.write(text: String(repeating: "ố", count: 2_001)))
        reached(comments.state, commentsStates)
    }

    func testSending() async {
        let comments = await draft()
        comments.on(.send)
        reached(comments.state, commentsStates)
    }

    func testNotSent() async {
        let comments = await draft()
        phone.refuses = offline
        await comments.on(.send, stage)
        reached(comments.state, commentsStates)
    }

    func testWithdrawing() async throws {
        let comments = await comments()
        guard case .known(let lines, _) = comments.state.list else { throw Unexpected(comments.state) }
        comments.on(.withdraw(line: lines[1]))
        reached(comments.state, commentsStates)
    }

    func testOver() async { reached(await comments(waits: false).state, commentsStates) }

    func testAsking() async {
        let comments = CommentsPresenter(phone: phone, request: "1", page: 2, pages: 3, scope: stage.scope, go: stage.go)
        reached(comments.state, commentsStates)
    }

    func testUnreachable() async {
        phone.refuses = offline
        reached(await comments().state, commentsStates)
    }
}

/// What somebody said beside the main document's first page.
func comment(
    _ id: String, document: UInt32 = 0, _ name: String, _ position: String, text: String? = nil, withdrawnAt: Date? = nil,
    mine: Bool = false
) -> Comment {
    Comment(
        id: id, document: document, page: 1, name: name, position: position, text: text, writtenAt: now, withdrawnAt: withdrawnAt,
        mine: mine)
}
