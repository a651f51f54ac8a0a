import TrienCore

/// A place on a page, in shares of its width and height from the upper left.
public struct Mark: Equatable, Sendable {
    public var page: Int
    public var left: Float
    public var top: Float
    public var right: Float
    public var bottom: Float

    public init(page: Int, left: Float, top: Float, right: Float, bottom: Float) {
        self.page = page
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }
}

/// A page that is shown alone, with the place on it that matters.
public struct MarkedPage: Equatable, Sendable {
    public var page: Int
    public var size: PageSize
    public var mark: Mark

    public init(page: Int, size: PageSize, mark: Mark) {
        self.page = page
        self.size = size
        self.mark = mark
    }
}

/// The core measures from the lower left, in hundredths of a point.
func mark(_ page: Int, _ rect: Rect, _ size: PageSize) -> Mark {
    let (width, height) = (Float(max(size.width, 1)), Float(max(size.height, 1)))
    return Mark(
        page: page, left: Float(rect.left) / width, top: 1 - Float(rect.top) / height, right: Float(rect.right) / width,
        bottom: 1 - Float(rect.bottom) / height)
}

// It is shown as the first and only page.
func marked(_ page: StampedPage) -> MarkedPage {
    MarkedPage(page: Int(page.page), size: page.size, mark: mark(0, page.rect, page.size))
}

/// A strip of a page as the core names it.
public func region(_ strip: Strip, page: Int? = nil) -> Region {
    Region(
        page: UInt32(clamping: page ?? strip.page), pageWidth: UInt32(clamping: strip.pageWidth), left: 0,
        top: UInt32(clamping: strip.top), width: UInt32(clamping: strip.pageWidth), height: UInt32(clamping: strip.height))
}
