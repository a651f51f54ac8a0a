package vn.trien.present

import vn.trien.core.PageSize
import vn.trien.core.Rect
import vn.trien.core.Region
import vn.trien.core.StampedPage

/** A place on a page, in shares of its width and height from the upper left. */
data class Mark(val page: Int, val left: Float, val top: Float, val right: Float, val bottom: Float)

/** A page that is shown alone, with the place on it that matters. */
data class MarkedPage(val page: Int, val size: PageSize, val mark: Mark)

/** The core measures from the lower left, in hundredths of a point. */
internal fun mark(page: Int, rect: Rect, size: PageSize): Mark {
    val (width, height) = maxOf(size.width, 1).toFloat() to maxOf(size.height, 1).toFloat()
    return Mark(page, rect.left / width, 1 - rect.top / height, rect.right / width, 1 - rect.bottom / height)
}

// It is shown as the first and only page.
internal fun marked(page: StampedPage) = MarkedPage(page.page.toInt(), page.size, mark(0, page.rect, page.size))

/** A strip of a page as the core names it. */
fun region(strip: Strip, page: Int = strip.page) = Region(
    page.toUInt(), strip.pageWidth.toUInt(), 0u, strip.top.toUInt(), strip.pageWidth.toUInt(), strip.height.toUInt(),
)
