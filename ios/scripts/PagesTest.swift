// What is pure of the app's views, run on Linux: how pages are cut into strips, and which of them is shown. typecheck.sh compiles it with
// App/Sources/PagesState.swift and the kit's objects.

import Foundation
import TrienCore
import TrienKit

@MainActor
private struct Claim {
    let what: String
    let holds: @MainActor () -> Bool

    init(_ what: String, _ holds: @escaping @MainActor () -> Bool) {
        self.what = what
        self.holds = holds
    }
}

@main
@MainActor
struct PagesTest {
    private static let upright = PageSize(width: 59528, height: 84189)
    private static let lying = PageSize(width: 84189, height: 59528)
    private static let place = Mark(page: 2, left: 0.5, top: 0.9, right: 0.9, bottom: 0.98)

    private static let claims = [
        Claim("strips cover each page, one below the other") { stripsCoverEachPage() },
        Claim("a page that is asked for before there is room is shown once there is") { aPageCanBeAskedForEarly() },
        Claim("a page is shown from a little above the place on it") { aPlaceIsInSight() },
        Claim("whoever enlarges stays where they are") { enlargingStays() },
        Claim("pages without a size show nothing and end nothing") { nothingEndsNothing() },
    ]

    static func main() {
        var failed = 0
        for claim in claims {
            let isTrue = claim.holds()
            print("\(isTrue ? "ok" : "FAILED"): \(claim.what)")
            if !isTrue { failed += 1 }
        }
        print("\(claims.count - failed) passed, \(failed) failed")
        exit(failed == 0 ? 0 : 1)
    }

    private static func laidOut(_ width: Int = 1170) -> PagesState {
        let pages = PagesState([upright, lying, upright])
        pages.layOut(width)
        return pages
    }

    private static func shown(_ pages: PagesState) -> Strip? {
        pages.tiles.first { $0.id == pages.top }?.strip
    }

    private static func stripsCoverEachPage() -> Bool {
        let pages = laidOut()
        return (0..<3).allSatisfy { page in
            let strips = pages.tiles.filter { $0.id.page == page }.map(\.strip)
            let edges = strips.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.height) }
            return strips.map(\.top) == edges.dropLast() && edges.last == pages.height(page) && strips.allSatisfy { $0.pageWidth == 1170 }
        }
    }

    private static func aPageCanBeAskedForEarly() -> Bool {
        let pages = PagesState([upright, lying, upright])
        pages.go(to: 1)
        let before = pages.top
        pages.layOut(1170)
        return before == nil && pages.page == 1
    }

    private static func aPlaceIsInSight() -> Bool {
        let pages = laidOut()
        pages.go(to: 2, mark: place)
        guard let strip = shown(pages) else { return false }
        let row = Int(place.top * Float(pages.height(2)))
        return strip.page == 2 && strip.top < row && row - strip.top <= 2 * strip.height
    }

    private static func enlargingStays() -> Bool {
        let pages = laidOut()
        pages.go(to: 2, mark: place)
        guard let before = shown(pages) else { return false }
        let share = Double(before.top) / Double(pages.height(2))
        var stayed = true
        while pages.canEnlarge {
            pages.enlarge()
            pages.layOut(Int(1170 * pages.factor))
            guard let now = shown(pages) else { return false }
            let row = share * Double(pages.height(2))
            stayed = stayed && now.page == 2 && Double(now.top) <= row + 1 && row < Double(now.top + 2 * now.height)
        }
        return stayed && pages.factor == 3
    }

    private static func nothingEndsNothing() -> Bool {
        let none = PagesState([])
        none.layOut(100)
        none.go(to: 0)
        let flat = PagesState([PageSize(width: 0, height: 0)])
        flat.layOut(100)
        flat.go(to: 5)
        return none.tiles.isEmpty && none.page == 0 && flat.tiles.isEmpty && flat.page == 0
    }
}
