package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PromptPolicy

/** Several papers at once: each looked at, each with its own answer. */
data class SeveralState(val rows: List<SeveralRow>, val running: Running, val prompts: Prompts) {
    /** Nothing is signed that was not before the person. */
    val canSign: Boolean get() = running == Running.NO && rows.any { it.how is How.Ready } && rows.none { it.how is How.Unread }
}

data class SeveralRow(val request: String, val title: String, val subject: String, val how: How)

sealed interface How {
    data object Unread : How
    data object Ready : How
    data object Signing : How

    /** Only approved where another key signs the document yet: whose. */
    data class Signed(val at: String, val signer: Words? = null) : How
    data object Kept : How
    data class Not(val failure: Failure) : How
}

enum class Running { NO, YES, DONE }

/** How often the person will be asked. */
sealed interface Prompts {
    data object Each : Prompts

    /** One session is enough for all that is to be signed. */
    data object Once : Prompts

    /** A session lasts a short while, and for so many papers. */
    data class Every(val papers: Int) : Prompts
}

sealed interface SeveralEvent {
    data object OneByOne : SeveralEvent
    data object SignAll : SeveralEvent
    data class Open(val request: String) : SeveralEvent
    data class Mend(val request: String, val remedy: Remedy) : SeveralEvent
    data object Back : SeveralEvent
}

class SeveralPresenter(
    private val phone: PhoneInterface,
    private val session: Session,
    private val requests: List<String>,
    private val policy: PromptPolicy,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<SeveralState, SeveralEvent>(SeveralState(emptyList(), Running.NO, promptsOf(policy)), scope) {
    init {
        load()
    }

    override fun on(event: SeveralEvent) = when (event) {
        SeveralEvent.OneByOne -> state.value.rows.firstOrNull { it.how == How.Unread }?.let { go(Place.Document(it.request)) } ?: Unit
        SeveralEvent.SignAll -> signAll()
        is SeveralEvent.Open -> go(Place.Document(event.request))
        is SeveralEvent.Mend -> mend(event.request, event.remedy)
        SeveralEvent.Back -> go(Place.Back)
    }

    /** Looks again at what was read meanwhile. */
    fun load() = show { before ->
        val known = before.rows.associateBy { it.request }
        val waiting = phone.inbox().associateBy { it.request }
        val rows = requests.mapNotNull { request ->
            val old = known[request]
            val item = waiting[request]
            when {
                old != null && old.how !is How.Unread -> old
                // It needs nobody any more, and would stand in the way of the others.
                item == null -> null
                else -> SeveralRow(request, headline(item.metadata), item.metadata.subject, how(item.decision, request))
            }
        }
        before.copy(rows = rows, prompts = promptsFor(policy, rows.count { it.how is How.Unread || it.how is How.Ready }))
    }

    private fun how(decision: String?, request: String): How = when {
        decision != null -> How.Kept
        session.reading(request) == Reading.READ -> How.Ready
        else -> How.Unread
    }

    /** What got no signature is signed with the next ones; what is another document by now is read again first. */
    private fun mend(request: String, remedy: Remedy) {
        if (state.value.running == Running.YES) return
        if (remedy == Remedy.LOOK_AGAIN) session.changed(request)
        if (remedy == Remedy.LOOK_AGAIN || remedy == Remedy.TRY_AGAIN) {
            put(request, How.Unread)
            show { it.copy(running = Running.NO) }
            load()
        }
        remedy.place(request)?.let(go)
    }

    private fun signAll() {
        if (!state.value.canSign) return
        show { it.copy(running = Running.YES) }
        ask({}) {
            for (row in state.value.rows.filter { it.how == How.Ready }) {
                put(row.request, How.Signing)
                val how = sign(row.request)
                put(row.request, how)
                // Who dismisses a prompt wants to stop, not to see the next one.
                if (how is How.Not && how.failure.what == words("app-failure-cancelled")) break
            }
            show { it.copy(running = Running.DONE) }
        }
    }

    private suspend fun sign(request: String): How = try {
        val sheet = phone.sheet(request)
        when (val decided = phone.approve(sheet.id)) {
            is Decided.Recorded -> How.Signed(clock(decided.receipt.recordedAt), sheet.documentSigner?.let(::awaitedSignerWords))
            is Decided.Waiting -> How.Kept
            is Decided.Refused -> How.Not(Failure(problemTitle(decided.why), Remedy.SYNC))
        }
    } catch (refused: PhoneException) {
        How.Not(noted(refused))
    }

    private fun put(request: String, how: How) = show { before ->
        before.copy(rows = before.rows.map { if (it.request == request) it.copy(how = how) else it })
    }
}

/** What a profile says of all papers to come. */
internal fun promptsOf(policy: PromptPolicy): Prompts = when (policy) {
    is PromptPolicy.PerUse -> Prompts.Each
    is PromptPolicy.Session -> Prompts.Every(policy.signatures.toInt())
}

private fun promptsFor(policy: PromptPolicy, papers: Int): Prompts =
    promptsOf(policy).let { if (it is Prompts.Every && papers <= it.papers) Prompts.Once else it }
