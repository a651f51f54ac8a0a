import Foundation
import Scenery
import XCTest

/// A story of `mobile-ffi/stories.txt`: its id, and what is claimed.
struct Story: Hashable {
    let id: String
    let claim: String

    /// The test that tells it: `answer-lost` is told by `testAnswerLost`.
    var test: String { "test" + id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
}

enum Stories {
    static func listed() throws -> [Story] {
        let list = try String(contentsOf: Places.repository.appendingPathComponent("mobile-ffi/stories.txt"), encoding: .utf8)
        return try list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.components(separatedBy: " | ")
            guard parts.count == 2 else { throw Fault("not a story: \(line)") }
            return Story(id: parts[0], claim: parts[1])
        }
    }
}

/// The list of stories and the tests that tell them. What each of them claims, it compares itself.
final class ListTest: XCTestCase {
    func testEachStoryOfTheListIsToldByOneTestAndEachSuchTestIsInTheList() throws {
        XCTAssertEqual(try told().sorted(), try Stories.listed().map(\.test).sorted())
    }

    func testAStoryHasOneLine() throws {
        let ids = try Stories.listed().map(\.id)
        XCTAssertEqual(ids.count, Set(ids).count)
    }

    // The tests of a class are known to XCTest on Linux by their source alone.
    private func told() throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let sources = try files.map { try String(contentsOf: $0, encoding: .utf8) }.filter { $0.contains(#/class \w+: Telling \{/#) }
        return sources.flatMap { $0.matches(of: /func (test\w+)/).map { String($0.1) } }
    }
}
