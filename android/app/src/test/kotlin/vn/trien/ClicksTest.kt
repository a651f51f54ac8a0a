package vn.trien

import androidx.activity.ComponentActivity
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performSemanticsAction
import androidx.compose.ui.test.performTextReplacement
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
import vn.trien.ui.TrienTheme

/** Presses whatever can be pressed in each state of a screen. A tall window has all of it in sight. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "w360dp-h2400dp-xhdpi", application = android.app.Application::class)
class ClicksTest(private val screen: String) {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    private val told = mutableListOf<Any>()
    private val used = mutableSetOf<String>()
    private var shown by mutableStateOf<Sample?>(null)

    @Test
    fun `every action tells its presenter what it says`() {
        val table = CLICKS.getValue(screen)
        rule.setContent { TrienTheme(Texts(Language.VIETNAMESE)) { shown?.let { key(it) { it.draw(told::add) } } } }
        val faults = SCREENS.getValue(screen).flatMap { sample ->
            shown = sample
            rule.waitForIdle()
            val named = mutableMapOf<String, Int>()
            pressable().indices.mapNotNull { at -> fault(sample, at, table, named) }
        }
        assertEquals(emptyList<String>(), faults)
        assertEquals("in no state", emptySet<String>(), table.keys - used)
    }

    private fun pressable(): List<SemanticsNode> = rule.onAllNodes(hasClickAction()).fetchSemanticsNodes(atLeastOneRootRequired = false)

    private fun fault(sample: Sample, at: Int, table: Clicks, named: MutableMap<String, Int>): String? {
        val node = pressable()[at]
        val label = label(node)
        val entry = entryOf(label, sample.name, table) ?: return "${sample.name}: \"$label\" is in no table"
        used += entry
        val expected = table.getValue(entry).let { it[minOf(named.getOrDefault(entry, 0), it.lastIndex)] }
        named.merge(entry, 1, Int::plus)
        val pressed = rule.onAllNodes(hasClickAction())[at]
        if (SemanticsActions.SetText in node.config) type(pressed) else press(pressed)
        rule.waitForIdle()
        return if (told == listOfNotNull(expected)) null else "${sample.name}: \"$label\" tells $told, not $expected"
    }

    private fun press(pressed: SemanticsNodeInteraction) {
        told.clear()
        pressed.performClick()
    }

    // The field that is left tells once more what its state holds, which here is not what was typed.
    private fun type(field: SemanticsNodeInteraction) {
        field.performSemanticsAction(SemanticsActions.RequestFocus)
        rule.waitForIdle()
        told.clear()
        field.performTextReplacement(TYPED)
    }

    /** A state's own entry goes before the screen's, an exact name before a part of it, a longer part before a shorter. */
    private fun entryOf(label: String, sample: String, table: Clicks): String? {
        val names = table.keys.filter { ':' !in it || it.substringBefore(':') == sample }.sortedByDescending { ':' in it }
        return names.firstOrNull { nameIn(it) == label }
            ?: names.filter { nameIn(it) in label }.maxByOrNull { nameIn(it).length + if (':' in it) 1 else 0 }
    }

    private fun nameIn(entry: String) = entry.substringAfter(':')

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0}")
        fun screens(): List<Array<Any>> = SCREENS.keys.map { arrayOf<Any>(it) }
    }
}
