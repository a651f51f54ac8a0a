import Scenery
import TestKeys
import TrienCore
import TrienKit
import XCTest

/// What stories share: one office with a server for all of a class, and phones that end with each.
@MainActor
class Telling: XCTestCase {
    private static var offices: [ObjectIdentifier: Office] = [:]
    private var ends: [() async throws -> Void] = []
    private var told: Story?

    /// The office of the class.
    var office: Office {
        get throws {
            let place = ObjectIdentifier(Self.self)
            if let office = Self.offices[place] { return office }
            let office = try Office()
            Self.offices[place] = office
            return office
        }
    }

    override func tearDown() async throws {
        while let end = ends.popLast() { try await end() }
        XCTAssertNotNil(told, "\(name) does not say which story it tells")
    }

    override nonisolated class func tearDown() {
        let place = ObjectIdentifier(self)
        MainActor.assumeIsolated {
            guard let office = offices.removeValue(forKey: place) else { return }
            do {
                try office.checkLog()
                try office.close()
            } catch {
                XCTFail("\(error)")
            }
        }
    }

    /// Says that this test tells a story: the list has it in these words, and the test its name.
    func tells(_ id: String, _ claim: String) throws {
        let story = Story(id: id, claim: claim)
        XCTAssertTrue(try Stories.listed().contains(story), "stories.txt has another claim of \(id)")
        XCTAssertTrue(name.hasSuffix("." + story.test), "\(name) tells \(id)")
        told = story
    }

    /// An office that ends with the story.
    func ending(_ office: Office) -> Office {
        ends.append { try office.close() }
        return office
    }

    /// A phone that ends with the story.
    func ending(_ handset: Handset) -> Handset {
        ends.append { try await handset.close() }
        return handset
    }

    /// A new phone that knows no office.
    func handset(of office: Office? = nil, person: Person = .confirms) async throws -> Handset {
        let office = try office ?? self.office
        return ending(try await Handset(folder: newFolder(in: office.folder, "handset"), person: person))
    }

    /// A phone whose person may sign.
    func enrolled(_ name: String, at office: Office? = nil, person: Person = .confirms) async throws -> Handset {
        let office = try office ?? self.office
        let handset = try await handset(of: office, person: person)
        try await handset.enroll(at: office, office.invite(name))
        return handset
    }

    /// A document that waits for a signature, with a place for its stamp.
    func submitted(_ signer: String, _ subject: String, to office: Office? = nil, _ more: String...) throws -> String {
        let stamp = ["--stamp", "2:345.83,369.99,532.91,446.53"]
        return try (office ?? self.office).submit(Places.sample, signer: signer, subject: subject, stamp + more)
    }

    /// At the server: each decision stands once, and so does each signature in the document.
    func recordedOnce(_ request: String, at office: Office? = nil, times: Int = 1) throws {
        let office = try office ?? self.office
        let shown = try office.show(request)
        XCTAssertEqual(try office.decisions(request).count, times, shown)
        XCTAssertEqual(signatures(in: try office.download(request)), times)
    }

    func recordedNothing(_ request: String, at office: Office? = nil) throws {
        let office = try office ?? self.office
        XCTAssertEqual(try office.decisions(request), [])
        XCTAssertEqual(signatures(in: try office.download(request)), 0)
    }

    /// What the person is told, in Vietnamese, has these words in it.
    func assertSays(_ told: Words, _ part: String, file: StaticString = #filePath, line: UInt = #line) throws {
        let sentence = try said(told)
        XCTAssertTrue(sentence.contains(part), sentence, file: file, line: line)
    }

    func assertSays(_ failure: Failure, _ part: String, file: StaticString = #filePath, line: UInt = #line) throws {
        try assertSays(failure.what, part, file: file, line: line)
    }

    private func signatures(in document: Data) -> Int {
        var (count, rest) = (0, document[...])
        while let found = rest.range(of: Data("/ByteRange".utf8)) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}

/// Requests as the road knows them.
enum Asked {
    static let decision: @Sendable (String) -> Bool = { $0.hasPrefix("PUT /api/v1/requests/") && $0.contains("/decision ") }
    static let document: @Sendable (String) -> Bool = { $0.hasPrefix("GET /api/v1/documents/") }
}
