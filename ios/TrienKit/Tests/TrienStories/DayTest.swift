import Scenery
import TestKeys
import TrienCore
import TrienKit
import XCTest

/// A day on which nothing goes wrong.
final class DayTest: Telling {
    func testEnroll() async throws {
        try tells("enroll", "a scanned invitation and the code that is read out make a phone that may sign")
        let first = try await Handset(folder: newFolder(in: office.folder, "enrolling"))
        let link = try office.invite("Trần Minh Khuê")
        try first.at(EnrollmentPresenter.self).on(.scanned(text: link))
        let holder = try await first.step(\.holder)
        XCTAssertEqual(holder.name, "Trần Minh Khuê")
        XCTAssertEqual(holder.office, "Ủy ban nhân dân xã Mây Ngàn")
        try first.at(EnrollmentPresenter.self).on(.right)
        let code = try await first.step(\.code)
        try await first.close()

        // The app was ended while the officer was busy.
        let handset = ending(try await Handset(folder: first.folder))
        let kept = try await handset.step(\.code)
        XCTAssertEqual(kept, code)
        try office.approve(code)
        let name = try await handset.step(\.doneName)
        XCTAssertEqual(name, "Trần Minh Khuê")
        try handset.at(EnrollmentPresenter.self).on(.toInbox)
        let inbox = try await handset.synced()
        XCTAssertNotNil(inbox.sync.doneAt)
        XCTAssertEqual(inbox.waiting, 0)
    }

    func testPractice() async throws {
        try tells("practice", "a document to practise on is signed by a key of its own, and nothing of it reaches an office")
        let prompts = Prompts()
        let handset = try await handset(person: prompts.person)
        handset.app.go(.practice)
        let practice = try handset.at(PracticePresenter.self)
        try await practice.until { if case .reading = $0.step { true } else { false } }
        practice.on(.sheet)
        try await practice.until { if case .sheet = $0.step { true } else { false } }
        practice.on(.sign)
        let judged = try await practice.until { $0.step.judged != nil || $0.step.failure != nil }.step
        XCTAssertEqual(judged.judged?.map(\.verdict), [.undetermined], "\(judged)")
        XCTAssertEqual(prompts.all.count, 1)
        XCTAssertEqual(handset.phone.state(), .notEnrolled)
        XCTAssertEqual(handset.phone.outbox().count, 0)
    }

    func testSign() async throws {
        try tells("sign", "a document is synced, read and signed with one prompt, and its receipt is kept")
        let prompts = Prompts()
        let handset = try await enrolled("Nguyễn Đức Minh", person: prompts.person)
        prompts.forget()
        let request = try submitted("Nguyễn Đức Minh", "Thí điểm ký số")

        let inbox = try await handset.home()
        XCTAssertEqual(inbox.sections.flatMap(\.rows).map(\.subject), ["Thí điểm ký số"])
        let open = try found(await handset.open(request).open)
        XCTAssertEqual(open.pages.count, 2)
        XCTAssertEqual(open.place, 1)
        let page = try await handset.app.pages(request, .plain).draw(Strip(page: 1, pageWidth: 720, top: 100, height: 256))
        XCTAssertEqual(sizeOfPng(page), [720, 256])

        let lines = try found(await handset.sheet().lines)
        XCTAssertEqual(lines.position, "Chủ tịch")
        let signed = try await handset.confirm()
        XCTAssertTrue(signed.isSigned, "\(signed)")
        XCTAssertEqual(prompts.all, ["Duyệt: Thí điểm ký số"])
        try recordedOnce(request)

        try handset.at(SignPresenter.self).on(.toInbox)
        let after = try await handset.synced()
        XCTAssertEqual(after.waiting, 0)
        try lookAtWhatIsDone(handset)
        guard case .recorded(_, let proof) = try handset.at(ReceiptPresenter.self).state.standing else { return XCTFail("not recorded") }
        XCTAssertTrue(proof.hasPrefix("c2sp.org/tlog-proof@v1"))
    }

    func testShare() async throws {
        try tells("share", "a signed document and its evidence are handed on as the office has them, once all have decided")
        let handset = try await enrolled("Đỗ Quang Vinh")
        let request = try submitted("Đỗ Quang Vinh", "Bổ nhiệm cán bộ")
        try await handset.home()
        let signed = try await handset.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try handset.at(SignPresenter.self).on(.toInbox)
        try await handset.synced()
        try lookAtWhatIsDone(handset)
        let receipt = try handset.at(ReceiptPresenter.self)
        receipt.on(.share)
        let keeping = try await receipt.until { $0.keeping.isHanded || $0.keeping.failure != nil }.keeping
        XCTAssertTrue(keeping.isHanded, "\(keeping)")
        let shared = handset.device.shared
        XCTAssertEqual(shared.count, 2)
        XCTAssertEqual(shared.first?.bytes, try office.download(request))
        let evidence = String(decoding: try found(shared.last).bytes, as: UTF8.self)
        XCTAssertTrue(evidence.contains("c2sp.org/tlog-proof@v1"), shared[1].name)
    }

    func testReject() async throws {
        try tells("reject", "a rejection ends the request and brings its reason to the office")
        let handset = try await enrolled("Lê Thu Hà")
        let request = try submitted("Lê Thu Hà", "Mua sắm thiết bị")
        try await handset.home()
        try found(await handset.open(request).open)
        try handset.at(DocumentPresenter.self).on(.reject)
        let refusal = try handset.at(RefusePresenter.self)
        refusal.on(.toggle(chip: .missing))
        refusal.on(.write(text: "chưa có dự toán kinh phí"))
        refusal.on(.send)
        try await refusal.until { if case .leaving = $0.progress { true } else { false } }
        refusal.on(.undo)
        XCTAssertEqual(refusal.state.progress, .writing)
        try recordedNothing(request)
        refusal.on(.send)
        let progress = try await refusal.until { $0.progress.isRecorded || $0.progress.failure != nil }.progress
        XCTAssertTrue(progress.isRecorded, "\(progress)")

        let shown = try office.show(request)
        XCTAssertTrue(shown.contains("Thiếu hồ sơ. chưa có dự toán kinh phí") && shown.contains("rejected"), shown)
        XCTAssertEqual(try office.decisions(request).count, 1)
        let inbox = try await handset.home()
        XCTAssertEqual(inbox.waiting, 0)
    }

    func testNotMe() async throws {
        try tells("not-me", "a request that nobody expected is reported, and the office sees it")
        let handset = try await enrolled("Lê Văn Khôi")
        let request = try submitted("Lê Văn Khôi", "Chuyển tiền gấp")
        try await handset.home()
        try found(await handset.open(request).open)
        try handset.at(DocumentPresenter.self).on(.notMe)
        let notMe = try handset.at(NotMePresenter.self)
        let from = try await notMe.until { !$0.from.isEmpty }.from
        XCTAssertEqual(from, "Ủy ban nhân dân xã Mây Ngàn")
        try recordedNothing(request)
        notMe.on(.tell)
        let progress = try await notMe.until { $0.progress.isAnswer }.progress
        XCTAssertEqual(progress, .told(recorded: true))

        let shown = try office.show(request)
        XCTAssertTrue(shown.contains("Tôi không biết yêu cầu ký này") && shown.contains("rejected"), shown)
        XCTAssertEqual(try office.decisions(request).count, 1)
        notMe.on(.toInbox)
        let inbox = try await handset.synced()
        XCTAssertEqual(inbox.waiting, 0)
    }

    func testSeveral() async throws {
        try tells("several", "several documents are each read, and then signed one after the other")
        let prompts = Prompts()
        let handset = try await enrolled("Phạm Văn Sơn", person: prompts.person)
        prompts.forget()
        let requests = try ["Kế hoạch tuần", "Giấy mời", "Thông báo"].map { try submitted("Phạm Văn Sơn", $0) }
        try await handset.home()
        let inbox = try handset.at(InboxPresenter.self)
        for request in requests { inbox.on(.pick(request: request)) }
        inbox.on(.together)
        let several = try handset.at(SeveralPresenter.self)
        for _ in requests {
            several.on(.signAll)
            XCTAssertEqual(several.state.running, .no, "nothing is signed while one was not read")
            several.on(.oneByOne)
            try found(await handset.opened().open)
            handset.app.go(.back)
        }
        XCTAssertEqual(several.state.rows.map(\.how), [.ready, .ready, .ready])
        several.on(.signAll)
        let rows = try await several.until { $0.running == .done }.rows
        XCTAssertEqual(rows.count, 3)
        XCTAssertTrue(rows.allSatisfy { if case .signed = $0.how { true } else { false } }, "\(rows)")
        XCTAssertEqual(prompts.all.count, 3)
        for request in requests { try recordedOnce(request) }
        let after = try await handset.home()
        XCTAssertEqual(after.waiting, 0)
    }

    func testSeveralSession() async throws {
        try tells("several-session", "several documents are signed with one prompt where the office allows it, and no more than it allows")
        let office = ending(try Office())
        try office.allowSessions(seconds: 60, signatures: 2)
        let prompts = Prompts()
        let handset = try await enrolled("Phan Huy Chú", at: office, person: prompts.person)
        // The prompt of the enrollment is good for none of these.
        handset.keys.pass(seconds: 61)
        prompts.forget()
        let requests = try ["Một", "Hai", "Ba", "Bốn"].map { try submitted("Phan Huy Chú", $0, to: office) }
        try await handset.home()
        for request in requests {
            try found(await handset.open(request).open)
            handset.app.go(.back)
        }
        let inbox = try handset.at(InboxPresenter.self)
        for request in requests.prefix(3) { inbox.on(.pick(request: request)) }
        inbox.on(.together)
        let several = try handset.at(SeveralPresenter.self)
        XCTAssertEqual(several.state.prompts, .every(papers: 2))
        several.on(.signAll)
        let rows = try await several.until { $0.running == .done }.rows
        XCTAssertEqual(rows.count, 3)
        XCTAssertTrue(rows.allSatisfy { if case .signed = $0.how { true } else { false } }, "\(rows)")
        XCTAssertEqual(prompts.all, ["Duyệt: Một", "Duyệt: Ba"], "two signatures a prompt")

        // One signature of the second prompt is left, and its time is over.
        handset.keys.pass(seconds: 60)
        try await handset.home()
        let last = try await handset.sign(requests[3])
        XCTAssertTrue(last.isSigned, "\(last)")
        XCTAssertEqual(prompts.all.count, 3)
        for request in requests { try recordedOnce(request, at: office) }
    }

    /// From the list, to the receipt of the one decision that is done.
    private func lookAtWhatIsDone(_ handset: Handset) throws {
        let inbox = try handset.at(InboxPresenter.self)
        inbox.on(.show(tab: .done))
        XCTAssertEqual(inbox.state.decisions.count, 1)
        inbox.on(.look(decision: try found(inbox.state.decisions.first).decision))
    }

    // The header says it: width and height, four bytes each.
    private func sizeOfPng(_ png: Data) -> [Int] {
        [16, 20].map { at in png.dropFirst(at).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
    }
}

/// The prompts that a person was asked with, who touched the sensor each time.
final class Prompts: Sendable {
    private let asked = Guarded<[String]>([])

    var person: Person { Person { [asked] prompt in asked.with { $0.append(prompt) } } }

    var all: [String] { asked.now }

    func forget() { asked.with { $0 = [] } }
}
