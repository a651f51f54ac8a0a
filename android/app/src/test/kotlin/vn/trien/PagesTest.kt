package vn.trien

import androidx.activity.ComponentActivity
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.width
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.test.junit4.StateRestorationTester
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.unit.dp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import vn.trien.core.Language
import vn.trien.core.PageSize
import vn.trien.present.Mark
import vn.trien.present.Texts
import vn.trien.ui.GoTo
import vn.trien.ui.Pages
import vn.trien.ui.PagesState
import vn.trien.ui.Strips
import vn.trien.ui.TrienTheme
import vn.trien.ui.rememberPages
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

    @Test
    fun `strips follow each other without a gap, and each is found by its place`() {
        val pages = listOf(PageSize(595, 842), PageSize(842, 595), PageSize(1000, 1), PageSize(100, 100), PageSize(595, 842))
        listOf(1, 511, 512, 513, 1080).forEach { width ->
            val strips = Strips(pages, width)
            var index = 0
            pages.indices.forEach { page ->
                var top = 0
                while (top < strips.height(page)) {
                    val strip = strips[index]
                    assertEquals("$width $index", listOf(page, width, top), listOf(strip.page, strip.pageWidth, strip.top))
                    assertEquals(index, strips.at(page, top))
                    assertEquals(index, strips.at(page, top + strip.height - 1))
                    top += strip.height
                    assertEquals(top == strips.height(page) && page < pages.lastIndex, strips.isBeforeNextPage(index))
                    index++
                }
                assertEquals(strips.height(page), top)
            }
            assertEquals(strips.count, index)
        }
    }
}

/** Whoever enlarges a long document, or turns the phone, is still at the place that they were reading. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h740dp-xhdpi", application = android.app.Application::class)
class PlaceTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    private val restoring = StateRestorationTester(rule)
    private val sizes = List(5_000) { PageSize(59528, if (it % 7 == 0) 42094 else 84189) }
    private var width by mutableStateOf(360.dp)
    private var wanted by mutableStateOf<Int?>(null)
    private lateinit var pages: PagesState

    // The upper edge is a little above the place that is looked for.
    private fun open() {
        restoring.setContent {
            TrienTheme(Texts(Language.VIETNAMESE)) {
                pages = rememberPages(sizes)
                Box(Modifier.width(width)) { Pages(pages, { ByteArray(0) }) }
                GoTo(pages, wanted, Mark(MIDDLE, 0.5f, 0.6f, 0.9f, 0.7f)) { wanted = null }
            }
        }
        wanted = MIDDLE
        rule.waitForIdle()
        assertEquals(MIDDLE, pages.page)
    }

    private fun staysAt(before: Float, what: String, change: () -> Unit) {
        change()
        rule.waitForIdle()
        assertEquals(what, MIDDLE, pages.page)
        assertEquals(what, before, pages.spot().down, 0.005f)
    }

    @Test
    fun `enlarged and reduced step by step, and narrower`() {
        open()
        val before = pages.spot().down
        assertTrue("$before", before > 0.05f)
        repeat(3) { staysAt(before, "enlarged") { pages.zoom++ } }
        repeat(3) { staysAt(before, "reduced") { pages.zoom-- } }
        staysAt(before, "narrower") { width = 200.dp }
        staysAt(before, "wider") { width = 360.dp }
    }

    @Test
    fun `shown anew at another width, as after a turn of the phone`() {
        open()
        pages.zoom++
        rule.waitForIdle()
        val before = pages.spot().down
        width = 220.dp
        staysAt(before, "anew") { restoring.emulateSavedInstanceStateRestore() }
        assertEquals(1, pages.zoom)
    }

    private companion object {
        const val MIDDLE = 2_498
    }
}
