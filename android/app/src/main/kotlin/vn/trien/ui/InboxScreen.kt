package vn.trien.ui

import androidx.compose.foundation.combinedClickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.Checkbox
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.pulltorefresh.PullToRefreshBox
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.CustomAccessibilityAction
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.customActions
import androidx.compose.ui.semantics.selected
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import vn.trien.present.CopyRow
import vn.trien.present.DecisionRow
import vn.trien.present.InboxEvent
import vn.trien.present.InboxState
import vn.trien.present.InboxTab
import vn.trien.present.Nearness
import vn.trien.present.Notifications
import vn.trien.present.Reading
import vn.trien.present.Standing
import vn.trien.present.SyncStatus
import vn.trien.present.WaitingRow
import vn.trien.present.verbWords

/** What waits, the most urgent first; what was decided; what was not sent yet. On a wide window `beside` is the request that lies open beside it. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun InboxScreen(state: InboxState, beside: String? = null, on: (InboxEvent) -> Unit) = Frame(
    title = text("app-inbox"),
    onBack = null,
    beside = {
        IconAction(Icons.Shield, text("app-verify")) { on(InboxEvent.Verify) }
        IconAction(Icons.Settings, text("app-settings")) { on(InboxEvent.Settings) }
    },
    below = { if (state.picked.isEmpty()) SyncLine(state, on) else PickedBar(state, on) },
) {
    PullToRefreshBox(isRefreshing = state.pulled, onRefresh = { on(InboxEvent.Pull) }) {
        LazyColumn(
            Modifier.fillMaxSize(),
            contentPadding = PaddingValues(horizontal = 12.dp, vertical = 4.dp),
            verticalArrangement = Arrangement.spacedBy(8.dp),
        ) {
            item { Finding(state, on) }
            (state.sync as? SyncStatus.Failed)?.let { failed ->
                item { FailureCard(failed.failure) { on(InboxEvent.Mend(it)) } }
            }
            when (state.tab) {
                InboxTab.WAITING -> waiting(state, beside, on)
                InboxTab.COPIES -> copies(state, beside, on)
                InboxTab.DONE, InboxTab.UNSENT -> decisions(state, on)
            }
        }
    }
}

// On a phone that lies on its side, each line above the papers costs half of one.
@Composable
private fun Finding(state: InboxState, on: (InboxEvent) -> Unit) = BoxWithConstraints {
    val isWide = maxWidth >= ONE_LINE * LocalDensity.current.fontScale
    if (isWide) {
        Row(horizontalArrangement = Arrangement.spacedBy(12.dp), verticalAlignment = Alignment.CenterVertically) {
            Tabs(state, on)
            SearchField(state.search, on)
        }
    } else {
        Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
            Tabs(state, on)
            SearchField(state.search, on)
        }
    }
}

// Three tabs and a field that holds a few words, at the usual size of letters.
private val ONE_LINE = 600.dp

@Composable
private fun Tabs(state: InboxState, on: (InboxEvent) -> Unit) =
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
        InboxTab.entries.forEach { tab ->
            val count = when (tab) {
                InboxTab.WAITING -> state.waiting
                InboxTab.COPIES -> state.unopened
                InboxTab.DONE -> 0
                InboxTab.UNSENT -> state.unsent
            }
            val name = text(tab.key)
            Choice(if (count > 0) "$name  $count" else name, tab == state.tab) { on(InboxEvent.Show(tab)) }
        }
    }

@Composable
private fun SearchField(search: String, on: (InboxEvent) -> Unit) = OutlinedTextField(
    value = search,
    onValueChange = { on(InboxEvent.Search(it)) },
    modifier = Modifier.fillMaxWidth(),
    label = { Text(text("app-search"), maxLines = 1) },
    leadingIcon = { Icon(Icons.Search, contentDescription = null) },
    trailingIcon = if (search.isEmpty()) null else ({ IconAction(Icons.Close, text("app-search-clear")) { on(InboxEvent.Search("")) } }),
    singleLine = true,
)

private fun LazyListScope.waiting(state: InboxState, beside: String?, on: (InboxEvent) -> Unit) {
    if (state.sections.isEmpty()) {
        item { Empty(emptyWaiting(state)) { if (emptyWaiting(state) == NOTHING_WAITS) Told(state.notifications, on) } }
    }
    state.sections.forEach { section ->
        item(key = section.heading) { Heading(text(section.heading.key)) }
        items(section.rows, key = { it.request }) { Paper(it, state.picked, it.request == beside, on) }
    }
}

private fun emptyWaiting(state: InboxState) = when {
    state.search.isNotBlank() -> "app-empty-search"
    state.sync == SyncStatus.Never -> "app-empty-never"
    state.sync == SyncStatus.Running -> "app-sync-running"
    else -> NOTHING_WAITS
}

private const val NOTHING_WAITS = "app-empty-waiting"

@Composable
private fun Told(notifications: Notifications, on: (InboxEvent) -> Unit) {
    val key = when (notifications) {
        Notifications.PUSH -> "app-empty-told"
        Notifications.BY_ITSELF -> "app-empty-asks"
        Notifications.OFF -> "app-empty-silent"
    }
    Text(text(key), style = MaterialTheme.typography.bodyMedium, textAlign = androidx.compose.ui.text.style.TextAlign.Center)
    if (notifications == Notifications.OFF) WideOther(text("app-notifications-look")) { on(InboxEvent.Notifications) }
}

private fun LazyListScope.copies(state: InboxState, beside: String?, on: (InboxEvent) -> Unit) {
    if (state.copies.isEmpty()) item { Empty(if (state.search.isNotBlank()) "app-empty-search" else "app-empty-copies") }
    items(state.copies, key = { it.request }) { Copy(it, it.request == beside) { on(InboxEvent.Open(it.request)) } }
}

@Composable
private fun Copy(row: CopyRow, isOpen: Boolean, onClick: () -> Unit) = Card(
    onClick, Modifier.fillMaxWidth().heightIn(min = FINGER).semantics { if (isOpen) selected = true }, colors = paperColors(isOpen),
) {
    Column(Modifier.padding(12.dp), verticalArrangement = Arrangement.spacedBy(3.dp)) {
        val opened = row.opened
        Text(
            text("app-copy-delivered", "at" to row.at) + " · " + if (opened == null) text("app-copy-unopened") else text("app-copy-opened", "at" to opened),
            style = MaterialTheme.typography.labelLarge, fontWeight = if (opened == null) FontWeight.Bold else null,
            color = if (opened == null) MaterialTheme.colorScheme.primary else MaterialTheme.colorScheme.onSurfaceVariant,
        )
        Text(row.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
        Text(row.subject, style = MaterialTheme.typography.bodyLarge)
        Text(row.from, style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
    }
}

private fun LazyListScope.decisions(state: InboxState, on: (InboxEvent) -> Unit) {
    if (state.decisions.isEmpty()) {
        val key = when {
            state.search.isNotBlank() -> "app-empty-search"
            state.tab == InboxTab.DONE -> "app-empty-done"
            else -> "app-empty-unsent"
        }
        item { Empty(key) }
    }
    items(state.decisions, key = { it.decision }) { Decision(it) { on(InboxEvent.Look(it.decision)) } }
}

@Composable
private fun Empty(key: String, more: @Composable () -> Unit = {}) = Column(
    Modifier.fillMaxWidth().padding(vertical = 32.dp, horizontal = 12.dp),
    horizontalAlignment = Alignment.CenterHorizontally,
    verticalArrangement = Arrangement.spacedBy(12.dp),
) {
    Icon(Icons.Paper, contentDescription = null)
    Text(text(key), style = MaterialTheme.typography.bodyLarge, textAlign = androidx.compose.ui.text.style.TextAlign.Center)
    more()
}

@Composable
private fun Paper(row: WaitingRow, picked: Set<String>, isOpen: Boolean, on: (InboxEvent) -> Unit) {
    val picking = picked.isNotEmpty()
    val pick = { on(InboxEvent.Pick(row.request)) }
    val pickLabel = text("app-pick")
    Card(
        Modifier.fillMaxWidth().combinedClickable(
            role = Role.Button,
            onLongClickLabel = pickLabel,
            onLongClick = pick,
            onClick = { if (picking) pick() else on(InboxEvent.Open(row.request)) },
        ).semantics {
            customActions = listOf(CustomAccessibilityAction(pickLabel) { pick(); true })
            if (isOpen) selected = true
        },
        colors = paperColors(isOpen),
        elevation = CardDefaults.cardElevation(defaultElevation = 1.dp),
    ) {
        Row(Modifier.padding(12.dp), horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            if (picking) Checkbox(checked = row.request in picked, onCheckedChange = null, Modifier.padding(top = 2.dp))
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(3.dp)) {
                UrgencyLine(row)
                Text(row.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
                Text(row.subject, style = MaterialTheme.typography.bodyLarge)
                val place = row.inPlaceOf?.let { " " + text(it) }.orEmpty()
                val read = if (row.read == Reading.READ) " · " + text("app-read") else ""
                Text(
                    "${row.from} · ${text(row.role)}$place$read",
                    style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant,
                )
            }
        }
    }
}

@Composable
private fun paperColors(isOpen: Boolean) =
    CardDefaults.cardColors(containerColor = if (isOpen) MaterialTheme.colorScheme.secondaryContainer else MaterialTheme.colorScheme.surfaceContainerLow)

@Composable
private fun UrgencyLine(row: WaitingRow) {
    val color = when (row.deadline.nearness) {
        Nearness.OVER, Nearness.SOON -> MaterialTheme.colorScheme.error
        Nearness.TODAY -> MaterialTheme.colorScheme.tertiary
        Nearness.FAR -> MaterialTheme.colorScheme.onSurfaceVariant
    }
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp), itemVerticalAlignment = Alignment.CenterVertically) {
        row.urgency?.let {
            Surface(color = MaterialTheme.colorScheme.error, contentColor = MaterialTheme.colorScheme.onError, shape = MaterialTheme.shapes.extraSmall) {
                Text(text(it), Modifier.padding(horizontal = 6.dp, vertical = 2.dp), style = MaterialTheme.typography.labelMedium, fontWeight = FontWeight.Bold)
            }
        }
        Text(text(row.deadline.words), style = MaterialTheme.typography.labelLarge, color = color)
    }
}

@Composable
private fun Decision(row: DecisionRow, onClick: () -> Unit) = Card(
    onClick, Modifier.fillMaxWidth().heightIn(min = FINGER),
    colors = CardDefaults.cardColors(containerColor = MaterialTheme.colorScheme.surfaceContainerLow),
) {
    Column(Modifier.padding(12.dp), verticalArrangement = Arrangement.spacedBy(3.dp)) {
        val refused = row.standing == Standing.REFUSED
        Text(
            standing(row), style = MaterialTheme.typography.labelLarge,
            color = if (refused) MaterialTheme.colorScheme.error else MaterialTheme.colorScheme.onSurfaceVariant,
        )
        Text(row.subject, style = MaterialTheme.typography.bodyLarge)
    }
}

@Composable
private fun standing(row: DecisionRow): String {
    val decided = "${text(verbWords(row.verb))} ${row.at}"
    return when (row.standing) {
        Standing.RECORDED -> "$decided · ${text("app-standing-recorded")}"
        Standing.REFUSED -> "$decided · ${text("app-standing-refused")}"
        Standing.UNSENT -> "$decided · ${text("app-standing-unsent")}"
    }
}

@Composable
private fun SyncLine(state: InboxState, on: (InboxEvent) -> Unit) = Surface(color = MaterialTheme.colorScheme.surfaceContainerHigh) {
    Row(Modifier.fillMaxWidth().padding(start = 16.dp, end = 4.dp), verticalAlignment = Alignment.CenterVertically) {
        FlowRow(Modifier.weight(1f).padding(vertical = 6.dp), horizontalArrangement = Arrangement.spacedBy(16.dp)) {
            Text(syncWords(state.sync), style = MaterialTheme.typography.bodyMedium)
            if (state.unsent > 0) Text(text("app-unsent-count", "count" to state.unsent), style = MaterialTheme.typography.bodyMedium, fontWeight = FontWeight.SemiBold)
        }
        IconAction(Icons.Sync, text("app-sync-now")) { on(InboxEvent.Refresh) }
    }
}

@Composable
private fun syncWords(sync: SyncStatus): String = when (sync) {
    SyncStatus.Never -> text("app-sync-never")
    SyncStatus.Running -> text("app-sync-running")
    is SyncStatus.Done -> text("app-sync-at", "at" to sync.at)
    is SyncStatus.Failed -> sync.last?.let { text("app-sync-at", "at" to it) } ?: text("app-sync-never")
}

@Composable
private fun PickedBar(state: InboxState, on: (InboxEvent) -> Unit) = ActionBar {
    Other(text("app-unpick")) { on(InboxEvent.Unpick) }
    Main(text("app-together", "count" to state.picked.size)) { on(InboxEvent.Together) }
}
