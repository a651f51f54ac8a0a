package vn.trien

import androidx.activity.ComponentActivity
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clipToBounds
import androidx.compose.ui.layout.layout
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.Constraints
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What the judge of the screens must notice. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h740dp-xhdpi", application = android.app.Application::class)
class FaultsTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `what is sound has no fault`() =
        assertEquals(emptyList<String>(), faults { Box(Modifier.size(48.dp).clickable {}) { Text("Ký") } })

    @Test
    fun `a button without a name is found`() = found("has no name") { Box(Modifier.size(48.dp).clickable {}) }

    @Test
    fun `a text that is cut at its side is found`() = found("does not fit") { Text(SUBJECT, Modifier.width(20.dp), softWrap = false) }

    @Test
    fun `a button that hangs over the edge is found`() = found("is cut off") {
        Box(Modifier.size(60.dp).clipToBounds()) { Box(Modifier.overhanging().clickable {}) { Text("Ký") } }
    }

    @Test
    fun `a small button beside another is found`() = found("is only") {
        Row { listOf("Ký", "Hủy").forEach { name -> Box(Modifier.size(40.dp).clickable {}) { Text(name) } } }
    }

    @Test
    fun `a tiny button is found, however much room it has`() = found("is only") {
        Box(Modifier.padding(60.dp)) { Box(Modifier.size(20.dp).clickable {}) { Text("Ký", fontSize = 8.sp) } }
    }

    @Test
    fun `a small button at the screen's edge is found`() = found("is only") { Box(Modifier.size(40.dp).clickable {}) { Text("Ký") } }

    @Test
    fun `a small button with room around it has no fault`() =
        assertEquals(emptyList<String>(), faults { Box(Modifier.padding(20.dp)) { Box(Modifier.size(40.dp).clickable {}) { Text("Ký") } } })

    @Test
    fun `a text that ends in dots is found`() = found("whole nowhere") { Dots(SUBJECT) }

    @Test
    fun `a text that ends in dots and is whole elsewhere has no fault`() =
        assertEquals(emptyList<String>(), faults { Column { Dots(SUBJECT); Text(SUBJECT, Modifier.width(200.dp)) } })

    @Composable
    private fun Dots(text: String) = Text(text, Modifier.width(20.dp), maxLines = 1, overflow = TextOverflow.Ellipsis)

    @Test
    fun `a key in place of its text is found`() = found("a key or an argument is shown") { Text("app-" + "no-such-key") }

    private fun found(what: String, screen: @Composable () -> Unit) {
        val faults = faults(screen)
        assertTrue("$faults", faults.any { what in it })
    }

    private fun faults(screen: @Composable () -> Unit): List<String> {
        rule.setContent { screen() }
        rule.waitForIdle()
        val found = Faults()
        found.look("here", rule.onRoot(useUnmergedTree = false).fetchSemanticsNode(), rule.onRoot(useUnmergedTree = true).fetchSemanticsNode())
        return found.all()
    }

    private fun Modifier.overhanging() = layout { measurable, _ ->
        val placeable = measurable.measure(Constraints.fixed(400, 400))
        layout(placeable.width, placeable.height) { placeable.place(0, 0) }
    }

    private companion object {
        const val SUBJECT = "Phê duyệt dự toán kinh phí"
    }
}
