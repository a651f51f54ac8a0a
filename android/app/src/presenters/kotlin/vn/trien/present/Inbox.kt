package vn.trien.present

import java.text.Normalizer
import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Decided
import vn.trien.core.InboxItem
import vn.trien.core.Metadata
import vn.trien.core.OutboxEntry
import vn.trien.core.PhoneInterface
import vn.trien.core.ReceivedCopy
import vn.trien.core.UnitView
import vn.trien.core.Urgency
import vn.trien.core.Verb

/** The list of what waits, what was decided and what was not sent yet. */
data class InboxState(
    val tab: InboxTab = InboxTab.WAITING,
    val search: String = "",
    val waiting: Int = 0,
    val unsent: Int = 0,
    val sections: List<Section> = emptyList(),
    val decisions: List<DecisionRow> = emptyList(),
    val sync: SyncStatus = SyncStatus.Never,
    val picked: Set<String> = emptySet(),
    /** Whether this phone tells when something comes: an empty list says so. */
    val notifications: Notifications = Notifications.PUSH,
    /** Whether the sync that runs was asked for by pulling the list. */
    val pulled: Boolean = false,
    /** Documents that were sent to this person for information. */
    val copies: List<CopyRow> = emptyList(),
    /** How many of them were not opened. */
    val unopened: Int = 0,
)

enum class InboxTab(val key: String) {
    WAITING("app-tab-waiting"),
    COPIES("app-tab-copies"),
    DONE("app-tab-done"),
    UNSENT("app-tab-unsent"),
}

/** Papers under one heading, the most pressing first. */
data class Section(val heading: Heading, val rows: List<WaitingRow>)

enum class Heading(val key: String) {
    URGENT("app-heading-urgent"),
    TODAY("app-heading-today"),
    LATER("app-heading-later"),
}

data class WaitingRow(
    val request: String,
    val title: String,
    val subject: String,
    val from: String,
    val role: Words,
    val urgency: Words?,
    val deadline: Deadline,
    val read: Reading,
    /** Whose part it is, where it is another's. */
    val inPlaceOf: Words? = null,
)

/** A finished document that came as a copy; not opened where it has no such time. */
data class CopyRow(val request: String, val title: String, val subject: String, val from: String, val at: String, val opened: String?)

/** Whether the person has had the document open since the app was started. */
enum class Reading { UNREAD, READ }

data class DecisionRow(val decision: String, val subject: String, val verb: Verb, val standing: Standing, val at: String)

/** Where a decision stands. */
enum class Standing { RECORDED, REFUSED, UNSENT }

sealed interface SyncStatus {
    data object Never : SyncStatus
    data object Running : SyncStatus
    data class Done(val at: String) : SyncStatus
    data class Failed(val last: String?, val failure: Failure) : SyncStatus
}

sealed interface InboxEvent {
    data object Refresh : InboxEvent
    data object Pull : InboxEvent
    data class Show(val tab: InboxTab) : InboxEvent
    data class Search(val text: String) : InboxEvent
    data class Open(val request: String) : InboxEvent
    data class Pick(val request: String) : InboxEvent
    data object Unpick : InboxEvent
    data object Together : InboxEvent
    data class Look(val decision: String) : InboxEvent
    data object Settings : InboxEvent
    data object Notifications : InboxEvent
    data object Verify : InboxEvent
    data class Mend(val remedy: Remedy) : InboxEvent
}

/** Papers that are decided together: as many as sheets that the core keeps open. */
const val MOST_TOGETHER = 50

class InboxPresenter(
    private val phone: PhoneInterface,
    private val session: Session,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
    private val notifications: () -> Notifications = { Notifications.PUSH },
    private val synced: suspend () -> Unit = {},
) : Presenter<InboxState, InboxEvent>(InboxState(), scope) {
    init {
        load()
        on(InboxEvent.Refresh)
    }

    override fun on(event: InboxEvent) = when (event) {
        InboxEvent.Refresh -> sync()
        InboxEvent.Pull -> {
            show { it.copy(pulled = true) }
            sync()
        }
        is InboxEvent.Show -> change { it.copy(tab = event.tab, picked = emptySet()) }
        is InboxEvent.Search -> change { it.copy(search = event.text) }
        is InboxEvent.Open -> go(Place.Document(event.request))
        is InboxEvent.Pick -> show { it.copy(picked = toggled(it.picked, event.request)) }
        InboxEvent.Unpick -> show { it.copy(picked = emptySet()) }
        InboxEvent.Together -> together()
        is InboxEvent.Look -> go(Place.Receipt(event.decision))
        InboxEvent.Settings -> go(Place.Settings)
        InboxEvent.Notifications -> go(Place.Notifications(First.NO))
        InboxEvent.Verify -> go(Place.Verify(null))
        is InboxEvent.Mend -> when (event.remedy) {
            Remedy.ENROLL_AGAIN, Remedy.SECURITY -> event.remedy.place()?.let(go) ?: Unit
            else -> sync()
        }
    }

    /** Shows what the phone has now; also when the person comes back from another screen. */
    fun load() = change { it }

    /** The phone has synced without being asked here, or learned why it cannot. */
    fun heard(failure: Failure? = null) = change {
        when {
            it.sync == SyncStatus.Running -> it
            failure == null -> it.copy(sync = done())
            else -> it.copy(sync = SyncStatus.Failed(lastSync(), failure))
        }
    }

    private fun sync() {
        if (state.value.sync == SyncStatus.Running) return
        show { it.copy(sync = SyncStatus.Running) }
        ask({ failure -> change { it.copy(sync = SyncStatus.Failed(lastSync(), failure)) } }) {
            phone.sync()
            phone.flush()
            change { it.copy(sync = done()) }
            synced()
        }
    }

    private fun together() {
        val picked = state.value.picked
        show { it.copy(picked = emptySet()) }
        if (picked.isNotEmpty()) go(Place.Several(inOrder(picked)))
    }

    private fun inOrder(picked: Set<String>) = phone.inbox().map { it.request }.filter { it in picked }

    private fun change(change: (InboxState) -> InboxState) = show { before ->
        val next = change(before)
        val now = phone.serverNow()
        val open = phone.inbox().filter { it.decision == null }
        val entries = phone.outbox().asReversed()
        val copies = phone.copies()
        next.copy(
            waiting = open.size,
            unsent = entries.count { it.state is Decided.Waiting },
            sections = sections(open.filter { matches(it.metadata, it.unit, next.search) }, session, now),
            decisions = entries.filter { standing(it) in next.tab.standings && sought(it.subject, next.search) }
                .map { decisionRow(it, now) },
            sync = if (next.sync == SyncStatus.Never) done() else next.sync,
            notifications = notifications(),
            pulled = next.pulled && next.sync == SyncStatus.Running,
            picked = next.picked.intersect(open.map { it.request }.toSet()),
            copies = copies.filter { matches(it.metadata, it.unit, next.search) }.map { copyRow(it, now) },
            unopened = copies.count { it.receipt.openedAt == null },
        )
    }

    private fun done(): SyncStatus = lastSync()?.let(SyncStatus::Done) ?: SyncStatus.Never

    private fun lastSync(): String? = phone.lastSync()?.let { moment(it, phone.serverNow()) }
}

private val InboxTab.standings: Set<Standing>
    get() = when (this) {
        InboxTab.WAITING, InboxTab.COPIES -> emptySet()
        InboxTab.DONE -> setOf(Standing.RECORDED, Standing.REFUSED)
        InboxTab.UNSENT -> setOf(Standing.UNSENT)
    }

private fun toggled(picked: Set<String>, request: String): Set<String> = when {
    request in picked -> picked - request
    picked.size < MOST_TOGETHER -> picked + request
    else -> picked
}

internal fun sections(items: List<InboxItem>, session: Session, now: Instant): List<Section> {
    val byHeading = items.groupBy { heading(it, now) }
    return Heading.entries.mapNotNull { heading ->
        val rows = byHeading[heading].orEmpty().sortedWith(compareByDescending<InboxItem> { it.metadata.urgency }.thenBy { it.expiresAt })
        if (rows.isEmpty()) null else Section(heading, rows.map { waitingRow(it, session, now) })
    }
}

private fun heading(item: InboxItem, now: Instant): Heading = when {
    item.metadata.urgency != Urgency.NORMAL -> Heading.URGENT
    localDay(due(item)) <= localDay(now) -> Heading.TODAY
    else -> Heading.LATER
}

private fun waitingRow(item: InboxItem, session: Session, now: Instant) = WaitingRow(
    request = item.request,
    title = headline(item.metadata),
    subject = item.metadata.subject,
    from = item.unit.name,
    role = roleWords(item.role),
    urgency = urgencyWords(item.metadata.urgency),
    deadline = deadline(due(item), now),
    read = session.reading(item.request),
    inPlaceOf = item.inPlaceOf?.let { words("app-in-place-of", "name" to it.name) },
)

// What is due goes on afterwards; without such a time it is the end that counts.
private fun due(item: InboxItem): Instant = item.dueAt ?: item.expiresAt

private fun copyRow(copy: ReceivedCopy, now: Instant) = CopyRow(
    copy.request, headline(copy.metadata), copy.metadata.subject, copy.unit.name,
    moment(copy.receipt.deliveredAt, now), copy.receipt.openedAt?.let { moment(it, now) },
)

internal fun decisionRow(entry: OutboxEntry, now: Instant) =
    DecisionRow(entry.decision, entry.subject, entry.verb, standing(entry), moment(entry.signedAt, now))

internal fun standing(entry: OutboxEntry): Standing = when (entry.state) {
    is Decided.Recorded -> Standing.RECORDED
    is Decided.Refused -> Standing.REFUSED
    is Decided.Waiting -> Standing.UNSENT
}

private fun matches(metadata: Metadata, unit: UnitView, search: String): Boolean =
    listOf(metadata.number.orEmpty(), metadata.subject, metadata.kind, metadata.issuer, unit.name).any { sought(it, search) }

/** Typed without marks, a word finds what is written with them. */
internal fun sought(text: String, search: String): Boolean = plain(search) in plain(text)

private fun plain(text: String): String =
    Normalizer.normalize(text.trim().lowercase(), Normalizer.Form.NFD).replace(MARKS, "").replace('đ', 'd')

private val MARKS = Regex("\\p{Mn}+")
