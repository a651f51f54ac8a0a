import Scenery
import TrienCore
import TrienKit
import XCTest

/// Others work meanwhile.
final class MeanwhileTest: Telling {
    // Long enough for a phone that listens to have heard.
    private static let unseen: Duration = .seconds(3)

    func testListening() async throws {
        try tells("listening", "a phone that is looked at shows a new paper without being asked")
        let handset = try await enrolled("Nguyễn Trung Trực")
        handset.app.returned()
        // The look that comes with it is over before there is anything new.
        try await handset.synced()
        _ = try submitted("Nguyễn Trung Trực", "Tới khi đang xem")
        try await handset.at(InboxPresenter.self).until { $0.waiting == 1 }
        XCTAssertEqual(handset.device.waits?.count, 1)

        try await office.road.whileClosed { _ = try submitted("Nguyễn Trung Trực", "Tới khi mất mạng") }
        try await handset.at(InboxPresenter.self).until { $0.waiting == 2 }
        XCTAssertEqual(handset.device.waits?.count, 2)

        handset.app.left()
        let asked = try office.road.requests.count
        _ = try submitted("Nguyễn Trung Trực", "Tới khi không ai xem")
        try await Task.sleep(for: Self.unseen)
        XCTAssertEqual(try office.road.requests.count, asked)
        handset.app.returned()
        try await handset.at(InboxPresenter.self).until { $0.waiting == 3 }
    }

    func testStaleRevision() async throws {
        try tells("stale-revision", "a document that somebody signed meanwhile is refused as it was and signed as it is")
        let one = try await enrolled("Lê Lai")
        let other = try await enrolled("Nguyễn Chích")
        let request = try submitted("Lê Lai", "Thông báo chung", "--signer", "Nguyễn Chích")
        try await one.home()
        try await other.home()
        try found(await one.open(request).open)
        try found(await one.sheet().lines)
        let first = try await other.sign(request)
        XCTAssertTrue(first.isSigned, "\(first)")

        let refusal = try found(await one.confirm().refusal)
        _ = try said(refusal.why)
        _ = try said(refusal.what)
        try recordedOnce(request)

        let inbox = try await one.home()
        XCTAssertEqual(inbox.waiting, 1)
        let open = try found(await one.open(request).open)
        XCTAssertEqual(open.meanwhile, 1)
        XCTAssertEqual(open.signatures.map(\.name), ["Nguyễn Chích"])
        try found(await one.sheet().lines)
        let second = try await one.confirm()
        XCTAssertTrue(second.isSigned, "\(second)")
        try recordedOnce(request, times: 2)
        let after = try await one.home()
        XCTAssertEqual(after.unsent, 0)
    }
}
