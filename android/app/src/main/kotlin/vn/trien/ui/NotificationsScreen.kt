package vn.trien.ui

import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import vn.trien.core.PushHealth
import vn.trien.present.First
import vn.trien.present.Notifications
import vn.trien.present.NotificationsEvent
import vn.trien.present.NotificationsState
import vn.trien.present.PushProvider
import vn.trien.present.WakeStanding
import vn.trien.present.WakeTest

/** Whether and by whom this phone is woken, and a try of it; after the enrollment it can be skipped. */
@Composable
fun NotificationsScreen(state: NotificationsState, on: (NotificationsEvent) -> Unit) = Frame(
    title = text("app-settings-notifications"),
    onBack = { on(NotificationsEvent.Back) },
    below = { Actions(state, on) },
) {
    Scrolling {
        if (state.first == First.YES) Body(text("app-notifications-first"))
        if (state.may == Notifications.OFF) {
            Note(Tone.CAREFUL) { Body(text("app-notifications-off")) }
            Wide(text("app-notifications-allow")) { on(NotificationsEvent.Allow) }
        }
        Standing(state, on)
        Test(state.test, on)
        if (state.providers.size > 1) Providers(state, on)
        HorizontalDivider()
        Small(text("app-notifications-content-free"))
    }
}

@Composable
private fun Standing(state: NotificationsState, on: (NotificationsEvent) -> Unit) = when (val standing = state.standing) {
    WakeStanding.Asking -> Working(text("app-notifications-asking"))
    is WakeStanding.Failed -> FailureCard(standing.failure) { on(NotificationsEvent.Mend(it)) }
    is WakeStanding.Known -> {
        when (standing.health) {
            PushHealth.OK -> Note(Tone.GOOD) { Body(text("app-push-ok")) }
            PushHealth.FAILING -> Note(Tone.BAD) { Body(text("app-push-failing", "since" to standing.since.orEmpty())) }
            PushHealth.DEAD -> Note(Tone.BAD) { Body(text("app-push-dead")) }
            PushHealth.NONE -> Note(Tone.CAREFUL) {
                Body(text("app-notifications-by-itself"))
                Body(text(whyNone(state)))
            }
        }
        standing.sent?.let { Line(text("app-push-sent"), it) }
    }
}

private fun whyNone(state: NotificationsState) = when {
    state.providers.isEmpty() -> "app-push-none-there"
    state.provider == null && state.providers.size > 1 -> "app-push-choose"
    else -> "app-push-none-yet"
}

@Composable
private fun Test(test: WakeTest, on: (NotificationsEvent) -> Unit) = when (test) {
    WakeTest.NotYet -> Unit
    WakeTest.Waiting -> Working(text("app-push-test-waiting"))
    is WakeTest.Arrived -> Note(Tone.GOOD) { Body(text("app-push-test-arrived", "at" to test.at)) }
    WakeTest.Missing -> Note(Tone.CAREFUL) { Body(text("app-push-test-missing")) }
    is WakeTest.Failed -> FailureCard(test.failure) { on(NotificationsEvent.Mend(it)) }
}

@Composable
private fun Providers(state: NotificationsState, on: (NotificationsEvent) -> Unit) {
    Heading(text("app-push-providers"))
    androidx.compose.foundation.layout.Column(Modifier.selectableGroup()) {
        state.providers.forEach { Provider(it, it.id == state.provider, on) }
    }
}

@Composable
private fun Provider(provider: PushProvider, isChosen: Boolean, on: (NotificationsEvent) -> Unit) = Row(
    Modifier.fillMaxWidth().heightIn(min = FINGER)
        .selectable(selected = isChosen, role = Role.RadioButton, onClick = { on(NotificationsEvent.Choose(provider.id)) }),
    verticalAlignment = Alignment.CenterVertically,
) {
    RadioButton(selected = isChosen, onClick = null, Modifier.padding(12.dp))
    Text(provider.name, style = MaterialTheme.typography.bodyLarge)
}

@Composable
private fun Actions(state: NotificationsState, on: (NotificationsEvent) -> Unit) {
    val known = state.standing as? WakeStanding.Known
    val canTry = known != null && known.health != PushHealth.NONE && state.test != WakeTest.Waiting
    if (state.first == First.NO) {
        if (canTry) ActionBar { Main(text("app-push-test")) { on(NotificationsEvent.Try) } }
        return
    }
    val isOver = state.test is WakeTest.Arrived || known?.health == PushHealth.NONE
    ActionBar {
        if (isOver) {
            Main(text("app-to-inbox")) { on(NotificationsEvent.Done) }
        } else {
            Other(text("app-skip")) { on(NotificationsEvent.Done) }
            Main(text("app-push-test"), canTry) { on(NotificationsEvent.Try) }
        }
    }
}
