package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import vn.trien.core.Decided
import vn.trien.core.PhoneInterface

/** Saying no, with the reason that everybody who took part will read. */
data class RefuseState(
    val title: String,
    val subject: String,
    val verb: Refusal,
    val chips: Set<Chip> = emptySet(),
    val text: String = "",
    val progress: RefuseProgress = RefuseProgress.Writing,
    /** In whose place, where that is another's. */
    val inPlaceOf: String? = null,
) {
    /** A reason is a must: without one nobody would know what to mend. */
    val canSend: Boolean get() = chips.isNotEmpty() || text.isNotBlank()
}

/** The reasons that offices give most. */
enum class Chip(val key: String) {
    FORM("app-reason-form"),
    CONTENT("app-reason-content"),
    MISSING("app-reason-missing"),
    AUTHORITY("app-reason-authority"),
}

sealed interface RefuseProgress {
    data object Writing : RefuseProgress

    /** Nothing is signed yet: it can be taken back for so many seconds. */
    data class Leaving(val seconds: Int) : RefuseProgress
    data object Sending : RefuseProgress
    data class Recorded(val at: String, val next: String?) : RefuseProgress
    data class Kept(val next: String?) : RefuseProgress
    data class Refused(val why: Words, val what: Words) : RefuseProgress
    data class Failed(val failure: Failure) : RefuseProgress
}

sealed interface RefuseEvent {
    data class Toggle(val chip: Chip) : RefuseEvent
    data class Write(val text: String) : RefuseEvent
    data object Send : RefuseEvent
    data object SendNow : RefuseEvent
    data object Undo : RefuseEvent
    data object Cancel : RefuseEvent
    data object Next : RefuseEvent
    data object ToInbox : RefuseEvent
    data class Mend(val remedy: Remedy) : RefuseEvent
}

/** So long a refusal can be taken back. It is signed after that: a phone that is switched off meanwhile has decided nothing. */
private const val UNDO_SECONDS = 5

/** The core takes a reason of up to so many characters. */
private const val LONGEST_REASON = 2000

class RefusePresenter(
    private val phone: PhoneInterface,
    private val session: Session,
    private val texts: Texts,
    private val request: String,
    verb: Refusal,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<RefuseState, RefuseEvent>(session.begun(request, verb).let { RefuseState("", "", verb, it.chips, it.text) }, scope) {
    private var leaving: Job? = null

    init {
        ask(::failed) {
            val details = phone.request(request)
            show { it.copy(title = headline(details.metadata), subject = details.metadata.subject, inPlaceOf = details.inPlaceOf?.name) }
        }
    }

    override fun on(event: RefuseEvent) = when (event) {
        is RefuseEvent.Toggle -> write { it.copy(chips = if (event.chip in it.chips) it.chips - event.chip else it.chips + event.chip) }
        is RefuseEvent.Write -> write { it.copy(text = event.text.take(LONGEST_REASON - ROOM_FOR_CHIPS)) }
        RefuseEvent.Send -> leave()
        RefuseEvent.SendNow -> sendNow()
        RefuseEvent.Undo -> undo()
        RefuseEvent.Cancel -> go(Place.Back)
        RefuseEvent.Next -> session.after(request)?.let { go(Place.Document(it)) } ?: go(Place.Inbox)
        RefuseEvent.ToInbox -> go(Place.Inbox)
        is RefuseEvent.Mend -> event.remedy.place(request)?.let(go) ?: put(RefuseProgress.Writing)
    }

    // Whoever looks at the document once more finds what they wrote.
    private fun write(change: (RefuseState) -> RefuseState) {
        show(change)
        session.begin(request, state.value.verb, Begun(state.value.chips, state.value.text))
    }

    // Whoever goes back from a refusal that is on its way means to take it back; what is being signed stays.
    override fun back(): Boolean = when (state.value.progress) {
        is RefuseProgress.Leaving -> true.also { undo() }
        RefuseProgress.Sending -> true
        else -> false
    }

    // Nobody can be asked for a finger behind another app, and nothing is signed unseen.
    override fun left() = undo()

    private fun leave() {
        val now = state.value
        if (!now.canSend || now.progress != RefuseProgress.Writing) return
        put(RefuseProgress.Leaving(UNDO_SECONDS))
        leaving = scope.launch {
            for (seconds in UNDO_SECONDS downTo 1) {
                put(RefuseProgress.Leaving(seconds))
                delay(1_000)
            }
            send()
        }
    }

    private fun sendNow() {
        if (state.value.progress !is RefuseProgress.Leaving) return
        leaving?.cancel()
        send()
    }

    private fun undo() {
        if (state.value.progress !is RefuseProgress.Leaving) return
        leaving?.cancel()
        put(RefuseProgress.Writing)
    }

    private fun send() {
        val now = state.value
        put(RefuseProgress.Sending)
        ask(::failed) {
            val reason = reason(now)
            val decided = when (now.verb) {
                Refusal.REJECT -> phone.reject(request, reason)
                Refusal.RETURN -> phone.returnForChanges(request, reason)
            }
            session.decided(request)
            put(after(decided))
        }
    }

    private fun after(decided: Decided): RefuseProgress = when (decided) {
        is Decided.Recorded -> RefuseProgress.Recorded(clock(decided.receipt.recordedAt), session.after(request))
        is Decided.Waiting -> RefuseProgress.Kept(session.after(request))
        is Decided.Refused -> RefuseProgress.Refused(problemTitle(decided.why), problemDetail(decided.why))
    }

    private fun reason(now: RefuseState): String {
        val chips = now.chips.sorted().joinToString("; ") { texts[it.key] }
        return listOf(chips, now.text.trim()).filter { it.isNotEmpty() }.joinToString(". ")
    }

    private fun put(progress: RefuseProgress) = show { it.copy(progress = progress) }

    private fun failed(failure: Failure) = put(RefuseProgress.Failed(failure))

    private companion object {
        const val ROOM_FOR_CHIPS = 200
    }
}
