package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.present.CommentBody
import vn.trien.present.CommentLine
import vn.trien.present.Commented
import vn.trien.present.CommentsEvent
import vn.trien.present.CommentsState

/** What people say beside a document's pages, and a field for one's own. */
@Composable
fun CommentsScreen(state: CommentsState, on: (CommentsEvent) -> Unit) {
    val withdrawing = state.withdrawing
    Frame(
        title = text(if (withdrawing == null) "app-comments" else "app-comment-withdraw-title"),
        under = state.title.ifEmpty { null },
        underLines = Int.MAX_VALUE,
        onBack = { on(CommentsEvent.Back) },
        below = {
            when {
                withdrawing != null -> ReallyWithdraw(on)
                state.open && state.list is Commented.Known -> ActionBar {
                    Main(text(if (state.sending) "app-comment-sending" else "app-comment-send"), state.canSend) { on(CommentsEvent.Send) }
                }
            }
        },
    ) {
        Scrolling {
            if (withdrawing == null) {
                All(state, on)
            } else {
                CommentNote(withdrawing, open = false, on)
                Note(Tone.CAREFUL) { Body(text("app-comment-withdraw-what")) }
            }
        }
    }
}

@Composable
private fun All(state: CommentsState, on: (CommentsEvent) -> Unit) = when (val list = state.list) {
    Commented.Asking -> Working(text("app-comments-asking"))
    is Commented.Failed -> FailureCard(list.failure) { on(CommentsEvent.Mend(it)) }
    is Commented.Known -> {
        list.failure?.let { failure -> FailureCard(failure) { on(CommentsEvent.Mend(it)) } }
        Small(text("app-comments-what"))
        if (list.lines.isEmpty()) Body(text("app-comments-none"))
        list.lines.forEach { CommentNote(it, state.open, on) }
        if (state.open) Write(state, on) else Body(text("app-comments-over"))
    }
}

@Composable
private fun CommentNote(line: CommentLine, open: Boolean, on: (CommentsEvent) -> Unit) = Note(Tone.PLAIN) {
    Heading(text(line.place))
    when (val body = line.body) {
        is CommentBody.Text -> Body(body.text)
        is CommentBody.Own -> Body(body.text)
        is CommentBody.Withdrawn -> Body(text("app-comment-withdrawn", "at" to body.at))
    }
    Text(
        "${line.name}, ${line.position.ifEmpty { text("app-comment-clerk") }} · ${line.at}",
        style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
    if (open && line.body is CommentBody.Own) WideOther(text("app-comment-withdraw")) { on(CommentsEvent.Withdraw(line)) }
}

@Composable
private fun Write(state: CommentsState, on: (CommentsEvent) -> Unit) = Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
    Row(Modifier.fillMaxWidth(), verticalAlignment = Alignment.CenterVertically) {
        Text(text("app-comment-on-page", "page" to state.page), Modifier.weight(1f).padding(end = 8.dp), style = MaterialTheme.typography.titleMedium)
        if (state.page > 1) IconAction(Icons.Minus, text("app-comment-page-before")) { on(CommentsEvent.Page(state.page - 1)) }
        if (state.page < state.pages) IconAction(Icons.Plus, text("app-comment-page-after")) { on(CommentsEvent.Page(state.page + 1)) }
    }
    state.tooLong?.let { Text(text(it), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.error) }
    OutlinedTextField(
        value = state.text, onValueChange = { on(CommentsEvent.Write(it)) }, modifier = Modifier.fillMaxWidth(),
        label = { Text(text("app-comment-text")) }, minLines = 3,
    )
}

@Composable
private fun ReallyWithdraw(on: (CommentsEvent) -> Unit) = ActionBar {
    Other(text("app-cancel")) { on(CommentsEvent.NotWithdraw) }
    Other(text("app-comment-withdraw"), color = MaterialTheme.colorScheme.error) { on(CommentsEvent.ReallyWithdraw) }
}
