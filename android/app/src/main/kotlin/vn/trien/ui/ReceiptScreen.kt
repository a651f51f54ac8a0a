package vn.trien.ui

import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.font.FontFamily
import vn.trien.present.ReceiptEvent
import vn.trien.present.ReceiptStanding
import vn.trien.present.ReceiptState
import vn.trien.present.verbWords

/** One decision and its proof: what the log says, and what the person can show to others. */
@Composable
fun ReceiptScreen(state: ReceiptState, on: (ReceiptEvent) -> Unit) = Frame(
    title = text("app-receipt-title"),
    onBack = { on(ReceiptEvent.Back) },
    below = {
        if (state.standing is ReceiptStanding.Unsent) ActionBar { Main(text("app-send-now")) { on(ReceiptEvent.SendAgain) } }
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
        when (val standing = state.standing) {
            is ReceiptStanding.Recorded -> {
                Note(Tone.GOOD) { Body(text("app-receipt-recorded", "at" to standing.at)) }
                Proof(state.decision, standing.proof)
            }
            is ReceiptStanding.Refused -> {
                Note(Tone.BAD) { Heading(text(standing.why)); Body(text(standing.what)); Body(text("app-receipt-refused")) }
                Proof(state.decision, standing.proof)
            }
            is ReceiptStanding.Unsent -> Note(Tone.CAREFUL) { Body(text("app-receipt-unsent")); Small(standing.detail) }
            ReceiptStanding.Sending -> Working(text("app-receipt-sending"))
            is ReceiptStanding.Failed -> FailureCard(standing.failure) { on(ReceiptEvent.SendAgain) }
            ReceiptStanding.Missing -> Unit
        }
    }
}

@Composable
private fun Proof(decision: String, proof: String) = SelectionContainer {
    androidx.compose.foundation.layout.Column {
        Line(text("app-receipt-hash"), decision.chunked(8).joinToString(" "))
        Text(text("app-receipt-proof"), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
        Text(proof, style = MaterialTheme.typography.bodySmall, fontFamily = FontFamily.Monospace)
    }
}
