package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import vn.trien.present.How
import vn.trien.present.Prompts
import vn.trien.present.Running
import vn.trien.present.SeveralEvent
import vn.trien.present.SeveralRow
import vn.trien.present.SeveralState

/** Several papers: view them one by one, then sign all that were viewed; each has its own answer. */
@Composable
fun SeveralScreen(state: SeveralState, on: (SeveralEvent) -> Unit) = Frame(
    title = text("app-several-title", "count" to state.rows.size),
    onBack = if (state.running == Running.YES) null else ({ on(SeveralEvent.Back) }),
    below = { Actions(state, on) },
) {
    Scrolling {
        if (state.running == Running.NO) {
            Body(text(if (state.canSign) "app-several-ready" else "app-several-view-first"))
            Small(prompts(state.prompts))
        }
        state.rows.forEach { Row(it, state.running, on) }
    }
}

@Composable
private fun Row(row: SeveralRow, running: Running, on: (SeveralEvent) -> Unit) {
    val colors = CardDefaults.cardColors(containerColor = MaterialTheme.colorScheme.surfaceContainerLow, contentColor = MaterialTheme.colorScheme.onSurface)
    if (running == Running.NO && (row.how is How.Unread || row.how is How.Ready)) {
        Card({ on(SeveralEvent.Open(row.request)) }, Modifier.fillMaxWidth(), colors = colors) { Paper(row, running, on) }
    } else {
        Card(Modifier.fillMaxWidth(), colors = colors) { Paper(row, running, on) }
    }
}

@Composable
private fun Paper(row: SeveralRow, running: Running, on: (SeveralEvent) -> Unit) {
    Row(Modifier.padding(12.dp), horizontalArrangement = Arrangement.spacedBy(10.dp)) {
        val (icon, color) = when (row.how) {
            How.Unread -> Icons.Paper to MaterialTheme.colorScheme.onSurfaceVariant
            How.Ready, How.Signing -> Icons.Dot to MaterialTheme.colorScheme.primary
            is How.Signed -> Icons.Check to MaterialTheme.colorScheme.primary
            How.Kept -> Icons.Clock to MaterialTheme.colorScheme.tertiary
            is How.Not -> Icons.Warning to MaterialTheme.colorScheme.error
        }
        Icon(icon, contentDescription = null, tint = color)
        Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(3.dp)) {
            Text(row.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            Text(row.subject, style = MaterialTheme.typography.bodyLarge)
            Text(how(row.how), style = MaterialTheme.typography.bodyMedium, color = color)
            (row.how as? How.Signed)?.signer?.let { Body(text(it)) }
            (row.how as? How.Not)?.failure?.let { failure ->
                failure.tell?.let { tell ->
                    Small(text("app-failure-tell"))
                    Body(text(tell))
                }
                if (running != Running.YES) WideOther(text(failure.remedy.key)) { on(SeveralEvent.Mend(row.request, failure.remedy)) }
            }
        }
    }
}

@Composable
private fun prompts(prompts: Prompts): String = when (prompts) {
    Prompts.Each -> text("app-several-prompts-each")
    Prompts.Once -> text("app-several-prompts-once")
    is Prompts.Every -> text("app-several-prompts-every", "papers" to prompts.papers)
}

@Composable
private fun how(how: How): String = when (how) {
    How.Unread -> text("app-several-unread")
    How.Ready -> text("app-read")
    How.Signing -> text("app-sign-signing")
    is How.Signed -> text(if (how.signer == null) "app-signed-at" else "app-approved-at", "at" to how.at)
    How.Kept -> text("app-standing-unsent")
    is How.Not -> text(how.failure.what)
}

@Composable
private fun Actions(state: SeveralState, on: (SeveralEvent) -> Unit) = when (state.running) {
    Running.NO -> ActionBar {
        val unread = state.rows.any { it.how == How.Unread }
        Other(text("app-several-one-by-one"), enabled = unread) { on(SeveralEvent.OneByOne) }
        Main(text("app-several-sign", "count" to state.rows.count { it.how == How.Ready }), state.canSign) { on(SeveralEvent.SignAll) }
    }
    Running.YES -> Unit
    Running.DONE -> ActionBar { Main(text("app-to-inbox")) { on(SeveralEvent.Back) } }
}
