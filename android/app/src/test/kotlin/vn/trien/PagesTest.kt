package vn.trien

import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.trien.present.Mark
import vn.trien.ui.topFor

/** Where a page is opened so that the place of a signature is in sight. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = android.app.Application::class)
class PagesTest {
    private val mark = Mark(0, 0.5f, 0.47f, 0.9f, 0.57f)

    @Test
    fun `a place that fits is whole in sight, however low the window`() {
        val page = 2000
        (200..1500 step 50).forEach { room ->
            val top = topFor(mark, page, room)
            assertEquals("$room", true, top <= mark.top * page && mark.bottom * page <= top + room + 1)
        }
    }

    @Test
    fun `of one that does not fit the beginning is in sight`() = assertEquals(940, topFor(mark, 2000, 120))

    @Test
    fun `nothing begins above the page`() = assertEquals(0, topFor(Mark(0, 0f, 0.02f, 0.2f, 0.05f), 2000, 1000))
}
