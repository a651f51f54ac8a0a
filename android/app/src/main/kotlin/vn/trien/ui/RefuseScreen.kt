package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.present.Chip
import vn.trien.present.Refusal
import vn.trien.present.RefuseEvent
import vn.trien.present.RefuseProgress
import vn.trien.present.RefuseState

/** Why not: a reason from a few, in words, or both. */
@Composable
fun RefuseScreen(state: RefuseState, on: (RefuseEvent) -> Unit) = Frame(
    title = if (isOver(state)) state.title else text(if (state.verb == Refusal.REJECT) "app-reject-title" else "app-return-title"),
    onBack = if (state.progress == RefuseProgress.Sending || isOver(state)) null else ({ on(if (state.progress is RefuseProgress.Leaving) RefuseEvent.Undo else RefuseEvent.Cancel) }),
    below = { Actions(state, on) },
) {
    Scrolling {
        if (!isOver(state) && state.title.isNotEmpty()) Heading(state.title)
        if (state.subject.isNotEmpty()) Body(state.subject)
        if (!isOver(state)) state.inPlaceOf?.let { Note(Tone.PLAIN) { Body(text("app-deciding-in-place-of", "name" to it)) } }
        when (val progress = state.progress) {
            RefuseProgress.Writing -> Reasons(state, on)
            is RefuseProgress.Leaving -> Leaving(state, progress)
            RefuseProgress.Sending -> Working(text("app-sign-signing"))
            is RefuseProgress.Recorded -> Note(Tone.GOOD) {
                Body(text(if (state.verb == Refusal.REJECT) "app-rejected-at" else "app-returned-at", "at" to progress.at))
            }
            is RefuseProgress.Kept -> Note(Tone.CAREFUL) { Body(text("app-signed-kept")) }
            is RefuseProgress.Refused -> Note(Tone.BAD) { Heading(text(progress.why)); Body(text(progress.what)) }
            is RefuseProgress.Failed -> FailureCard(progress.failure) { on(RefuseEvent.Mend(it)) }
        }
    }
}

private fun isOver(state: RefuseState) =
    state.progress is RefuseProgress.Recorded || state.progress is RefuseProgress.Kept || state.progress is RefuseProgress.Refused

@Composable
private fun ColumnScope.Reasons(state: RefuseState, on: (RefuseEvent) -> Unit) {
    Body(text(if (state.verb == Refusal.REJECT) "app-reject-what" else "app-return-what"))
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Chip.entries.forEach { chip ->
            Choice(text(chip.key), chip in state.chips) { on(RefuseEvent.Toggle(chip)) }
        }
    }
    OutlinedTextField(
        value = state.text, onValueChange = { on(RefuseEvent.Write(it)) }, modifier = Modifier.fillMaxWidth(),
        label = { Text(text("app-reason-words")) }, minLines = 3,
    )
    if (!state.canSend) {
        Text(text("app-reason-must"), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
    }
}

@Composable
private fun Leaving(state: RefuseState, progress: RefuseProgress.Leaving) = Note(Tone.CAREFUL) {
    Heading(text(if (state.verb == Refusal.REJECT) "app-undo-reject" else "app-undo-return", "seconds" to progress.seconds))
    Body(text("app-undo-what"))
}

@Composable
private fun Actions(state: RefuseState, on: (RefuseEvent) -> Unit) = when (val progress = state.progress) {
    is RefuseProgress.Leaving -> ActionBar {
        Other(text("app-undo-now")) { on(RefuseEvent.SendNow) }
        Main(text("app-undo")) { on(RefuseEvent.Undo) }
    }
    RefuseProgress.Writing -> ActionBar {
        Other(text("app-cancel")) { on(RefuseEvent.Cancel) }
        Main(text(if (state.verb == Refusal.REJECT) "app-reject-send" else "app-return-send"), state.canSend) { on(RefuseEvent.Send) }
    }
    is RefuseProgress.Recorded -> Onwards(progress.next, on)
    is RefuseProgress.Kept -> Onwards(progress.next, on)
    is RefuseProgress.Refused -> Onwards(null, on)
    RefuseProgress.Sending, is RefuseProgress.Failed -> Unit
}

@Composable
private fun Onwards(next: String?, on: (RefuseEvent) -> Unit) = ActionBar {
    if (next == null) {
        Main(text("app-to-inbox")) { on(RefuseEvent.ToInbox) }
    } else {
        Other(text("app-to-inbox")) { on(RefuseEvent.ToInbox) }
        Main(text("app-next-document")) { on(RefuseEvent.Next) }
    }
}
