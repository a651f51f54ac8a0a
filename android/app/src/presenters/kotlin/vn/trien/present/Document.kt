package vn.trien.present

import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Absence
import vn.trien.core.Assignment
import vn.trien.core.EarlierSignature
import vn.trien.core.Finding
import vn.trien.core.Opened
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.RequestDetails
import vn.trien.core.Role
import vn.trien.core.RouteSigner
import vn.trien.core.RouteState
import vn.trien.core.RouteStep
import vn.trien.core.StampPlace
import vn.trien.core.Verb
import vn.trien.core.Verdict

/** A document as the person reads it before deciding. */
data class DocumentState(val title: String, val subject: String, val content: DocumentContent, val panel: Panel? = null)

sealed interface DocumentContent {
    data object Opening : DocumentContent
    data class Failed(val failure: Failure) : DocumentContent

    /** Nothing is left to decide here: somebody else did, or the request ended. */
    data class Over(val what: Words, val route: List<RouteLine> = emptyList(), val decision: String? = null) : DocumentContent

    data class Open(
        val pages: List<PageSize>,
        val place: Int?,
        val meanwhile: Int,
        val findings: List<Words>,
        val signatures: List<SignatureLine>,
        val route: List<RouteLine>,
        val facts: List<Fact>,
        /** Nothing where it is only read: a copy. */
        val agree: Words?,
        val mark: Mark? = null,
        val attachments: List<AttachmentLine> = emptyList(),
        val changed: Changed = Changed.NO,
        /** Whose part it is, where it is another's. */
        val inPlaceOf: String? = null,
        /** Why it also goes on paper. */
        val paper: Words? = null,
    ) : DocumentContent
}

/** What is laid beside the document when the person asks for it. */
enum class Panel { FINDINGS, ROUTE, FILES, FACTS }

data class SignatureLine(val name: String, val verdict: Verdict, val why: List<Words>)

data class RouteLine(
    val role: Words,
    val name: String,
    val position: String,
    val how: Standpoint,
    val when_: String?,
    val reason: String?,
    /** Who decided in this signer's place. */
    val by: Words? = null,
    /** When the signer is away, as was announced. */
    val absent: Words? = null,
    /** Until when the document's signature is awaited, where the signer has approved; or that it did not come. */
    val awaits: Words? = null,
)

/** How far one signer is. */
enum class Standpoint(val key: String) {
    WAITS("app-route-waits"),
    NOW("app-route-now"),
    APPROVED("app-route-approved"),
    REJECTED("app-route-rejected"),
    RETURNED("app-route-returned"),
    RELEASED("app-route-released"),
}

/** One line of what the register says. */
data class Fact(val name: Words, val value: String)

sealed interface DocumentEvent {
    data object Back : DocumentEvent
    data class Toggle(val panel: Panel) : DocumentEvent
    data object Agree : DocumentEvent
    data object Reject : DocumentEvent
    data object Return : DocumentEvent
    data object NotMe : DocumentEvent

    /** The page as it will be signed. */
    data object Preview : DocumentEvent

    /** The pages that were changed after a signature. */
    data object Compare : DocumentEvent
    data class Read(val attachment: AttachmentLine) : DocumentEvent

    /** What people say beside this page, from 1. */
    data class Comments(val page: Int) : DocumentEvent

    /** What this phone decided on it. */
    data class Receipt(val decision: String) : DocumentEvent
    data class Mend(val remedy: Remedy) : DocumentEvent
}

/** Draws parts of pages, as PNG. */
fun interface PageSource {
    suspend fun draw(strip: Strip): ByteArray
}

/** A band across a page, in pixels of the whole page at the scale that is shown. */
data class Strip(val page: Int, val pageWidth: Int, val top: Int, val height: Int)

class DocumentPresenter(
    private val phone: PhoneInterface,
    private val session: Session,
    private val request: String,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<DocumentState, DocumentEvent>(DocumentState("", "", DocumentContent.Opening), scope) {
    init {
        open()
    }

    override fun on(event: DocumentEvent) = when (event) {
        DocumentEvent.Back -> go(Place.Back)
        is DocumentEvent.Toggle -> show { it.copy(panel = if (it.panel == event.panel) null else event.panel) }
        DocumentEvent.Agree -> go(Place.Sign(request))
        DocumentEvent.Reject -> go(Place.Refuse(request, Refusal.REJECT))
        DocumentEvent.Return -> go(Place.Refuse(request, Refusal.RETURN))
        DocumentEvent.NotMe -> go(Place.NotMe(request))
        DocumentEvent.Preview -> go(Place.Sign(request, Look.PAGE))
        DocumentEvent.Compare -> go(Place.Changes(Compared.OfRequest(request)))
        is DocumentEvent.Read -> event.attachment.place?.let { go(Place.Attached(request, it, event.attachment.name)) } ?: Unit
        is DocumentEvent.Comments -> go(Place.Comments(request, event.page, pages()))
        is DocumentEvent.Receipt -> go(Place.Receipt(event.decision))
        is DocumentEvent.Mend -> mend(event.remedy)
    }

    private fun pages(): Int = (state.value.content as? DocumentContent.Open)?.pages?.size ?: 1

    private fun mend(remedy: Remedy) = when (remedy) {
        Remedy.SYNC -> {
            ask(::failed) { phone.sync() }.invokeOnCompletion { open() }
            Unit
        }
        Remedy.LOOK_AGAIN -> open()
        else -> remedy.place()?.let(go) ?: open()
    }

    private fun open() {
        show { it.copy(content = DocumentContent.Opening) }
        ask(::failed) {
            val details = details()
            show { it.copy(title = headline(details.metadata), subject = details.metadata.subject) }
            val over = over(details)
            val content = when {
                over == null -> opened(details, phone.openRequest(request))
                details.received != null -> copy(phone.openRequest(request))
                else -> ended(over, details)
            }
            show { it.copy(content = content) }
        }
    }

    // A link may be quicker than the sync that brings its request.
    private suspend fun details(): RequestDetails = try {
        phone.request(request)
    } catch (_: PhoneException.UnknownRequest) {
        phone.sync()
        phone.request(request)
    }

    private fun ended(over: Words, details: RequestDetails): DocumentContent {
        val mine = phone.outbox().lastOrNull { it.request == request }?.decision
        return DocumentContent.Over(over, routeLines(details, phone.serverNow()), mine)
    }

    // In the list means: waits for this person, and is not decided on this phone.
    private fun over(details: RequestDetails): Words? {
        val item = phone.inbox().firstOrNull { it.request == request }
        return when {
            item == null -> endWords(details.state) ?: words("app-over-elsewhere")
            item.decision != null -> words("app-over-here")
            else -> null
        }
    }

    private fun opened(details: RequestDetails, opened: Opened): DocumentContent {
        session.opened(request)
        // A sync may have taken it from the list while it was fetched.
        val role = phone.inbox().firstOrNull { it.request == request }?.role
            ?: return ended(endWords(details.state) ?: words("app-over-elsewhere"), details)
        return open(details, opened, agreeWords(role), details.place.takeUnless { role == Role.REVIEW })
    }

    // Opening it is what tells when: the phone knows of it only then.
    private fun copy(opened: Opened): DocumentContent = open(phone.request(request), opened, agree = null, place = null)

    private fun open(details: RequestDetails, opened: Opened, agree: Words?, place: StampPlace?) = DocumentContent.Open(
        pages = opened.pages,
        place = place?.page?.toInt(),
        meanwhile = opened.signedMeanwhile.toInt(),
        findings = opened.findings.map(::findingWords),
        signatures = opened.signatures.map(::signatureLine),
        route = routeLines(details, phone.serverNow()),
        facts = facts(details, opened),
        agree = agree,
        mark = place?.let { opened.pages.getOrNull(it.page.toInt())?.let { size -> mark(it.page.toInt(), it.rect, size) } },
        attachments = phone.attachments(request).map(::attachmentLine),
        changed = if (Finding.ContentChangedAfterSignature in opened.findings) Changed.YES else Changed.NO,
        inPlaceOf = details.inPlaceOf?.name.takeIf { agree != null },
        paper = details.onPaper?.let(::paperWords),
    )

    private fun failed(failure: Failure) = show { it.copy(content = DocumentContent.Failed(failure)) }

    private fun facts(details: RequestDetails, opened: Opened): List<Fact> = listOfNotNull(
        Fact(words("app-fact-kind"), details.metadata.kind),
        Fact(words("app-fact-issuer"), details.metadata.issuer),
        Fact(words("app-fact-from"), details.unit.name),
        Fact(words("app-fact-version"), "${opened.revision}").takeIf { opened.revision > 1u },
        Fact(words("app-fact-queued"), moment(details.queuedAt, phone.serverNow())),
        details.dueAt?.let { Fact(words("app-fact-due"), moment(it, phone.serverNow())) },
        Fact(words("app-fact-expires"), moment(details.expiresAt, phone.serverNow())).takeIf { details.received == null },
        details.received?.let { Fact(words("app-fact-delivered"), moment(it.deliveredAt, phone.serverNow())) },
        details.received?.openedAt?.let { Fact(words("app-fact-opened"), moment(it, phone.serverNow())) },
        Fact(words("app-fact-files"), details.documents.joinToString("\n")),
        Fact(words("app-fact-sha256"), opened.documents.first().sha256),
    )
}

/** Who takes part in a request, in the order of its route, and how far each is. */
internal fun routeLines(details: RequestDetails, now: Instant): List<RouteLine> =
    details.steps.flatMap { step -> step.signers.map { routeLine(step, it, details.state, now) } }

private fun routeLine(step: RouteStep, signer: RouteSigner, state: RouteState, now: Instant): RouteLine {
    val assignment = signer.assignment
    val at = (assignment as? Assignment.Decided)?.let { moment(it.at, now) }
    val how = standpoint(assignment, state)
    val by = signer.by?.let { words("app-route-by", "form" to abbreviation(it.form), "name" to it.person.name) }
    val absent = signer.absent?.takeIf { assignment is Assignment.Open || assignment is Assignment.Waiting }?.let { absentWords(it, now) }
    val awaits = signer.awaitsUntil?.takeIf { how == Standpoint.NOW }?.let { awaitsWords(it, now) }
    return RouteLine(roleWords(step.role), signer.person.name, signer.person.position, how, at, signer.reason, by, absent, awaits)
}

private fun awaitsWords(until: Instant, now: Instant): Words =
    words(if (until <= now) "app-route-awaits-over" else "app-route-awaits", "until" to moment(until, now))

private fun absentWords(away: Absence, now: Instant): Words? = when {
    away.until <= now -> null
    away.since <= now -> words("app-route-absent", "until" to lastDay(away.until))
    else -> words("app-route-absent-later", "since" to day(away.since), "until" to lastDay(away.until))
}

private fun standpoint(assignment: Assignment, state: RouteState): Standpoint = when (assignment) {
    is Assignment.Waiting -> Standpoint.WAITS
    is Assignment.Open -> if (state is RouteState.Open) Standpoint.NOW else Standpoint.RELEASED
    is Assignment.Released -> Standpoint.RELEASED
    is Assignment.Decided -> when (assignment.verb) {
        Verb.APPROVE -> Standpoint.APPROVED
        Verb.REJECT -> Standpoint.REJECTED
        Verb.RETURN -> Standpoint.RETURNED
    }
}

internal fun signatureLine(signature: EarlierSignature): SignatureLine =
    signatureLine(signature.judgement, signature.signer ?: signature.field)
