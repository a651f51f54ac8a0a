import XCTest

@testable import TrienGroup

final class GroupTests: XCTestCase {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("trien-\(UUID().uuidString)")

    override func tearDown() {
        try? FileManager.default.removeItem(at: folder)
    }

    func testWhatTheExtensionLaysTheAppTakesOnce() throws {
        let files = HandedFiles(folder: folder)
        XCTAssertNil(try files.take())
        let file = HandedFile(name: "Kế hoạch.pdf", bytes: Data([1, 2, 3]))
        try files.lay(file)
        XCTAssertEqual(try files.take(), file)
        XCTAssertNil(try files.take())
    }

    func testTheNextFileTakesThePlaceOfTheOneBefore() throws {
        let files = HandedFiles(folder: folder)
        try files.lay(HandedFile(name: "a.pdf", bytes: Data([1])))
        try files.lay(HandedFile(name: "b.pdf", bytes: Data([2])))
        XCTAssertEqual(try files.take()?.name, "b.pdf")
        XCTAssertNil(try files.take())
    }

    func testWhatNobodyTakesLiesThereForAnHourAtMost() throws {
        let files = HandedFiles(folder: folder)
        let file = HandedFile(name: "a.pdf", bytes: Data([1]))
        try files.lay(file)
        files.clearOld(now: Date(timeIntervalSinceNow: 3_500))
        XCTAssertEqual(try files.take(), file)
        for seconds in [3_700.0, -3_700.0] {
            try files.lay(file)
            files.clearOld(now: Date(timeIntervalSinceNow: seconds))
            XCTAssertNil(try files.take())
        }
        try files.lay(file)
        files.clear()
        XCTAssertNil(try files.take())
    }

    func testNoNameLeadsOutOfTheFolder() throws {
        let files = HandedFiles(folder: folder)
        for name in ["../escape", "/etc/passwd", "..", ".", "", ".hidden", "a\u{0}b", String(repeating: "ă", count: 200)] {
            try files.lay(HandedFile(name: name, bytes: Data([1])))
            XCTAssertEqual(try files.take(), HandedFile(name: "PDF", bytes: Data([1])), name)
        }
        let beside = folder.deletingLastPathComponent().appendingPathComponent("escape")
        XCTAssertFalse(FileManager.default.fileExists(atPath: beside.path))
    }

    func testOfAHugeFileNoMoreIsReadThanTheCoreCanRefuse() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let huge = folder.appendingPathComponent("huge.pdf")
        XCTAssertTrue(FileManager.default.createFile(atPath: huge.path, contents: nil))
        let handle = try FileHandle(forWritingTo: huge)
        try handle.truncate(atOffset: UInt64(HandedFiles.mostBytes) + 1)
        try handle.close()
        XCTAssertEqual(try read(huge).bytes.count, HandedFiles.mostBytes)
    }

    func testTheLanguageIsThePersonsElseThePhones() {
        XCTAssertEqual(spoken(chosen: "en", phone: ["vi-VN"]), "en")
        XCTAssertEqual(spoken(chosen: "vi", phone: ["en-GB"]), "vi")
        XCTAssertEqual(spoken(chosen: nil, phone: ["en-GB", "vi-VN"]), "en")
        XCTAssertEqual(spoken(chosen: nil, phone: ["vi-VN", "en-GB"]), "vi")
        XCTAssertEqual(spoken(chosen: "fr", phone: ["fr-FR"]), "vi")
        XCTAssertEqual(spoken(chosen: nil, phone: []), "vi")
    }
}
