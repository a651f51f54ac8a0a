package vn.trien

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import vn.trien.core.Language
import vn.trien.samples.SCREENS

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
    fun `every state can be read and used`() = Gallery(rule, screen, look).judge("")

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
    fun `every state can be read and used`() = Gallery(rule, screen, look).judge("-landscape")

    companion object {
        private val DECIDING = listOf("document", "sign", "refuse", "changes", "practice")

        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> =
            DECIDING.flatMap { screen -> listOf(Look.VI, Look.VI_LARGE).map { arrayOf<Any>(screen, it) } } +
                (SCREENS.keys - DECIDING.toSet()).map { arrayOf<Any>(it, Look.VI) }
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
    fun `every state can be read and used`() = Gallery(rule, screen, look).judge("-tablet")

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> =
            listOf("beside", "enrollment", "settings", "notifications", "devices", "verify").map { arrayOf<Any>(it, Look.VI) }
    }
}

/** A tablet that stands. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w800dp-h1280dp-port-hdpi", application = android.app.Application::class)
class TabletUprightTest(private val screen: String, private val look: Look) {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `every state can be read and used`() = Gallery(rule, screen, look).judge("-tablet-upright")

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0} {1}")
        fun screens(): List<Array<Any>> = listOf("inbox", "document").map { arrayOf<Any>(it, Look.VI) }
    }
}
