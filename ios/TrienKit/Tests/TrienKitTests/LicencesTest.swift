import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class LicencesTest: XCTestCase {
    private lazy var stage = Stage()
    private let components = "Tinos\t1.33\tOFL-1.1\t1\nring\t0.17\tApache-2.0 AND ISC\t2 1\nTriện\t\tApache-2.0\t2\n"
    private let texts = "\u{c}\nOne\n\nof two\n\u{c}\nTwo\n"

    func testAComponentOpensItsLicencesWordsAndTheWayBackLeadsOverTheList() async {
        let licences = LicencesPresenter(scope: stage.scope, go: stage.go) { [file = components + texts] in file }
        await stage.settle()
        let ring = Component(name: "ring 0.17", licence: "Apache-2.0 AND ISC", text: "Two\n\nOne\n\nof two")
        XCTAssertEqual(
            [
                Component(name: "Tinos 1.33", licence: "OFL-1.1", text: "One\n\nof two"), ring,
                Component(name: "Triện", licence: "Apache-2.0", text: "Two"),
            ], licences.state.components)
        licences.on(.open(name: "ring 0.17"))
        XCTAssertEqual(ring, licences.state.open)
        licences.on(.back)
        XCTAssertNil(licences.state.open)
        XCTAssertFalse(licences.back())
        XCTAssertEqual([], stage.went)
        licences.on(.back)
        XCTAssertEqual([.back], stage.went)
    }

    func testWhatIsNoListOfLicencesEndsNothing() async {
        for file in ["", "Tinos\t1.33", "Tinos\t1.33\tOFL-1.1\t1\n", "Tinos\t1.33\tOFL-1.1\tx\n\u{c}\nOne\n", "a\t\tMIT\t0\n\u{c}\nOne\n"] {
            XCTAssertThrowsError(try componentsOf(file), file)
        }
    }

    func testAllThatIsInTheAppIsInTheListThatIsPackedWithItWithALicencesWords() async throws {
        let components = try componentsOf(await packedLicences())
        XCTAssertEqual([], components.filter { $0.licence.isEmpty || $0.text.count <= 500 }.map(\.name))
        XCTAssertEqual(components.count, Set(components.map(\.name)).count)
        XCTAssertEqual(["Arimo 1.33", "Tinos 1.33"], components.filter { $0.licence == "OFL-1.1" }.map(\.name))
        let crates = try linkedCrates()
        XCTAssert(crates.contains("uniffi"), "\(crates)")
        XCTAssertEqual([], crates.filter { crate in !components.contains { $0.name.hasPrefix("\(crate) ") } })
    }

    /// What the core's part for phones names as its dependencies.
    private func linkedCrates() throws -> [String] {
        var repository = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { repository.deleteLastPathComponent() }
        let manifest = try String(contentsOf: repository.appendingPathComponent("mobile-ffi/Cargo.toml"), encoding: .utf8)
        let dependencies = try XCTUnwrap(manifest.components(separatedBy: "[dependencies]").last?.components(separatedBy: "\n[").first)
        let names = dependencies.components(separatedBy: "\n").compactMap { line in
            line.firstIndex { $0 == " " || $0 == "." }.map { String(line[..<$0]) }
        }
        // One is our own, the other runs in the compiler alone.
        return names.filter { !$0.isEmpty && !$0.hasPrefix("#") && $0 != "trien-core" && $0 != "async-trait" }
    }
}
