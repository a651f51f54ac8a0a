package vn.trien.ui

import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import vn.trien.present.PageSource
import vn.trien.present.PracticeEvent
import vn.trien.present.PracticeState
import vn.trien.present.PracticeStep

/** Reading, looking, signing and judging on a document that is worth nothing, and says so on every screen. */
@Composable
fun PracticeScreen(state: PracticeState, pages: PageSource, stamped: PageSource, on: (PracticeEvent) -> Unit) = Frame(
    title = text("app-practice-title"),
    onBack = if (state.step is PracticeStep.Signing) null else ({ on(PracticeEvent.End) }),
    below = { Actions(state.step, on) },
) {
    Worthless()
    when (val step = state.step) {
        PracticeStep.Opening -> Working(text("app-practice-opening"))
        is PracticeStep.Reading -> Read(step, pages)
        is PracticeStep.Sheet -> OnePage(step.page, stamped, text("app-practice-sheet", "at" to step.at))
        is PracticeStep.Signing -> { Working(text("app-practice-signing")); OnePage(step.page, stamped) }
        is PracticeStep.Judged -> Scrolling {
            Note(Tone.GOOD) { Body(text("app-practice-signed")) }
            step.signatures.forEach { SignatureNote(it) }
            Body(text("app-practice-why"))
        }
        is PracticeStep.Failed -> Scrolling { FailureCard(step.failure) { on(PracticeEvent.Mend(it)) } }
    }
}

@Composable
private fun Worthless() = Surface(color = MaterialTheme.colorScheme.tertiaryContainer) {
    Text(
        text("app-practice-worthless"), Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp),
        style = MaterialTheme.typography.labelLarge, fontWeight = FontWeight.Bold, color = MaterialTheme.colorScheme.onTertiaryContainer,
    )
}

@Composable
private fun ColumnScope.Read(step: PracticeStep.Reading, source: PageSource) {
    val pages = rememberPages(step.pages)
    var wanted by remember { mutableStateOf<Int?>(null) }
    GoTo(pages, wanted, step.mark) { wanted = null }
    Reader(pages, source, step.pages.size, Modifier.weight(1f), listOf(step.mark))
    Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
        androidx.compose.foundation.layout.Box(Modifier.fillMaxWidth().padding(horizontal = 8.dp)) {
            Quiet(text("app-signature-on-page", "page" to step.page + 1)) { wanted = step.page }
        }
    }
}

@Composable
private fun Actions(step: PracticeStep, on: (PracticeEvent) -> Unit) = when (step) {
    is PracticeStep.Reading -> ActionBar { Main(text("app-practice-try")) { on(PracticeEvent.Sheet) } }
    is PracticeStep.Sheet -> ActionBar {
        Other(text("app-cancel")) { on(PracticeEvent.Read) }
        Main(text("app-sign-with-finger")) { on(PracticeEvent.Sign) }
    }
    is PracticeStep.Judged -> ActionBar {
        Other(text("app-practice-again")) { on(PracticeEvent.Read) }
        Main(text("app-practice-end")) { on(PracticeEvent.End) }
    }
    PracticeStep.Opening, is PracticeStep.Signing, is PracticeStep.Failed -> Unit
}
