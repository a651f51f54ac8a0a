import XCTest

@testable import TrienDevice

final class InTimeTests: XCTestCase {
    func testWhatIsDoneInTimeIsGiven() async {
        let given = await answer(within: .seconds(600)) { 7 }
        XCTAssertEqual(given, 7)
    }

    func testWhatTakesTooLongIsNotWaitedForAndGoesOn() async {
        let (goOn, mayGoOn) = AsyncStream<Void>.makeStream()
        let (ends, ended) = AsyncStream<Void>.makeStream()
        let given = await answer(within: .milliseconds(1)) {
            for await _ in goOn { break }
            ended.yield()
            return 7
        }
        XCTAssertNil(given)
        mayGoOn.yield()
        for await _ in ends { break }
    }
}
