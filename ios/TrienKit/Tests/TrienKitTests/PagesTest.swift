import TrienCore
import TrienKit
import XCTest

@testable import TrienScreens

@MainActor
final class PagesTest: XCTestCase {
    private let upright = PageSize(width: 59528, height: 84189)
    private let lying = PageSize(width: 84189, height: 59528)
    private let place = Mark(page: 2, left: 0.5, top: 0.9, right: 0.9, bottom: 0.98)

    private func laidOut(_ width: Int = 1170) -> PagesState {
        let pages = PagesState([upright, lying, upright])
        pages.layOut(width)
        return pages
    }

    private func shown(_ pages: PagesState) throws -> Strip {
        try XCTUnwrap(pages.tiles.first { $0.id == pages.top }?.strip)
    }

    func testStripsCoverEachPageOneBelowTheOther() async {
        let pages = laidOut()
        for page in 0..<3 {
            let strips = pages.tiles.filter { $0.id.page == page }.map(\.strip)
            let edges = strips.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.height) }
            XCTAssertEqual(Array(edges.dropLast()), strips.map(\.top))
            XCTAssertEqual(pages.height(page), edges.last)
            XCTAssertEqual([1170], Set(strips.map(\.pageWidth)))
        }
    }

    func testAPageThatIsAskedForBeforeThereIsRoomIsShownOnceThereIs() async {
        let pages = PagesState([upright, lying, upright])
        pages.go(to: 1)
        XCTAssertNil(pages.top)
        pages.layOut(1170)
        XCTAssertEqual(1, pages.page)
    }

    func testAPageIsShownFromALittleAboveThePlaceOnIt() async throws {
        let pages = laidOut()
        pages.go(to: 2, mark: place)
        let strip = try shown(pages)
        let row = Int(place.top * Float(pages.height(2)))
        XCTAssertEqual(2, strip.page)
        XCTAssert(strip.top < row && row - strip.top <= 2 * strip.height)
    }

    func testWhoeverEnlargesStaysWhereTheyAre() async throws {
        let pages = laidOut()
        pages.go(to: 2, mark: place)
        let share = Double(try shown(pages).top) / Double(pages.height(2))
        while pages.canEnlarge {
            pages.enlarge()
            pages.layOut(Int(1170 * pages.factor))
            let now = try shown(pages)
            let row = share * Double(pages.height(2))
            XCTAssertEqual(2, now.page)
            XCTAssert(Double(now.top) <= row + 1 && row < Double(now.top + 2 * now.height))
        }
        XCTAssertEqual(3, pages.factor)
    }

    func testPagesWithoutASizeShowNothingAndEndNothing() async {
        let none = PagesState([])
        none.layOut(100)
        none.go(to: 0)
        XCTAssertEqual([], none.tiles)
        let flat = PagesState([PageSize(width: 0, height: 0)])
        flat.layOut(100)
        flat.go(to: 5)
        XCTAssertEqual([], flat.tiles)
        XCTAssertEqual(0, flat.page)
    }
}
