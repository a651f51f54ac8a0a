package vn.trien.ui

import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.font.FontFamily
import vn.trien.core.Verdict
import vn.trien.present.Keeping
import vn.trien.present.ReceiptEvent
import vn.trien.present.ReceiptStanding
import vn.trien.present.ReceiptState
import vn.trien.present.RouteLine
import vn.trien.present.verbWords

/** One decision and its proof: what the log says, and what the person can show to others. */
@Composable
fun ReceiptScreen(state: ReceiptState, on: (ReceiptEvent) -> Unit) = Frame(
    title = text("app-receipt-title"),
    onBack = { on(ReceiptEvent.Back) },
    below = {
        if (state.standing is ReceiptStanding.Unsent) ActionBar { Main(text("app-send-now")) { on(ReceiptEvent.SendAgain) } }
        if (state.keeping is Keeping.Offered || state.keeping is Keeping.Handed) ActionBar { Main(text("app-keep-share")) { on(ReceiptEvent.Share) } }
    },
) {
    Scrolling {
        if (state.standing == ReceiptStanding.Missing) {
            Note(Tone.PLAIN) { Body(text("app-receipt-missing")) }
            Wide(text("app-go-back")) { on(ReceiptEvent.Back) }
            return@Scrolling
        }
        Heading(state.subject)
        Line(text("app-receipt-decision"), text(verbWords(state.verb)))
        Line(text("app-receipt-signed"), state.signedAt)
        state.end?.let { Body(text(it)) }
        Kept(state.keeping, on)
        when (val standing = state.standing) {
            is ReceiptStanding.Recorded -> {
                Note(Tone.GOOD) { Body(text("app-receipt-recorded", "at" to standing.at)) }
                Route(state.route)
                Proof(state.decision, standing.proof)
            }
            is ReceiptStanding.Refused -> {
                Note(Tone.BAD) { Heading(text(standing.why)); Body(text(standing.what)); Body(text("app-receipt-refused")) }
                WideOther(text("app-look-again")) { on(ReceiptEvent.LookAgain) }
                Proof(state.decision, standing.proof)
            }
            is ReceiptStanding.Unsent -> Note(Tone.CAREFUL) { Body(text("app-receipt-unsent")) }
            ReceiptStanding.Sending -> Working(text("app-receipt-sending"))
            is ReceiptStanding.Failed -> FailureCard(standing.failure) { on(ReceiptEvent.Mend(it)) }
            ReceiptStanding.Missing -> Unit
        }
    }
}

/** The signed file and its proofs: handed on only after the core has verified them. */
@Composable
private fun Kept(keeping: Keeping, on: (ReceiptEvent) -> Unit) = when (keeping) {
    Keeping.Nothing -> Unit
    Keeping.Offered -> Body(text("app-keep-what"))
    Keeping.Fetching -> Working(text("app-keep-fetching"))
    is Keeping.Handed -> Note(if (keeping.verdict == Verdict.VALID) Tone.GOOD else Tone.CAREFUL) {
        Body(text(if (keeping.verdict == Verdict.VALID) "app-keep-valid" else "app-keep-undetermined"))
        keeping.files.forEach { Small(it) }
    }
    is Keeping.Failed -> FailureCard(keeping.failure) { on(ReceiptEvent.Mend(it)) }
}

@Composable
private fun Route(route: List<RouteLine>) {
    if (route.isNotEmpty()) Heading(text("app-panel-route"))
    route.forEach { RouteNote(it) }
}

@Composable
private fun Proof(decision: String, proof: String) = SelectionContainer {
    androidx.compose.foundation.layout.Column {
        Line(text("app-receipt-hash"), decision.chunked(8).joinToString(" "))
        Text(text("app-receipt-proof"), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
        Text(proof, style = MaterialTheme.typography.bodySmall, fontFamily = FontFamily.Monospace)
    }
}
