package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.OutboxEntry
import vn.trien.core.PhoneInterface
import vn.trien.core.Verb

/** One decision of this phone, with the proof that it stands in the log. */
data class ReceiptState(
    val subject: String,
    val verb: Verb,
    val signedAt: String,
    val decision: String,
    val standing: ReceiptStanding,
)

sealed interface ReceiptStanding {
    data class Recorded(val at: String, val proof: String) : ReceiptStanding
    data class Refused(val why: Words, val what: Words, val proof: String) : ReceiptStanding
    data class Unsent(val detail: String) : ReceiptStanding
    data object Sending : ReceiptStanding
    data class Failed(val failure: Failure) : ReceiptStanding
    data object Missing : ReceiptStanding
}

sealed interface ReceiptEvent {
    data object SendAgain : ReceiptEvent
    data object Back : ReceiptEvent
}

class ReceiptPresenter(
    private val phone: PhoneInterface,
    private val decision: String,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<ReceiptState, ReceiptEvent>(receipt(phone, decision), scope) {
    override fun on(event: ReceiptEvent) = when (event) {
        ReceiptEvent.Back -> go(Place.Back)
        ReceiptEvent.SendAgain -> send()
    }

    private fun send() {
        if (state.value.standing == ReceiptStanding.Sending) return
        show { it.copy(standing = ReceiptStanding.Sending) }
        ask({ failure -> show { it.copy(standing = ReceiptStanding.Failed(failure)) } }) {
            phone.flush()
            show { receipt(phone, decision) }
        }
    }
}

private fun receipt(phone: PhoneInterface, decision: String): ReceiptState {
    val entry = phone.outbox().firstOrNull { it.decision == decision }
        ?: return ReceiptState("", Verb.APPROVE, "", decision, ReceiptStanding.Missing)
    return ReceiptState(entry.subject, entry.verb, moment(entry.signedAt, phone.serverNow()), decision, standingOf(entry, phone))
}

private fun standingOf(entry: OutboxEntry, phone: PhoneInterface): ReceiptStanding = when (val state = entry.state) {
    is Decided.Recorded -> ReceiptStanding.Recorded(moment(state.receipt.recordedAt, phone.serverNow()), state.receipt.proof)
    is Decided.Refused -> ReceiptStanding.Refused(problemTitle(state.why), problemDetail(state.why), state.receipt.proof)
    is Decided.Waiting -> ReceiptStanding.Unsent(state.detail)
}
