package vn.trien

import android.graphics.Bitmap
import android.graphics.Canvas
import androidx.activity.ComponentActivity
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.unit.Density
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import vn.trien.core.Language
import vn.trien.present.Texts
import vn.trien.samples.SCREENS
import vn.trien.samples.Sample
import vn.trien.samples.WIDE_SCREENS
import vn.trien.ui.TrienTheme

/** How a screen is looked at. */
enum class Look(val language: Language, val fontScale: Float, val dark: Boolean) {
    VI(Language.VIETNAMESE, 1f, false),
    VI_LARGE(Language.VIETNAMESE, 2f, false),
    EN_DARK(Language.ENGLISH, 1f, true),
}

/** Draws every state of one screen, and judges each. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h740dp-xhdpi", application = android.app.Application::class)
class ScreensTest(private val screen: String, private val look: Look) {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `every state can be read and used`() = judge(rule, screen, look, "")

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> =
            SCREENS.keys.flatMap { screen -> listOf(Look.VI_LARGE, Look.EN_DARK).map { arrayOf<Any>(screen, it) } }
    }
}

/** A phone that lies on its side: the screens on which a person decides also with large letters. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w740dp-h360dp-land-xhdpi", application = android.app.Application::class)
class LandscapeTest(private val screen: String, private val look: Look) {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `every state can be read and used`() = judge(rule, screen, look, "-landscape")

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> =
            listOf("document", "sign", "refuse", "changes", "practice").flatMap { screen -> Look.entries.map { arrayOf<Any>(screen, it) } } +
                listOf("inbox", "enrollment", "settings", "notifications", "devices", "several", "receipt").map { arrayOf<Any>(it, Look.VI) }
    }
}

/** A tablet that lies on its side: the list and what is open from it beside each other, and the main screens alone. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w1280dp-h800dp-land-hdpi", application = android.app.Application::class)
class TabletTest(private val screen: String, private val look: Look) {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `every state can be read and used`() = judge(rule, screen, look, "-tablet")

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> =
            listOf("beside", "enrollment", "settings", "notifications", "devices", "verify").map { arrayOf<Any>(it, Look.VI) }
    }
}

/** Screens with pages in strips. */
private val PAGED = setOf("document", "sign", "attachment", "practice")

private typealias Rule_ = androidx.compose.ui.test.junit4.AndroidComposeTestRule<androidx.test.ext.junit.rules.ActivityScenarioRule<ComponentActivity>, ComponentActivity>

private fun judge(rule: Rule_, screen: String, look: Look, suffix: String) {
    val samples = (SCREENS + WIDE_SCREENS).getValue(screen)
    var shown by mutableStateOf<Sample?>(null)
    rule.setContent {
        val density = Density(LocalDensity.current.density, look.fontScale)
        CompositionLocalProvider(LocalDensity provides density) {
            TrienTheme(Texts(look.language), look.dark) { shown?.let { key(it) { it.draw() } } }
        }
    }
    val sheet = ContactSheet()
    val faults = samples.flatMap { sample ->
        shown = sample
        // Pages are drawn off the main thread.
        val rounds = if (screen == "beside") 40 else if (screen !in PAGED) 1 else if (sample == samples.first()) 60 else 12
        repeat(rounds) {
            rule.waitForIdle()
            if (rounds > 1) Thread.sleep(30)
        }
        sheet.add(sample.name, picture(rule.activity))
        faultsOf(rule.onRoot(useUnmergedTree = false).fetchSemanticsNode(), rule.onRoot(useUnmergedTree = true).fetchSemanticsNode())
            .map { "$screen/${sample.name}: $it" }
    }
    sheet.write("$screen-${look.name.lowercase().replace('_', '-')}$suffix")
    assertEquals(emptyList<String>(), faults)
}

private fun picture(activity: ComponentActivity): Bitmap {
    val view = activity.window.decorView
    return Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }
}
