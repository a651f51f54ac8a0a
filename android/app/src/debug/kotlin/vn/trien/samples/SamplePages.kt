package vn.trien.samples

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import java.io.ByteArrayOutputStream
import java.util.concurrent.atomic.AtomicInteger
import vn.trien.present.PageSource
import vn.trien.present.Strip

/** Pages of the documents that come along, drawn beforehand; stamps and missing lines were laid over by hand. */
object SamplePages {
    /** The sample document, as it waits for a signature. */
    val source = source("page")

    /** The page of it that is signed, with the stamp. */
    val stamped = source("stamped")

    val practice = source("practice")
    val practiceStamped = source("practice-stamped")

    fun png(name: String): ByteArray =
        checkNotNull(javaClass.getResourceAsStream("/vn/trien/samples/$name.png")) { "$name.png is missing" }.use { it.readBytes() }

    private fun source(name: String): PageSource {
        val page: Bitmap by lazy { png(name).let { BitmapFactory.decodeByteArray(it, 0, it.size) } }
        return PageSource { strip ->
            drawing.incrementAndGet()
            try {
                cut(page, strip)
            } finally {
                drawing.decrementAndGet()
            }
        }
    }

    private val drawing = AtomicInteger()

    /** Whether some strip is asked for and not there yet. */
    val isDrawing: Boolean get() = drawing.get() > 0

    private fun cut(page: Bitmap, strip: Strip): ByteArray {
        val scale = page.width.toFloat() / strip.pageWidth
        val top = (strip.top * scale).toInt().coerceAtMost(page.height - 1)
        val height = (strip.height * scale).toInt().coerceIn(1, page.height - top)
        val part = Bitmap.createBitmap(page, 0, top, page.width, height)
        return ByteArrayOutputStream().also { part.compress(Bitmap.CompressFormat.PNG, 100, it) }.toByteArray()
    }
}
