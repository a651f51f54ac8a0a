package vn.trien

import android.graphics.Bitmap
import android.graphics.Canvas
import androidx.activity.ComponentActivity
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.runtime.snapshots.Snapshot
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.ProgressBarRangeInfo
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsConfiguration
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.unit.Density
import androidx.test.ext.junit.rules.ActivityScenarioRule
import org.junit.Assert.assertEquals
import vn.trien.present.Texts
import vn.trien.samples.SCREENS
import vn.trien.samples.Sample
import vn.trien.samples.SamplePages
import vn.trien.samples.WIDE_SCREENS
import vn.trien.ui.PAGES
import vn.trien.ui.TrienTheme

typealias ScreenRule = AndroidComposeTestRule<ActivityScenarioRule<ComponentActivity>, ComponentActivity>

/** Draws the states of one screen, each also as it is further down, and judges what is seen. */
class Gallery(private val rule: ScreenRule, private val screen: String, private val look: Look) {
    private val sheet = ContactSheet()
    private val faults = Faults()
    private var shown by mutableStateOf<Sample?>(null)

    fun judge(suffix: String) {
        rule.setContent {
            val density = Density(LocalDensity.current.density, look.fontScale)
            CompositionLocalProvider(LocalDensity provides density) {
                TrienTheme(Texts(look.language), look.dark) { shown?.let { key(it) { it.draw {} } } }
            }
        }
        (SCREENS + WIDE_SCREENS).getValue(screen).forEach { sample -> show(sample) }
        sheet.write("$screen-${look.name.lowercase().replace('_', '-')}$suffix")
        assertEquals(emptyList<String>(), faults.all())
    }

    private fun show(sample: Sample) {
        shown = sample
        rest()
        if (spins()) drawTurning(sample) else sheet.add(sample.name, picture())
        look(sample)
        var further = 0
        while (further < MOST_FURTHER && scroll()) {
            further++
            sheet.add("${sample.name} ↓$further", picture())
            look(sample)
        }
    }

    private fun look(sample: Sample) =
        faults.look("$screen/${sample.name}", rule.onRoot(useUnmergedTree = false).fetchSemanticsNode(), rule.onRoot(useUnmergedTree = true).fetchSemanticsNode())

    // Pages are drawn off the main thread.
    private fun rest() {
        rule.waitForIdle()
        if (screen !in PAGED) return
        var quiet = 0
        repeat(MOST_ROUNDS) {
            Thread.sleep(ROUND_MS)
            rule.waitForIdle()
            quiet = if (SamplePages.isDrawing) 0 else quiet + 1
            if (quiet == QUIET_ROUNDS) return
        }
    }

    /** Tests stop what turns without an end at its first moment, unless they move the clock themselves. */
    private fun drawTurning(sample: Sample) {
        rule.mainClock.autoAdvance = false
        turn(null)
        turn(sample)
        sheet.add(sample.name, picture())
        turn(null)
        rule.mainClock.autoAdvance = true
        shown = sample
        rest()
    }

    private fun turn(to: Sample?) {
        shown = to
        Snapshot.sendApplyNotifications()
        rule.mainClock.advanceTimeBy(if (to == null) FRAME_MS else LATER_MS)
    }

    private fun spins() = matching { it.getOrNull(SemanticsProperties.ProgressBarRangeInfo) == ProgressBarRangeInfo.Indeterminate }.isNotEmpty()

    /** Moves all that can be scrolled by most of its height, but for the pages; tells whether anything could be. */
    private fun scroll(): Boolean {
        val lists = matching { config -> config.getOrNull(SemanticsProperties.VerticalScrollAxisRange)?.let { it.value() < it.maxValue() } == true }
            .filter { it.config.getOrNull(SemanticsProperties.TestTag) != PAGES }
        lists.forEach { list -> rule.runOnUiThread { list.config[SemanticsActions.ScrollBy].action?.invoke(0f, list.boundsInRoot.height * STEP) } }
        rest()
        return lists.isNotEmpty()
    }

    private fun matching(what: (SemanticsConfiguration) -> Boolean): List<SemanticsNode> =
        rule.onAllNodes(SemanticsMatcher("is looked for") { what(it.config) }, useUnmergedTree = true).fetchSemanticsNodes(atLeastOneRootRequired = false)

    private fun picture(): Bitmap {
        val view = rule.activity.window.decorView
        return Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }
    }

    private companion object {
        /** Screens with pages in strips. */
        val PAGED = setOf("document", "sign", "attachment", "practice", "beside")
        const val ROUND_MS = 20L
        const val QUIET_ROUNDS = 4
        const val MOST_ROUNDS = 100

        /** The longest list has as many screens on large letters. */
        const val MOST_FURTHER = 6
        const val STEP = 0.85f
        const val FRAME_MS = 32L

        /** A moment at which a turning ring is open to half. */
        const val LATER_MS = 600L
    }
}
