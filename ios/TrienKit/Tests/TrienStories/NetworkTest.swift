import Scenery
import TrienCore
import TrienKit
import XCTest

/// What a network does: nothing signed is lost, and nothing is recorded twice.
final class NetworkTest: Telling {
    func testAnswerLost() async throws {
        try tells("answer-lost", "a decision whose answer was lost is sent again as it was, and stands once")
        let handset = try await enrolled("Vũ Hoàng Nam")
        let request = try submitted("Vũ Hoàng Nam", "Giấy mời họp")
        try await handset.home()
        let lost = try office.road.next(Asked.decision, .answerLost)
        let kept = try await handset.sign(request)
        XCTAssertTrue(kept.isKept, "\(kept)")
        try await lost.wait()
        try recordedOnce(request)

        XCTAssertEqual(try puts(request), 1)
        sent(try await handset.home())
        XCTAssertEqual(try puts(request), 2)
        try recordedOnce(request)
        handset.app.go(.document(request: request))
        let opened = try await handset.opened()
        XCTAssertNotNil(opened.over, "\(opened)")
    }

    func testNoNetwork() async throws {
        try tells("no-network", "what is signed without a network is kept, and sent when there is one again")
        let handset = try await enrolled("Đỗ Thị Mai")
        let request = try submitted("Đỗ Thị Mai", "Kế hoạch quý")
        // Other bytes: what the phone holds of a document it holds for all requests.
        let unread = try office.submit(Places.other, signer: "Đỗ Thị Mai", subject: "Báo cáo quý", ["--invisible"])
        try await handset.home()
        try found(await handset.open(request).open)
        try await office.road.whileClosed {
            try found(await handset.sheet().lines)
            let kept = try await handset.confirm()
            XCTAssertTrue(kept.isKept, "\(kept)")
            let inbox = try await handset.home()
            let failure = try found(inbox.sync.failure)
            try assertSays(failure, "kiểm tra mạng")
            XCTAssertEqual(inbox.unsent, 1)
            let unfetched = try found(await handset.open(unread).failure)
            XCTAssertEqual(unfetched.remedy, .tryAgain)
        }
        try handset.at(DocumentPresenter.self).on(.mend(remedy: .tryAgain))
        try found(await handset.opened().open)
        try recordedNothing(request)
        sent(try await handset.home())
        try recordedOnce(request)
        XCTAssertEqual(try puts(request), 1)
    }

    func testCutUpload() async throws {
        try tells("cut-upload", "an upload that is cut in its middle is sent again whole, and stands once")
        let handset = try await enrolled("Bùi Ngọc Anh")
        let request = try submitted("Bùi Ngọc Anh", "Công văn hỏa tốc")
        try await handset.home()
        let cut = try office.road.next(Asked.decision, .brokenOff)
        let kept = try await handset.sign(request)
        XCTAssertTrue(kept.isKept, "\(kept)")
        try await cut.wait()
        try await office.road.whileClosed {
            try recordedNothing(request)
            let inbox = try await handset.home()
            XCTAssertEqual(inbox.unsent, 1)
        }
        sent(try await handset.home())
        try recordedOnce(request)
    }

    func testOtherServerKey() async throws {
        try tells("other-server-key", "a server with another key is told nothing, and the right one gets what was signed")
        let office = ending(try Office(wire: .tls))
        let handset = try await enrolled("Hoàng Văn Thụ", at: office)
        let request = try submitted("Hoàng Văn Thụ", "Quyết định", to: office)
        try await handset.home()
        try found(await handset.open(request).open)
        try await office.withAnotherKey {
            try found(await handset.sheet().lines)
            let kept = try await handset.confirm()
            XCTAssertTrue(kept.isKept, "\(kept)")
            let inbox = try await handset.home()
            let failure = try found(inbox.sync.failure)
            try assertSays(failure, "không có khóa mà máy này đã ghi nhớ")
            XCTAssertEqual(inbox.unsent, 1)
            try recordedNothing(request, at: office)
        }
        sent(try await handset.home())
        try recordedOnce(request, at: office)
    }

    private func sent(_ inbox: InboxState) {
        XCTAssertNotNil(inbox.sync.doneAt, "\(inbox.sync)")
        XCTAssertEqual(inbox.unsent, 0)
    }

    private func puts(_ request: String) throws -> Int {
        try office.road.requests.filter { Asked.decision($0) && $0.contains(request) }.count
    }
}
