import Scenery
import TrienCore
import TrienKit
import XCTest

/// What one person does in another's place, for another to know, or beside the pages for others to read.
final class TogetherTest: Telling {
    func testDelegate() async throws {
        try tells("delegate", "a leader lets somebody sign in their place, under one prompt, until the leader ends it")
        let prompts = Prompts()
        let leader = try await enrolled("Nguyễn Thị Định", person: prompts.person)
        let other = try await enrolled("Lê Thị Sự")
        prompts.forget()
        let terms = try await give(leader, to: "Lê Thị Sự")
        XCTAssertEqual(terms.title, "TL. CHỦ TỊCH")
        XCTAssertEqual(prompts.all.count, 1)

        let request = try submitted("Nguyễn Thị Định", "Ký thay")
        let row = try found(await other.home().sections.first?.rows.first)
        XCTAssertEqual(row.inPlaceOf, words("app-in-place-of", ["name": "Nguyễn Thị Định"]))
        let open = try found(await other.open(request).open)
        XCTAssertEqual(open.inPlaceOf, "Nguyễn Thị Định")
        let lines = try found(await other.sheet().lines)
        XCTAssertEqual(lines.inPlaceOf?.title, "TL. CHỦ TỊCH")
        let signed = try await other.confirm()
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)

        try await end(leader)
        _ = try submitted("Nguyễn Thị Định", "Không ký thay nữa")
        let after = try await other.home()
        XCTAssertEqual(after.waiting, 0)
    }

    func testCopy() async throws {
        try tells("copy", "a document that came for information is read without an answer, once all have decided")
        let signer = try await enrolled("Hoàng Diệu")
        let reader = try await enrolled("Phan Thị Ràng")
        let request = try submitted("Hoàng Diệu", "Để biết", "--copy", "Phan Thị Ràng")
        let before = try await reader.home()
        XCTAssertEqual(before.copies, [])
        try await signer.home()
        let signed = try await signer.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")

        let listed = try await reader.home()
        XCTAssertEqual(listed.unopened, 1)
        XCTAssertEqual(listed.copies.map(\.subject), ["Để biết"])
        let open = try found(await reader.open(request).open)
        XCTAssertNil(open.agree)
        let after = try await reader.home()
        XCTAssertEqual(after.unopened, 0)
    }

    func testComment() async throws {
        try tells("comment", "a comment beside a page is read by others with a part, withdrawn by its author, and in no file")
        let one = try await enrolled("Võ Thị Thắng")
        let other = try await enrolled("Trần Văn Ơn")
        let request = try submitted("Võ Thị Thắng", "Có ý kiến", "--signer", "Trần Văn Ơn")
        let file = try office.download(request)
        let comments = try await comments(one, request)
        comments.on(.write(text: "Nguồn nào?"))
        comments.on(.send)
        let own = try found(await comments.until { $0.list.lines?.count == 1 && !$0.sending }.list.lines?.first)
        XCTAssertEqual(own.body, .own(text: "Nguồn nào?"))

        let read = try await self.comments(other, request).state.list.lines
        XCTAssertEqual(read?.map(\.body), [.text(text: "Nguồn nào?")])
        XCTAssertEqual(read?.map(\.place), [words("app-comment-page", ["page": 2])])

        comments.on(.withdraw(line: own))
        comments.on(.reallyWithdraw)
        try await comments.until { $0.list.lines?.first?.isWithdrawn == true }
        try other.at(CommentsPresenter.self).on(.mend(remedy: .tryAgain))
        try await other.at(CommentsPresenter.self).until { $0.list.lines?.first?.isWithdrawn == true }
        XCTAssertEqual(try office.download(request), file)
    }

    /// Lets somebody decide in this person's place for a week, as the screens lead; gives what was signed.
    private func give(_ leader: Handset, to name: String) async throws -> DelegationTerms {
        leader.app.go(.settings)
        try leader.at(SettingsPresenter.self).on(.delegations)
        try leader.at(DelegationsPresenter.self).on(.give)
        let delegate = try leader.at(DelegatePresenter.self)
        let people = try await delegate.until { $0.people.lines != nil }.people.lines
        let line = try found(people?.first { $0.name == name })
        delegate.on(.choose(person: line.id))
        delegate.on(.last(lasting: .week))
        delegate.on(.reason(text: "Đi công tác"))
        delegate.on(.look)
        let terms = try found(await delegate.until { $0.step != .writing }.step.sheet)
        delegate.on(.sign)
        let step = try await delegate.until { $0.step != .sheet(terms: terms) && $0.step != .signing(terms: terms) }.step
        XCTAssertEqual(step, .given(terms: terms))
        delegate.on(.done)
        return terms
    }

    /// Ends the one that stands in the list.
    private func end(_ leader: Handset) async throws {
        let delegations = try leader.at(DelegationsPresenter.self)
        let line = try found(await delegations.until { $0.list.given != nil }.list.given?.first)
        XCTAssertEqual(line.state, .inForce)
        delegations.on(.end(line: line))
        delegations.on(.why(text: "Đã về"))
        delegations.on(.reallyEnd)
        let ended = try await delegations.until { $0.list.given != nil }.list.given
        XCTAssertEqual(ended?.map(\.state), [.ended])
    }

    /// Opens what is said beside the second page.
    private func comments(_ handset: Handset, _ request: String) async throws -> CommentsPresenter {
        try await handset.home()
        try found(await handset.open(request).open)
        try handset.at(DocumentPresenter.self).on(.comments(page: 2))
        let comments = try handset.at(CommentsPresenter.self)
        try await comments.until { $0.list.lines != nil }
        return comments
    }
}
