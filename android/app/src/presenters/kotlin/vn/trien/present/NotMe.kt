package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.PhoneInterface

/** The person did not expect this request: it is stopped with that reason, and somebody is told. */
data class NotMeState(val title: String, val subject: String, val from: String, val progress: NotMeProgress = NotMeProgress.Asking)

sealed interface NotMeProgress {
    data object Asking : NotMeProgress
    data object Sending : NotMeProgress
    data class Told(val recorded: Boolean) : NotMeProgress
    data class Failed(val failure: Failure) : NotMeProgress
}

sealed interface NotMeEvent {
    data object Tell : NotMeEvent
    data object Back : NotMeEvent
    data object ToInbox : NotMeEvent
    data class Mend(val remedy: Remedy) : NotMeEvent
}

class NotMePresenter(
    private val phone: PhoneInterface,
    private val texts: Texts,
    private val request: String,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<NotMeState, NotMeEvent>(NotMeState("", "", ""), scope) {
    init {
        ask(::failed) {
            val details = phone.request(request)
            show { it.copy(title = headline(details.metadata), subject = details.metadata.subject, from = details.unit.name) }
        }
    }

    override fun on(event: NotMeEvent) = when (event) {
        NotMeEvent.Tell -> tell()
        NotMeEvent.Back -> go(Place.Back)
        NotMeEvent.ToInbox -> go(Place.Inbox)
        is NotMeEvent.Mend -> event.remedy.place(request)?.let(go) ?: tell()
    }

    // Rejecting is the one statement that stops a request for everybody, with proof of who stopped it.
    private fun tell() {
        if (state.value.progress == NotMeProgress.Sending) return
        show { it.copy(progress = NotMeProgress.Sending) }
        ask(::failed) {
            phone.openRequest(request)
            val decided = phone.reject(request, texts["app-not-me-reason"])
            show { it.copy(progress = NotMeProgress.Told(recorded = decided is Decided.Recorded)) }
        }
    }

    private fun failed(failure: Failure) = show { it.copy(progress = NotMeProgress.Failed(failure)) }
}
