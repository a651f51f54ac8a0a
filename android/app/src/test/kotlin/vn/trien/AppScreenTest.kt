package vn.trien

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import vn.trien.core.Language
import vn.trien.core.PageView
import vn.trien.core.PhoneInterface
import vn.trien.core.Region
import vn.trien.present.App
import vn.trien.present.FakeDevice
import vn.trien.present.FakePhone
import vn.trien.present.LicencesPresenter
import vn.trien.present.Place
import vn.trien.present.Texts
import vn.trien.present.item
import vn.trien.present.wakingOf
import vn.trien.ui.AppScreen
import vn.trien.ui.Outside
import vn.trien.ui.TrienTheme

/** The real screens over the real presenters, from place to place; only the core is played. */
@OptIn(ExperimentalCoroutinesApi::class)
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h740dp-xhdpi", application = android.app.Application::class)
class AppScreenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    private val texts = Texts(Language.VIETNAMESE)

    // Nothing waits by the clock: a refusal that can be taken back leaves when it is told to.
    private val scope = CoroutineScope(SupervisorJob() + UnconfinedTestDispatcher())
    private val phone = FakePhone().apply { items = listOf(item("r1", FIRST), item("r2", SECOND, Duration.ofDays(4))) }
    private lateinit var app: App

    @After
    fun close() = scope.cancel()

    @Test
    fun `from the list to a document, its sheet, and back`() {
        open()
        press(FIRST)
        shows(texts["app-agree-approve"])
        press(texts["app-agree-approve"])
        shows(texts["app-sign-title"])
        assertEquals(listOf("open r1", "sheet r1"), phone.asked.filter { it.endsWith(" r1") })
        back()
        shows(texts["app-agree-approve"])
        back()
        shows(SECOND)
        assertEquals(Place.Inbox, app.scenes.value.single().place)
    }

    @Test
    fun `signed, and on to the next`() {
        open()
        press(FIRST)
        press(texts["app-agree-approve"])
        press(texts["app-sign-with-finger"])
        assertEquals(1, phone.asked.count { it == "approve" })
        shows(texts["app-signed-recorded"])
        press(texts["app-next-document"])
        assertEquals(Place.Document("r2"), app.scenes.value.last().place)
    }

    @Test
    fun `after a refusal there is a way to the list, beside the next document`() {
        open()
        press(FIRST)
        press(texts["app-reject"])
        press(texts["app-reason-form"])
        press(texts["app-reject-send"])
        press(texts["app-undo-now"])
        assertEquals(1, phone.asked.count { it.startsWith("reject r1: ") })
        press(texts["app-to-inbox"])
        assertEquals(Place.Inbox, app.scenes.value.single().place)
        shows(SECOND)
    }

    @Test
    @Config(qualifiers = "w1280dp-h800dp-land-hdpi")
    fun `on a wide window the list stays beside the document, and rests while one decides`() {
        open()
        shows(texts["app-choose-document"])
        press(FIRST)
        shows(texts["app-agree-approve"])
        shows(SECOND)
        press(SECOND)
        assertEquals(Place.Document("r2"), app.scenes.value.last().place)
        press(texts["app-agree-approve"])
        shows(texts["app-sign-title"])
        rule.onAllNodes(hasText(FIRST, substring = true)).fetchSemanticsNodes().let { assertEquals(0, it.size) }
        back()
        shows(FIRST)
    }

    @Test
    fun `a licence is read in its own words, and left for the list`() {
        open()
        app.go(Place.Settings)
        app.go(Place.Licences)
        val licences = app.scenes.value.last().presenter as LicencesPresenter
        rule.waitUntil(timeoutMillis = 10_000) { licences.state.value.components.isNotEmpty() }
        press("adler2")
        shows("0BSD OR MIT OR Apache-2.0")
        shows("Permission to use, copy, modify, and/or distribute this software")
        back()
        shows("ab_glyph_rasterizer")
        back()
        assertEquals(Place.Settings, app.scenes.value.last().place)
    }

    private fun open() {
        app = App(Drawing(phone), FakeDevice(), wakingOf(phone), scope)
        rule.setContent { TrienTheme(texts) { AppScreen(app, Outside({}, {})) } }
        rule.waitForIdle()
    }

    private fun press(text: String) {
        rule.onNode(hasClickAction() and hasText(text, substring = true)).performClick()
        rule.waitForIdle()
    }

    private fun back() {
        rule.onNode(hasClickAction() and hasContentDescription(texts["app-go-back"])).performClick()
        rule.waitForIdle()
    }

    private fun shows(text: String) {
        rule.onAllNodes(hasText(text, substring = true)).fetchSemanticsNodes().let { assertEquals(text, true, it.isNotEmpty()) }
    }

    /** Pages are asked for from other threads, and the fake notes what it is asked on one. */
    private class Drawing(phone: FakePhone) : PhoneInterface by phone {
        override suspend fun regionPng(request: String, region: Region, view: PageView) = ByteArray(0)
    }

    private companion object {
        const val FIRST = "Phê duyệt dự toán"
        const val SECOND = "Bổ nhiệm cán bộ"
    }
}
