package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.OutboxEntry
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.RequestDetails
import vn.trien.core.RouteState
import vn.trien.core.Verb

/** One decision of this phone, with the proof that it stands in the log, and what became of its request. */
data class ReceiptState(
    val subject: String,
    val verb: Verb,
    val signedAt: String,
    val decision: String,
    val standing: ReceiptStanding,
    val end: Words? = null,
    val route: List<RouteLine> = emptyList(),
    val keeping: Keeping = Keeping.Nothing,
)

sealed interface ReceiptStanding {
    data class Recorded(val at: String, val proof: String) : ReceiptStanding
    data class Refused(val why: Words, val what: Words, val proof: String) : ReceiptStanding

    /** Its detail is for diagnostics, as a failure's is. */
    data class Unsent(val detail: String) : ReceiptStanding
    data object Sending : ReceiptStanding
    data class Failed(val failure: Failure) : ReceiptStanding
    data object Missing : ReceiptStanding
}

sealed interface ReceiptEvent {
    data object SendAgain : ReceiptEvent
    data object Share : ReceiptEvent

    /** What was refused, as it stands now: it may wait again, or be over. */
    data object LookAgain : ReceiptEvent
    data class Mend(val remedy: Remedy) : ReceiptEvent
    data object Back : ReceiptEvent
}

class ReceiptPresenter(
    private val phone: PhoneInterface,
    private val decision: String,
    private val device: Device,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<ReceiptState, ReceiptEvent>(receipt(phone, decision), scope) {
    override fun on(event: ReceiptEvent) = when (event) {
        ReceiptEvent.Back -> go(Place.Back)
        ReceiptEvent.SendAgain -> send()
        ReceiptEvent.Share -> share()
        ReceiptEvent.LookAgain -> request()?.let { go(Place.Document(it)) } ?: Unit
        is ReceiptEvent.Mend -> event.remedy.place(request())?.let(go) ?: if (state.value.keeping is Keeping.Failed) share() else send()
    }

    private fun request(): String? = phone.outbox().firstOrNull { it.decision == decision }?.request

    private fun send() {
        if (state.value.standing == ReceiptStanding.Sending) return
        show { it.copy(standing = ReceiptStanding.Sending) }
        ask({ failure -> show { it.copy(standing = ReceiptStanding.Failed(failure)) } }) {
            phone.flush()
            show { receipt(phone, decision) }
        }
    }

    private fun share() {
        val keeping = state.value.keeping
        val entry = phone.outbox().firstOrNull { it.decision == decision }
        if (entry == null || keeping == Keeping.Nothing || keeping == Keeping.Fetching) return
        put(Keeping.Fetching)
        ask({ put(Keeping.Failed(it)) }) {
            val kept = phone.kept(entry.request)
            put(handed(kept, device.share(files(kept))))
        }
    }

    private fun put(keeping: Keeping) = show { it.copy(keeping = keeping) }
}

private fun receipt(phone: PhoneInterface, decision: String): ReceiptState {
    val entry = phone.outbox().firstOrNull { it.decision == decision }
        ?: return ReceiptState("", Verb.APPROVE, "", decision, ReceiptStanding.Missing)
    val details = details(phone, entry.request)
    val signedAt = moment(entry.signedAt, phone.serverNow())
    return ReceiptState(
        entry.subject, entry.verb, signedAt, decision, standingOf(entry, phone),
        end = details?.let { endWords(it.state) }, route = details?.let { routeLines(it, phone.serverNow()) }.orEmpty(), keeping = keeping(entry, details),
    )
}

// A request that another enrollment brought is not on this phone any more; its receipt is.
private fun details(phone: PhoneInterface, request: String): RequestDetails? = try {
    phone.request(request)
} catch (_: PhoneException.UnknownRequest) {
    null
}

private fun keeping(entry: OutboxEntry, details: RequestDetails?): Keeping {
    val mine = entry.verb == Verb.APPROVE && entry.state is Decided.Recorded
    return if (mine && details?.state is RouteState.Completed) Keeping.Offered else Keeping.Nothing
}

private fun standingOf(entry: OutboxEntry, phone: PhoneInterface): ReceiptStanding = when (val state = entry.state) {
    is Decided.Recorded -> ReceiptStanding.Recorded(moment(state.receipt.recordedAt, phone.serverNow()), state.receipt.proof)
    is Decided.Refused -> ReceiptStanding.Refused(problemTitle(state.why), problemDetail(state.why), state.receipt.proof)
    is Decided.Waiting -> ReceiptStanding.Unsent(state.detail)
}
