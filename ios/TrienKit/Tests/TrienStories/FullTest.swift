import Scenery
import TrienCore
import TrienKit
import XCTest

/// A phone whose storage is full: here a small disk in memory.
final class FullTest: Telling {
    func testNoSpace() async throws {
        try tells("no-space", "a phone without room signs nothing and says so, and goes on once there is some")
        let disk = try found(Places.smallDisk, "in TRIEN_SMALL_DISK, as swift-chroot.sh makes one")
        let before = try await enrolled("Nguyễn Công Trứ")
        let request = try submitted("Nguyễn Công Trứ", "Khẩn hoang")
        try await before.close()
        let folder = disk.appendingPathComponent("phone")
        try FileManager.default.copyItem(at: before.folder, to: folder)
        let ballast = folder.appendingPathComponent("ballast")
        let handset = ending(try await Handset(folder: folder))
        try found(await handset.home().sync.doneAt)

        // Less than the document needs.
        try fill(ballast, leaving: 20_000)
        let unopened = try found(await handset.open(request).failure)
        try assertSays(unopened, "hết chỗ")
        try FileManager.default.removeItem(at: ballast)
        try handset.at(DocumentPresenter.self).on(.mend(remedy: unopened.remedy))
        try found(await handset.opened().open)

        try fill(ballast, leaving: 0)
        try found(await handset.sheet().lines)
        let unsigned = try found(await handset.confirm().failure)
        try assertSays(unsigned, "hết chỗ")
        XCTAssertEqual(handset.phone.outbox().count, 0)
        try recordedNothing(request)
        try FileManager.default.removeItem(at: ballast)
        let sign = try handset.at(SignPresenter.self)
        sign.on(.mend(remedy: unsigned.remedy))
        try await sign.until { $0.sheet.lines != nil }
        let signed = try await handset.confirm()
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)
    }

    // As full as it gets, and then as much less.
    private func fill(_ file: URL, leaving: Int) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Fault("\(file.path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4_096)
        var size = 0
        while case let written = write(descriptor, page, page.count), written > 0 { size += written }
        guard errno == ENOSPC, ftruncate(descriptor, max(size - leaving, 0)) == 0 else { throw Fault("the disk does not fill") }
    }
}
