package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.PhoneInterface

/** What the person reads to whoever helps them. Nothing in it is secret, no document is named. */
data class DiagnosticsState(val facts: List<Fact>, val check: Check = Check.NotYet)

sealed interface Check {
    data object NotYet : Check
    data object Running : Check
    data class Reached(val logSize: Long, val clockSeconds: Long) : Check
    data class Failed(val failure: Failure) : Check
}

sealed interface DiagnosticsEvent {
    data object Run : DiagnosticsEvent
    data object Back : DiagnosticsEvent
    data class Mend(val remedy: Remedy) : DiagnosticsEvent
}

class DiagnosticsPresenter(
    private val phone: PhoneInterface,
    private val device: Device,
    private val texts: Texts,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<DiagnosticsState, DiagnosticsEvent>(DiagnosticsState(emptyList()), scope) {
    init {
        show { it.copy(facts = facts()) }
    }

    override fun on(event: DiagnosticsEvent) = when (event) {
        DiagnosticsEvent.Back -> go(Place.Back)
        DiagnosticsEvent.Run -> run()
        is DiagnosticsEvent.Mend -> event.remedy.place()?.let(go) ?: run()
    }

    private fun run() {
        if (state.value.check == Check.Running) return
        show { it.copy(check = Check.Running) }
        ask({ failure -> show { it.copy(facts = facts(), check = Check.Failed(failure)) } }) {
            val synced = phone.sync()
            val check = Check.Reached(synced.logSize.toLong(), synced.clockOffsetMs / 1000)
            show { it.copy(facts = facts(), check = check) }
        }
    }

    private fun facts(): List<Fact> = listOf(
        Fact(words("app-fact-app"), device.app),
        Fact(words("app-fact-model"), device.model),
        Fact(words("app-fact-server"), phone.server()?.let(::shortServer) ?: "–"),
        Fact(words("app-fact-keys"), texts[device.keys().key]),
        Fact(words("app-fact-notifications"), texts[device.notifications().key]),
        Fact(words("app-fact-synced"), phone.lastSync()?.let { moment(it, phone.serverNow()) } ?: "–"),
        Fact(words("app-fact-unsent"), unsent()),
        Fact(words("app-fact-last-failure"), scope.coroutineContext[LastFailure]?.noted?.let(::inFull) ?: "–"),
    )

    private fun unsent(): String {
        val waiting = phone.outbox().mapNotNull { it.state as? Decided.Waiting }
        return listOfNotNull("${waiting.size}", waiting.lastOrNull()?.detail).joinToString(" – ")
    }

    private fun inFull(last: LastFailure.Noted): String =
        listOfNotNull(moment(last.at, phone.serverNow()), texts.of(last.failure.what), last.failure.detail).joinToString(" – ")
}
