package vn.trien.ui

import androidx.compose.runtime.Composable
import vn.trien.present.NotMeEvent
import vn.trien.present.NotMeProgress
import vn.trien.present.NotMeState

/** “I did not ask for this”: stops the request for everybody, and says whom to call. */
@Composable
fun NotMeScreen(state: NotMeState, on: (NotMeEvent) -> Unit) = Frame(
    title = text("app-not-me"),
    onBack = if (state.progress is NotMeProgress.Sending) null else ({ on(NotMeEvent.Back) }),
    below = {
        when (state.progress) {
            NotMeProgress.Asking, is NotMeProgress.Failed -> ActionBar {
                Other(text("app-cancel")) { on(NotMeEvent.Back) }
                Main(text("app-not-me-tell")) { on(NotMeEvent.Tell) }
            }
            is NotMeProgress.Told -> ActionBar { Main(text("app-to-inbox")) { on(NotMeEvent.ToInbox) } }
            NotMeProgress.Sending -> Unit
        }
    },
) {
    Scrolling {
        Heading(state.title)
        Body(state.subject)
        Line(text("app-fact-from"), state.from)
        when (val progress = state.progress) {
            NotMeProgress.Asking -> { Body(text("app-not-me-what")); Note(Tone.CAREFUL) { Body(text("app-not-me-lost")) } }
            NotMeProgress.Sending -> Working(text("app-sign-signing"))
            is NotMeProgress.Told -> {
                if (progress.recorded) Note(Tone.GOOD) { Body(text("app-not-me-told")) } else Note(Tone.CAREFUL) { Body(text("app-signed-kept")) }
                Note(Tone.CAREFUL) { Body(text("app-not-me-lost")) }
            }
            is NotMeProgress.Failed -> FailureCard(progress.failure) { on(NotMeEvent.Mend(it)) }
        }
    }
}
