import XCTest

@testable import TrienKit

final class SharedFilesTest: XCTestCase {
    private let parent = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    private let file = Shared(name: "Kế hoạch.signed.pdf", bytes: Data([1, 2, 3]))
    private var folder: URL { parent.appending(component: "shared") }

    override func setUpWithError() throws { try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true) }

    override func tearDownWithError() throws { try FileManager.default.removeItem(at: parent) }

    private func shared(after passed: TimeInterval = 0) -> SharedFiles {
        SharedFiles(folder: folder) { Date().addingTimeInterval(passed) }
    }

    private func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] }

    func testWhatIsSharedNextTakesThePlaceOfWhatWasSharedBefore() throws {
        XCTAssertEqual(file.bytes, try Data(contentsOf: shared().lay([file])[0]))
        _ = try shared().lay([Shared(name: "other.pdf", bytes: Data([1])), Shared(name: "other.txt", bytes: Data([1]))])
        XCTAssertEqual(["other.pdf", "other.txt"], names())
    }

    func testANameThatLeadsOutOfTheFolderIsRefused() {
        for name in ["../out.pdf", "a/b.pdf", "..", ".", ""] {
            XCTAssertThrowsError(try shared().lay([Shared(name: name, bytes: Data([1]))]), name)
        }
        XCTAssertEqual(["shared"], try FileManager.default.contentsOfDirectory(atPath: parent.path))
    }

    func testFilesThatLieForAnHourAreRemovedAndYoungerOnesAreNot() throws {
        _ = try shared().lay([file])
        shared(after: 59 * 60).clearOld()
        XCTAssertEqual([file.name], names())
        shared(after: 61 * 60).clearOld()
        XCTAssertFalse(FileManager.default.fileExists(atPath: folder.path))
        shared(after: 61 * 60).clearOld()
    }

    func testFilesOfAClockThatWasSetBackDoNotStay() throws {
        _ = try shared().lay([file])
        shared(after: -86_400).clearOld()
        XCTAssertFalse(FileManager.default.fileExists(atPath: folder.path))
    }
}
