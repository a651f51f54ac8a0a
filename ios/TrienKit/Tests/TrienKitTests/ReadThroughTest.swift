import XCTest

@testable import TrienScreens

final class ReadThroughTest: XCTestCase {
    private let room = CGRect(x: 0, y: 100, width: 390, height: 500)

    private func sight(of sheet: String = "first", from top: CGFloat, high height: CGFloat) -> Showing<String> {
        Showing(of: sheet, at: CGRect(x: 16, y: 100 + top, width: 358, height: height), in: room)
    }

    /// Where it lies once it was scrolled so that this share of it is at this share of the room.
    private func top(_ share: CGFloat, high height: CGFloat) -> CGFloat { share * (room.height - height) }

    func testASheetThatFitsTheScreenWasRead() {
        var reading = ReadThrough<String>()
        reading.look(sight(from: 16, high: 484))
        XCTAssert(reading.isDone("first"))
    }

    func testASheetThatDoesNotIsReadOnlyOnceItsEndWasInSight() {
        var reading = ReadThrough<String>()
        reading.look(sight(from: 16, high: 900))
        XCTAssertFalse(reading.isDone("first"))
        reading.look(sight(from: -398, high: 900))
        XCTAssertFalse(reading.isDone("first"))
        reading.look(sight(from: -400, high: 900))
        XCTAssert(reading.isDone("first"))
        reading.look(sight(from: 16, high: 900))
        XCTAssert(reading.isDone("first"), "whoever looks back has read it")
    }

    func testASheetThatIsRenewedIsToBeReadAgain() {
        var reading = ReadThrough<String>()
        reading.look(sight(from: -400, high: 900))
        reading.look(sight(of: "second", from: 16, high: 900))
        XCTAssertFalse(reading.isDone("second"))
    }

    func testBeforeThereIsRoomNothingWasRead() {
        var reading = ReadThrough<String>()
        reading.look(Showing(of: "first", at: .zero, in: .zero))
        reading.look(Showing(of: "first", at: CGRect(x: 0, y: 0, width: 390, height: 0), in: room))
        XCTAssertFalse(reading.isDone("first"))
    }

    func testReadingOnLeavesNothingOutAndComesToTheEnd() {
        for height: CGFloat in [501, 700, 1_300, 5_000] {
            var reading = ReadThrough<String>()
            var (upper, steps): (CGFloat, Int) = (16, 0)
            reading.look(sight(from: upper, high: height))
            while !reading.isDone("first"), steps < 20 {
                let next = top(reading.onward, high: height)
                XCTAssert(next < upper && upper - next <= room.height, "from \(upper) to \(next)")
                (upper, steps) = (next, steps + 1)
                reading.look(sight(from: upper, high: height))
            }
            XCTAssert(reading.isDone("first"), "\(height)")
        }
    }

    func testWhatIsLowerThanTheRoomAndStillBelowItIsBroughtUpWhole() {
        var reading = ReadThrough<String>()
        reading.look(sight(from: 300, high: 400))
        XCTAssertFalse(reading.isDone("first"))
        XCTAssertEqual(1, reading.onward)
    }
}
