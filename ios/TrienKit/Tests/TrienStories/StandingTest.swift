import Scenery
import TrienCore
import TrienKit
import XCTest

/// Whether a phone may sign changes while it is in use: by the office, by time, by a new finger.
final class StandingTest: Telling {
    private static let day = 86_400.0

    func testSuspended() async throws {
        try tells("suspended", "a suspended phone is refused with proof, and signs again once it is let")
        let handset = try await enrolled("Phan Đình Phùng")
        let request = try submitted("Phan Đình Phùng", "Chỉ thị")
        try await handset.home()
        try found(await handset.open(request).open)
        try found(await handset.sheet().lines)
        try office.suspend(handset.id)
        let refusal = try found(await handset.confirm().refusal)
        try assertSays(refusal.why, "tạm")
        _ = try said(refusal.what)
        let failure = try found(await handset.home().sync.failure)
        try assertSays(failure, "tạm")
        try recordedNothing(request)

        try office.resume(handset.id)
        let inbox = try await handset.home()
        XCTAssertEqual(inbox.waiting, 1)
        let signed = try await handset.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)
    }

    func testLost() async throws {
        try tells("lost", "a phone that is reported lost from another one stops at once")
        let lost = try await enrolled("Phan Châu Trinh")
        let other = try await handset()
        try await other.enroll(at: office, office.inviteAgain("Phan Châu Trinh"))
        let request = try submitted("Phan Châu Trinh", "Thông tư")
        try await lost.home()
        lost.app.returned()
        try found(await lost.open(request).open)
        try found(await lost.sheet().lines)

        other.app.go(.devices)
        let devices = try other.at(DevicesPresenter.self)
        let lines = try found(await devices.until { !$0.others.isAsking }.others.lines)
        XCTAssertEqual(lines.map(\.id), [try lost.id])
        devices.on(.lost(device: lines[0]))
        devices.on(.reallyLost)
        let now = try found(await devices.until { $0.losing == nil && !$0.others.isAsking }.others.lines)
        XCTAssertEqual(now.map(\.state), [.suspended])

        // Whoever holds it is told before they ask, and what they sign does not stand.
        let list = try found(lost.app.scenes.first?.presenter as? InboxPresenter)
        try await list.until { $0.sync.failure != nil }
        try found(await lost.confirm().refusal)
        try recordedNothing(request)
        try await other.home()
        let signed = try await other.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)
    }

    func testCertificateEnded() async throws {
        try tells("certificate-ended", "a certificate that has ended signs nothing, and a new one takes its place")
        let office = ending(try Office(settings: ["TRIEN_CERTIFICATE_DAYS": "1"], clock: "-40d"))
        let handset = try await enrolled("Nguyễn Tri Phương", at: office)
        try office.moveClock(by: nil)
        let request = try submitted("Nguyễn Tri Phương", "Nghị quyết", to: office)
        try found(await handset.home().sync.doneAt)
        handset.app.go(.settings)
        XCTAssertEqual(try handset.at(SettingsPresenter.self).state.certificate?.validity, .ended)
        try await handset.home()
        try found(await handset.open(request).open)
        let failure = try found(await handset.sheet().failure)
        try assertSays(failure, "hứng thư")
        XCTAssertEqual(failure.remedy, .enrollAgain)
        try recordedNothing(request, at: office)

        try await renew(handset, at: office)
        let signed = try await handset.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request, at: office)
    }

    func testKeyInvalidated() async throws {
        try tells("key-invalidated", "a key that a new finger has ended signs nothing, and new keys take its place")
        let handset = try await enrolled("Hoàng Diệu")
        let request = try submitted("Hoàng Diệu", "Biên bản")
        try await handset.home()
        handset.keys.addFinger()
        let failure = try found(await handset.sign(request).failure)
        try assertSays(failure, "khóa ký không dùng được nữa")
        XCTAssertEqual(failure.remedy, .enrollAgain)
        try recordedNothing(request)

        try await renew(handset, at: office)
        let signed = try await handset.sign(request)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)
    }

    func testClockOff() async throws {
        try tells("clock-off", "a phone whose clock is off by a day signs at the server's time")
        // Only the difference matters: the server's clock is the one that moves.
        let office = ending(try Office(clock: "-1d"))
        let handset = try await enrolled("Đào Duy Từ", at: office)
        let ahead = try submitted("Đào Duy Từ", "Ký khi máy nhanh một ngày", to: office)
        try found(await handset.home().sync.doneAt)
        let late = try await offset(handset)
        XCTAssertEqual(late, -Self.day, accuracy: 5)
        try await handset.home()
        let signed = try await handset.sign(ahead)
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(ahead, at: office)

        try office.moveClock(by: "+1d")
        let behind = try submitted("Đào Duy Từ", "Ký khi máy chậm một ngày", to: office)
        try found(await handset.home().sync.doneAt)
        let early = try await offset(handset)
        XCTAssertEqual(early, Self.day, accuracy: 5)
        try await handset.home()
        let signedToo = try await handset.sign(behind)
        XCTAssertTrue(signedToo.isSigned, "\(signedToo)")
        try recordedOnce(behind, at: office)
    }

    private func offset(_ handset: Handset) async throws -> Double {
        handset.app.go(.diagnostics)
        let diagnostics = try handset.at(DiagnosticsPresenter.self)
        diagnostics.on(.run)
        let check = try await diagnostics.until { $0.check.clockSeconds != nil || $0.check.failure != nil }.check
        return Double(try found(check.clockSeconds, "\(check)"))
    }

    /// Follows the way that the failed sheet in front offers, and ends at the list.
    private func renew(_ handset: Handset, at office: Office) async throws {
        let old = try handset.id
        try handset.at(SignPresenter.self).on(.mend(remedy: .enrollAgain))
        try await handset.step(\.link)
        let code = try await handset.sendKeys(office.replace(old))
        try office.approve(code)
        try handset.at(EnrollmentPresenter.self).on(.mend(remedy: .tryAgain))
        try await handset.step(\.doneName)
        XCTAssertNotEqual(try handset.id, old)
        let inbox = try await handset.home()
        XCTAssertEqual(inbox.waiting, 1)
    }
}
