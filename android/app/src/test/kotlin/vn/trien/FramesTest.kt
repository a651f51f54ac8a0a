package vn.trien

import android.graphics.Bitmap
import android.graphics.Canvas
import androidx.activity.ComponentActivity
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.unit.dp
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import vn.trien.core.Language
import vn.trien.present.Texts
import vn.trien.ui.Choice
import vn.trien.ui.Note
import vn.trien.ui.Tone
import vn.trien.ui.TrienTheme
import vn.trien.ui.Wide
import vn.trien.ui.WideOther

/** WCAG 2.2 §1.4.11, measured on what is drawn: where something that can be pressed begins, is to be seen. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h740dp-xhdpi", application = android.app.Application::class)
class FramesTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    private var shown by mutableStateOf<Paper?>(null)

    private class Paper(val name: String, val dark: Boolean, val around: @Composable (@Composable () -> Unit) -> Unit)

    @Test
    fun `every frame that is drawn stands out from its paper by 3 to 1`() {
        rule.setContent { shown?.let { paper -> key(paper) { TrienTheme(Texts(Language.VIETNAMESE), paper.dark) { paper.around { Pressed() } } } } }
        val faults = listOf(false, true).flatMap { dark -> surfaces(dark) + notes(dark) }.flatMap { paper ->
            shown = paper
            rule.waitForIdle()
            val picture = picture()
            edges().filter { edge(picture, it) < 3 }.map { "${paper.name}${if (paper.dark) " by night" else ""}: ${edge(picture, it)} at $it" }
        }
        assertEquals(emptyList<String>(), faults)
    }

    private fun surfaces(dark: Boolean) = mapOf<String, ColorScheme.() -> Color>(
        "background" to { background }, "panel" to { surfaceContainer }, "bar" to { surfaceContainerHigh }, "card" to { surfaceContainerLow },
    ).map { (name, color) ->
        Paper(name, dark) { content -> Surface(color = MaterialTheme.colorScheme.color()) { Column(Modifier.padding(20.dp)) { content() } } }
    }

    private fun notes(dark: Boolean) = Tone.entries.map { tone -> Paper("note $tone", dark) { content -> Note(tone) { content() } } }

    @Composable
    private fun Pressed() = Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Choice("Ký", chosen = false) {}
        Choice("Ký", chosen = true) {}
        WideOther("Ký") {}
        Wide("Ký") {}
    }

    private fun edges(): List<Rect> = rule.onAllNodes(hasClickAction()).fetchSemanticsNodes().map { it.boundsInWindow }.also { assertEquals(4, it.size) }

    /** The best contrast to the paper beside it, on the way from outside to inside. */
    private fun edge(picture: Bitmap, bounds: Rect): Double {
        val y = bounds.center.y.toInt()
        val paper = Color(picture.getPixel(bounds.left.toInt() - 4, y))
        return (-2..6).maxOf { contrast(paper, Color(picture.getPixel(bounds.left.toInt() + it, y))) }
    }

    private fun picture(): Bitmap {
        val view = rule.activity.window.decorView
        return Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }
    }
}
