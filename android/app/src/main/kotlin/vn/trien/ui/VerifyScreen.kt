package vn.trien.ui

import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.font.FontWeight
import vn.trien.core.Verdict
import vn.trien.present.Changed
import vn.trien.present.VerifyEvent
import vn.trien.present.VerifyState
import vn.trien.present.verdictWords

/** Any PDF: valid, not to be determined and why, or not valid and where. `choose` opens the system's own list of files. */
@Composable
fun VerifyScreen(state: VerifyState, choose: () -> Unit, on: (VerifyEvent) -> Unit) = Frame(
    title = text("app-verify"),
    onBack = { on(VerifyEvent.Back) },
    below = {
        when (state) {
            VerifyState.Choose -> ActionBar { Main(text("app-verify-choose"), onClick = choose) }
            is VerifyState.Judged, is VerifyState.Failed -> ActionBar { Main(text("app-verify-another"), onClick = choose) }
            is VerifyState.Working -> Unit
        }
    },
) {
    Scrolling {
        when (state) {
            VerifyState.Choose -> Body(text("app-verify-what"))
            is VerifyState.Working -> { Heading(state.name); Working(text("app-verify-working")) }
            is VerifyState.Failed -> FailureCard(state.failure) { on(VerifyEvent.Again) }
            is VerifyState.Judged -> Judged(state, on)
        }
    }
}

@Composable
private fun ColumnScope.Judged(state: VerifyState.Judged, on: (VerifyEvent) -> Unit) {
    Heading(state.name)
    val tone = when (state.verdict) {
        Verdict.VALID -> Tone.GOOD
        Verdict.UNDETERMINED -> Tone.CAREFUL
        Verdict.NOT_VALID -> Tone.BAD
    }
    Note(tone) {
        Text(text(verdictWords(state.verdict)), style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.Bold)
        state.why.forEach { Body(text(it)) }
    }
    state.signatures.forEach { SignatureNote(it) }
    if (state.changed == Changed.YES) Wide(text("app-changes-look")) { on(VerifyEvent.Compare) }
    if (state.notes.isNotEmpty()) Heading(text("app-verify-notes"))
    state.notes.forEach { Body(text(it)) }
    Small(text("app-verify-trust"))
    Line(text("app-fact-sha256"), state.sha256.chunked(8).joinToString(" "))
}
