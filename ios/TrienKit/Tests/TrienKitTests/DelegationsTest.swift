import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class DelegationsTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    override func setUp() async throws {
        await MainActor.run {
            phone.may = [
                Delegate(person: person, unit: office, isDeputy: false, forms: DelegationForm.allCases),
                Delegate(person: deputy, unit: office, isDeputy: true, forms: DelegationForm.allCases),
                Delegate(person: head, unit: unitBelow, isDeputy: true, forms: [.tl]),
                Delegate(
                    person: PersonView(id: "person-4", name: "Trần Thị Bình", position: "Văn thư"), unit: unitBelow, isDeputy: false,
                    forms: []),
                Delegate(
                    person: PersonView(id: "person-5", name: "Võ Văn Tần", position: "Ủy viên"), unit: office, isDeputy: false,
                    forms: DelegationForm.allCases),
            ]
        }
    }

    private func written(_ events: DelegateEvent...) async -> DelegatePresenter {
        let delegate = await stage.delegate()
        delegate.on(.choose(person: "person-2 unit-1"))
        delegate.on(.last(lasting: .week))
        delegate.on(.reason(text: " Đi công tác "))
        for event in events { await delegate.on(event, stage) }
        return delegate
    }

    private func delegation(from: PersonView, to: PersonView, ends: Date = now + 86_400) -> Delegation {
        Delegation(
            delegation: "\(from.id) \(to.id)", title: "KT. CHỦ TỊCH", form: .kt, from: from, fromUnit: office, to: to, toUnit: office,
            units: [DelegationUnit(unit: office.id, reach: .alone)], kinds: [], starts: now, ends: ends, reason: "Đi công tác",
            state: .inForce)
    }

    private func known(_ delegations: DelegationsPresenter) throws -> (given: [DelegationLine], received: [DelegationLine]) {
        guard case .known(let given, let received, _, _) = delegations.state.list else { throw Unexpected(delegations.state) }
        return (given, received)
    }

    func testOnlyWhatWasOnTheSheetIsSignedFromNowToTheEndOfTheLastDay() async throws {
        let delegate = await written(.sign)
        XCTAssertNil(phone.drafted)
        await delegate.on(.look, stage)
        guard case .sheet(let terms) = delegate.state.step else { throw Unexpected(delegate.state) }
        XCTAssertEqual("KT. CHỦ TỊCH", terms.title)
        await delegate.on(.sign, stage)
        let draft = try XCTUnwrap(phone.drafted)
        XCTAssertEqual(deputy, draft.to.person)
        XCTAssertEqual([DelegationUnit(unit: "unit-1", reach: .andBelow)], draft.units)
        XCTAssertNil(draft.starts)
        // 28 November ends at midnight in Việt Nam.
        XCTAssertEqual(at("2026-11-28T17:00:00Z"), draft.ends)
        XCTAssertEqual("Đi công tác", draft.reason)
        XCTAssertEqual(.given(terms: terms), delegate.state.step)
    }

    func testWhatStartsOnAnotherDayStartsAtItsMidnight() async throws {
        _ = await written(.from(text: "1/12/2026"), .until(text: "01/12/2026"), .look, .sign)
        XCTAssertEqual(at("2026-11-30T17:00:00Z"), phone.drafted?.starts)
        XCTAssertEqual(at("2026-12-01T17:00:00Z"), phone.drafted?.ends)
    }

    func testNobodyDelegatesToThemselvesAndTheFormsAreThoseThatTheServerAllows() async throws {
        let delegate = await stage.delegate()
        guard case .known(let people) = delegate.state.people else { throw Unexpected(delegate.state) }
        XCTAssertEqual(["person-2 unit-1", "person-3 unit-2", "person-5 unit-1"], people.map(\.id))
        XCTAssertEqual([DelegationForm.allCases, [.tl], DelegationForm.allCases], people.map(\.forms))
        for (person, form) in [("person-3 unit-2", DelegationForm.tl), ("person-2 unit-1", .kt), ("person-5 unit-1", .tl)] {
            delegate.on(.choose(person: person))
            XCTAssertEqual(form, delegate.state.form)
        }
    }

    func testWhatTheLawDoesNotAllowIsToldBeforeTheSheet() async {
        func fault(_ events: DelegateEvent...) async -> Words? {
            let delegate = await written()
            for event in events { delegate.on(event) }
            return delegate.state.fault
        }
        let sound = await fault()
        XCTAssertNil(sound)
        let named = await fault(.form(form: .tuq), .kinds(text: "Công văn, Báo cáo"))
        XCTAssertNil(named)
        let aYear = await fault(.until(text: "22/11/2027"))
        XCTAssertNil(aYear)
        let faults: [(DelegateEvent, String)] = [
            (.until(text: "31/02/2027"), "day"), (.until(text: "28/11/26"), "day"), (.until(text: "28/11"), "day"),
            (.from(text: "21/11/2026"), "past"), (.from(text: "29/11/2026"), "order"), (.until(text: "23/11/2027"), "long"),
            (.reason(text: " "), "reason"),
        ]
        for (event, key) in faults {
            let told = await fault(event)
            XCTAssertEqual(words("app-delegate-fault-\(key)"), told)
        }
        let unnamed = await fault(.form(form: .tuq), .kinds(text: " , "))
        XCTAssertEqual(words("app-delegate-fault-kinds"), unnamed)
        let wrong = await written(.reason(text: ""), .look)
        XCTAssertEqual(.writing, wrong.state.step)
    }

    func testALostAnswerLeadsToTheListAndNeverToASecondSignature() async {
        let delegate = await written(.look)
        phone.gives = { throw PhoneError.DelegationUnknown(detail: "timed out") }
        await delegate.on(.sign, stage)
        XCTAssertEqual(.unknown, delegate.state.step)
        await delegate.on(.sign, stage)
        XCTAssertEqual(1, phone.asked.count { $0 == "delegate" })
        delegate.on(.done)
        XCTAssertEqual([.back], stage.went)
    }

    func testWhatWasNotSentIsMendedAndSignedAgain() async throws {
        phone.gives = { throw offline }
        let delegate = await written(.look, .sign)
        guard case .failed(let failure) = delegate.state.step else { throw Unexpected(delegate.state) }
        delegate.on(.mend(remedy: failure.remedy))
        XCTAssertEqual(.writing, delegate.state.step)
    }

    func testWhatTheServerDoesNotTakeSaysWhyAndGoesBackToWhatWasWritten() async throws {
        phone.gives = {
            throw PhoneError.Problem(
                kind: .noDelegation, title: "Không ủy quyền được", detail: "Hãy chọn lại người.", code: "not-their-post")
        }
        let delegate = await written(.look, .sign)
        guard case .failed(let failure) = delegate.state.step else { throw Unexpected(delegate.state) }
        XCTAssertEqual(.theirs(text: "Không ủy quyền được. Hãy chọn lại người."), failure.what)
        delegate.on(.mend(remedy: failure.remedy))
        XCTAssertEqual(.writing, delegate.state.step)
        XCTAssertEqual([], stage.went)
    }

    func testADismissedPromptLeavesWhatWasWritten() async throws {
        phone.gives = { throw PhoneError.Signer(source: .Cancelled) }
        let delegate = await written(.look, .sign)
        guard case .failed(let failure) = delegate.state.step else { throw Unexpected(delegate.state) }
        delegate.on(.mend(remedy: failure.remedy))
        XCTAssertEqual(.writing, delegate.state.step)
        XCTAssertEqual(" Đi công tác ", delegate.state.reason)
    }

    func testBackLeadsStepByStepAndNotOutOfASignature() async {
        let delegate = await written(.look)
        delegate.on(.sign)
        XCTAssert(delegate.back())
        guard case .signing = delegate.state.step else { return XCTFail("\(delegate.state.step)") }
        await stage.settle()
        let another = await written(.look)
        XCTAssert(another.back())
        XCTAssertEqual(.writing, another.state.step)
        XCTAssert(another.back())
        XCTAssertEqual(.choosing, another.state.step)
        XCTAssertFalse(another.back())
    }

    func testWhatIsGivenAndWhatIsReceivedStandApartWithTheOtherPersonAndTheLastDay() async throws {
        phone.delegated = [
            delegation(from: person, to: deputy, ends: at("2026-11-28T17:00:00Z")),
            delegation(from: deputy, to: person, ends: now + 3 * 3600),
        ]
        let known = try known(await stage.delegations())
        XCTAssertEqual([["Phạm Văn Sơn", "28/11/2026"]], known.given.map { [$0.terms.name, $0.terms.until] })
        XCTAssertEqual([["Phạm Văn Sơn", "11:41 22/11/2026"]], known.received.map { [$0.terms.name, $0.terms.until] })
    }

    func testADelegationIsEndedOnlyWithAReasonAndAfterASecondWord() async throws {
        phone.delegated = [delegation(from: person, to: deputy)]
        let delegations = await stage.delegations()
        let line = try XCTUnwrap(known(delegations).given.first)
        delegations.on(.end(line: line))
        await delegations.on(.reallyEnd, stage)
        XCTAssertEqual(["delegations"], phone.asked)
        delegations.on(.why(text: " Đã về "))
        await delegations.on(.reallyEnd, stage)
        XCTAssertEqual(["delegations", "end \(line.id): Đã về", "delegations"], phone.asked)
        XCTAssertEqual([.ended], try known(delegations).given.map(\.state))
        XCTAssertEqual(words("app-delegation-end-done", ["name": deputy.name]), done(delegations))
    }

    private func done(_ delegations: DelegationsPresenter) -> Words? {
        if case .known(_, _, _, let done) = delegations.state.list { done } else { nil }
    }

    func testADelegationThatWasReceivedIsLaidDownAndTheListSaysWhoseItWas() async throws {
        phone.delegated = [delegation(from: deputy, to: person)]
        let delegations = await stage.delegations()
        let line = try XCTUnwrap(known(delegations).received.first)
        XCTAssertEqual(.received, line.side)
        delegations.on(.end(line: line))
        delegations.on(.why(text: "Chuyển công tác"))
        await delegations.on(.reallyEnd, stage)
        XCTAssertEqual([.ended], try known(delegations).received.map(\.state))
        XCTAssertEqual(words("app-delegation-lay-down-done", ["name": deputy.name]), done(delegations))
    }

    func testWhatHasEndedIsNotShownAsItWasWhenTheListDoesNotComeAfterwards() async throws {
        phone.delegated = [delegation(from: person, to: deputy)]
        let delegations = await stage.delegations()
        delegations.on(.end(line: try XCTUnwrap(known(delegations).given.first)))
        delegations.on(.why(text: "Đã về"))
        phone.afterEnd = { [phone] in phone.refuses = offline }
        await delegations.on(.reallyEnd, stage)
        guard case .failed = delegations.state.list else { throw Unexpected(delegations.state) }
    }
}

private func at(_ time: String) -> Date { ISO8601DateFormatter().date(from: time) ?? .distantPast }
