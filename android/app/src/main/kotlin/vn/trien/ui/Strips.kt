package vn.trien.ui

import vn.trien.core.PageSize
import vn.trien.present.Strip

/** Pixels of a strip's height: at three times the width of a wide screen, some thirteen megabytes. */
private const val STRIP = 512

/** The strips of all pages at one width, in their order. Each is computed when it is asked for: five thousand pages have a hundred thousand. */
internal class Strips(private val pages: List<PageSize>, private val width: Int) {
    /** The first strip of each page, and behind the last page how many there are. */
    private val firsts = IntArray(pages.size + 1).also { firsts ->
        pages.indices.forEach { firsts[it + 1] = firsts[it] + (height(it) + STRIP - 1) / STRIP }
    }

    val count: Int get() = firsts.last()

    operator fun get(index: Int): Strip {
        val page = pageOf(index)
        val top = (index - firsts[page]) * STRIP
        return Strip(page, width, top, minOf(STRIP, height(page) - top))
    }

    /** How high a whole page is, in pixels. */
    fun height(page: Int): Int = pages[page].let { (width.toLong() * it.height / maxOf(it.width, 1)).toInt() }.coerceAtLeast(1)

    fun pageOf(index: Int): Int = firsts.binarySearch(index).let { if (it >= 0) it else -it - 2 }

    /** The strip that lies so many pixels down a page. */
    fun at(page: Int, down: Int): Int = (firsts[page] + down / STRIP).coerceIn(firsts[page], firsts[page + 1] - 1)

    /** Whether a page ends with this strip, and another one follows. */
    fun isBeforeNextPage(index: Int): Boolean = index + 1 < count && firsts.binarySearch(index + 1) >= 0
}
