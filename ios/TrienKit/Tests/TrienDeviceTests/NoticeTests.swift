import TrienCore
import XCTest

@testable import TrienDevice

final class NoticeTests: XCTestCase {
    private func item(_ request: String, decided: Bool = false) -> InboxItem {
        let metadata = Metadata(number: nil, subject: "Về việc thử", kind: "Quyết định", issuer: "Sở", urgency: .normal)
        return InboxItem(
            request: request, role: .approve, unit: UnitView(id: "u", name: "Sở"), metadata: metadata, queuedAt: .distantPast,
            expiresAt: .distantFuture, decision: decided ? "d" : nil)
    }

    func testOnlyWhatWasNotKnownIsAnnounced() {
        XCTAssertEqual(Notice.of([item("a"), item("b")], known: ["a"]), .somethingWaits(count: 2))
        XCTAssertEqual(Notice.of([item("a"), item("b")], known: ["a", "b"]), .fewerWait(count: 2))
        XCTAssertEqual(Notice.of([], known: ["a"]), .fewerWait(count: 0))
    }

    func testWhatIsDecidedDoesNotWait() {
        XCTAssertEqual(Notice.of([item("a", decided: true)], known: []), .fewerWait(count: 0))
        XCTAssertEqual(Notice.of([item("a", decided: true), item("b")], known: []), .somethingWaits(count: 1))
    }

    func testAPushIsVisibleIfTheSystemShowsIt() {
        XCTAssertTrue(Push(["aps": ["alert": ["loc-key": "push-sync"], "content-available": 1], "t": "sync"]).isVisible)
        XCTAssertFalse(Push(["aps": ["content-available": 1], "t": "sync"]).isVisible)
        XCTAssertFalse(Push([:]).isVisible)
        XCTAssertFalse(Push(["aps": "alert"]).isVisible)
    }

    func testATokenIsToldInHexadecimalDigits() {
        XCTAssertEqual(hexadecimal(Data([0x00, 0x0f, 0xa0, 0xff])), "000fa0ff")
        XCTAssertEqual(hexadecimal(Data()), "")
    }
}
