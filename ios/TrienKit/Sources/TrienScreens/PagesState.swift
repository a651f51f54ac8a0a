import Foundation
import Observation
import TrienCore
import TrienKit

/// One strip of a page, and which it is among the page's strips.
public struct Tile: Identifiable, Equatable, Sendable {
    public struct ID: Hashable, Sendable {
        public let page: Int
        public let number: Int
    }

    public let id: ID
    public let strip: Strip

    /// Between pages there is a gap.
    public var beginsLaterPage: Bool { id.number == 0 && id.page > 0 }
}

/// Where the person is in a document, and how far it is enlarged.
@MainActor @Observable
public final class PagesState {
    /// How far a page can be enlarged; each step is drawn anew, so that letters stay sharp.
    private static let steps: [CGFloat] = [1, 1.5, 2, 3]

    /// Pixels of a strip's height: at three times the width of a wide screen, some thirteen megabytes.
    private static let stripHeight = 512

    private let sizes: [PageSize]
    private(set) var step = 0
    public private(set) var tiles: [Tile] = []

    /// The strip at the upper edge.
    public var top: Tile.ID?

    @ObservationIgnored private var width = 0
    @ObservationIgnored private var wanted: (page: Int, share: Float)?

    public init(_ sizes: [PageSize]) {
        self.sizes = sizes
    }

    public var count: Int { sizes.count }
    public var page: Int { top?.page ?? 0 }
    public var factor: CGFloat { Self.steps[step] }
    public var canEnlarge: Bool { step < Self.steps.count - 1 }
    public var canReduce: Bool { step > 0 }

    public func enlarge() {
        if canEnlarge { step += 1 }
    }

    public func reduce() {
        if canReduce { step -= 1 }
    }

    /// Shows a page, from a little above the place on it that is looked for.
    public func go(to page: Int, mark: Mark? = nil) {
        wanted = (page, mark?.top ?? 0)
        arrive()
    }

    /// Cuts the pages anew for so many pixels across, and stays at the place that was in sight.
    public func layOut(_ width: Int) {
        guard width > 0, width != self.width else { return }
        let before = top.flatMap { id in tiles.first { $0.id == id } }
        self.width = width
        tiles = sizes.indices.flatMap { cut($0) }
        if wanted != nil {
            arrive()
        } else if let before, before.strip.pageWidth > 0 {
            let row = before.strip.top * width / before.strip.pageWidth
            top = tile(before.id.page, row)?.id
        }
    }

    /// How high a whole page is, in pixels.
    public func height(_ page: Int) -> Int {
        let size = sizes[page]
        return width * Int(size.height) / max(Int(size.width), 1)
    }

    private func cut(_ page: Int) -> [Tile] {
        let whole = height(page)
        return stride(from: 0, to: whole, by: Self.stripHeight).enumerated().map { number, row in
            let strip = Strip(page: page, pageWidth: width, top: row, height: min(Self.stripHeight, whole - row))
            return Tile(id: Tile.ID(page: page, number: number), strip: strip)
        }
    }

    // Nothing is laid out before the room for it is known.
    private func arrive() {
        guard let place = wanted, sizes.indices.contains(place.page), !tiles.isEmpty else { return }
        wanted = nil
        let row = Int(place.share * Float(height(place.page))) - Self.stripHeight / 2
        top = tile(place.page, max(row, 0))?.id
    }

    private func tile(_ page: Int, _ row: Int) -> Tile? {
        tiles.last { $0.id.page == page && $0.strip.top <= row }
    }
}
