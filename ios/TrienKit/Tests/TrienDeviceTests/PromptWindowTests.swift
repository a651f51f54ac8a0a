import TrienCore
import XCTest

@testable import TrienDevice

final class PromptWindowTests: XCTestCase {
    private let start = ContinuousClock().now

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    func testAPromptForEachUseOpensTheKeyForOneSignature() {
        var window = PromptWindow(policy: .perUse)
        XCTAssertFalse(window.isOpen(at: start))
        window.open(at: start)
        XCTAssertTrue(window.isOpen(at: start))
        window.use()
        XCTAssertFalse(window.isOpen(at: start))
    }

    func testASessionOpensTheKeyForItsSecondsAndNoLonger() {
        var window = PromptWindow(policy: .session(seconds: 60, signatures: 50))
        window.open(at: start)
        window.use()
        XCTAssertTrue(window.isOpen(at: after(59)))
        XCTAssertFalse(window.isOpen(at: after(60)))
    }

    func testASessionOpensTheKeyForItsSignaturesAndNoMore() {
        var window = PromptWindow(policy: .session(seconds: 60, signatures: 2))
        window.open(at: start)
        window.use()
        XCTAssertTrue(window.isOpen(at: after(1)))
        window.use()
        XCTAssertFalse(window.isOpen(at: after(1)))
    }

    func testWhatWasClosedAsksAgain() {
        var window = PromptWindow(policy: .session(seconds: 60, signatures: 50))
        window.open(at: start)
        window.close()
        XCTAssertFalse(window.isOpen(at: start))
        window.open(at: after(90))
        XCTAssertTrue(window.isOpen(at: after(91)))
    }

    func testMoreUsesThanSignaturesDoNotWrapAround() {
        var window = PromptWindow(policy: .perUse)
        window.use()
        window.use()
        XCTAssertFalse(window.isOpen(at: start))
    }
}
