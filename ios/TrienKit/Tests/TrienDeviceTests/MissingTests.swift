import XCTest

@testable import TrienDevice

final class MissingTests: XCTestCase {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("trien-\(UUID().uuidString)")

    override func tearDown() {
        try? FileManager.default.removeItem(at: folder)
    }

    func testOnlyWhatIsNotThereIsMissing() throws {
        XCTAssertTrue(try isMissing(folder))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        XCTAssertFalse(try isMissing(folder))
    }

    func testADiskThatCannotBeLookedAtHasLostNothing() throws {
        try Data().write(to: folder)
        // A file in place of the folder above: the system answers with an error that is not "no such file".
        XCTAssertThrowsError(try isMissing(folder.appendingPathComponent("phone")))
    }
}
