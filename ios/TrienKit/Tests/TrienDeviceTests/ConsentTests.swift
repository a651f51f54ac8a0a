import TrienCore
import XCTest

@testable import TrienDevice

/// The person answers as the test says; each answer opens under a number of its own.
final class ConsentTests: XCTestCase {
    private let start = ContinuousClock().now
    private var asked = 0
    private var ended: [Int] = []
    private lazy var consent = Consent<Int> { [unowned self] in ended.append($0) }

    private func sign(_ policy: PromptPolicy, at seconds: Int = 0) throws -> Int {
        let now = start + .seconds(seconds)
        defer { consent.used(now: now) }
        let ask = { [unowned self] in
            asked += 1
            return asked
        }
        return try consent.use(policy, now: { now }, ask: ask)
    }

    func testWithAPromptForEachUseEachSignatureIsAskedForAndEndsWhatOpenedIt() throws {
        XCTAssertEqual([try sign(.perUse), try sign(.perUse)], [1, 2])
        XCTAssertEqual(ended, [1, 2])
    }

    func testASessionIsAskedForOnceUntilItsSignaturesAreUsed() throws {
        let session = PromptPolicy.session(seconds: 60, signatures: 2)
        XCTAssertEqual([try sign(session), try sign(session), try sign(session)], [1, 1, 2])
        XCTAssertEqual(ended, [1])
    }

    func testASessionIsAskedForAgainAfterItsTime() throws {
        let session = PromptPolicy.session(seconds: 60, signatures: 50)
        XCTAssertEqual([try sign(session), try sign(session, at: 59), try sign(session, at: 60)], [1, 1, 2])
        XCTAssertEqual(ended, [1])
    }

    func testWhoeverTurnsToAnotherAppIsAskedAgain() throws {
        let session = PromptPolicy.session(seconds: 60, signatures: 50)
        XCTAssertEqual(try sign(session), 1)
        consent.close()
        XCTAssertEqual(ended, [1])
        XCTAssertEqual(try sign(session), 2)
    }

    func testARefusalOpensNothing() throws {
        let session = PromptPolicy.session(seconds: 60, signatures: 50)
        XCTAssertThrowsError(try consent.use(session, now: { start }, ask: { throw KeySignerError.Cancelled })) {
            XCTAssertEqual($0 as? KeySignerError, .Cancelled)
        }
        XCTAssertEqual(try sign(session), 1)
        XCTAssertEqual(ended, [])
    }
}
