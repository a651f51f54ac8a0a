package vn.trien.present

import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import vn.trien.core.Decided
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.Sheet

/** The last look before the prompt: what is signed, as whom, with which certificate, when. */
data class SignState(val title: String, val subject: String, val sheet: SheetContent)

sealed interface SheetContent {
    data object Preparing : SheetContent
    data class Ready(val lines: SheetLines, val prompt: Prompt, val stamped: Stamped? = null, val look: Look = Look.LINES) : SheetContent

    /** The system's prompt is before the person, or the decision is on its way. */
    data class Signing(val lines: SheetLines) : SheetContent

    /** Only approved where another key signs the document yet: whose. */
    data class Signed(val at: String, val next: String?, val signer: Words? = null) : SheetContent

    /** Signed and kept: it is sent when the server answers. */
    data class Kept(val next: String?, val signer: Words? = null) : SheetContent

    data class Refused(val why: Words, val what: Words, val next: String?) : SheetContent
    data class Failed(val failure: Failure) : SheetContent
}

data class SheetLines(
    val agree: Words,
    val position: String,
    /** In whose place, where that is another's. */
    val inPlaceOf: InPlaceLines?,
    val certificate: String,
    val certificateUntil: String?,
    val at: String,
    val page: Int?,
    val meanwhile: Int,
    val findings: List<Words>,
)

/** Whose place it is, what stands above the signature, and how long that counts. */
data class InPlaceLines(val title: String, val name: String, val until: String)

/** The page as approving this very sheet makes it. */
data class Stamped(val sheet: ULong, val page: MarkedPage)

/** What of the sheet is looked at. */
enum class Look { LINES, PAGE }

/** Why the sheet is as it is now. */
enum class Prompt { FIRST, RENEWED }

sealed interface SignEvent {
    data object Sign : SignEvent
    data object Cancel : SignEvent
    data class Show(val look: Look) : SignEvent
    data object NotMe : SignEvent
    data object Next : SignEvent
    data object ToInbox : SignEvent
    data class Mend(val remedy: Remedy) : SignEvent
}

class SignPresenter(
    private val phone: PhoneInterface,
    private val session: Session,
    private val certificate: CertificateFacts?,
    private val request: String,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
    private val first: Look = Look.LINES,
) : Presenter<SignState, SignEvent>(SignState("", "", SheetContent.Preparing), scope) {
    private var open: Sheet? = null
    private var renewal: Job? = null

    // A sheet that is renewed is looked at as the one before.
    private var look = first

    init {
        prepare(Prompt.FIRST)
    }

    override fun on(event: SignEvent) = when (event) {
        SignEvent.Sign -> sign()
        SignEvent.Cancel -> cancel()
        is SignEvent.Show -> look(event.look)
        SignEvent.NotMe -> go(Place.NotMe(request))
        SignEvent.Next -> next()?.let { go(Place.Document(it)) } ?: go(Place.Inbox)
        SignEvent.ToInbox -> go(Place.Inbox)
        is SignEvent.Mend -> event.remedy.place(request)?.let(go) ?: prepare(Prompt.FIRST)
    }

    // Whoever came from the sheet to its page goes back to the sheet.
    private fun cancel() {
        val ready = state.value.sheet as? SheetContent.Ready
        if (ready?.look == Look.PAGE && first == Look.LINES) look(Look.LINES) else go(Place.Back)
    }

    private fun look(at: Look) {
        val ready = state.value.sheet as? SheetContent.Ready ?: return
        look = if (ready.stamped == null) Look.LINES else at
        put(ready.copy(look = look))
    }

    private fun prepare(prompt: Prompt) {
        put(SheetContent.Preparing)
        ask(::failed) {
            val sheet = phone.sheet(request)
            open = sheet
            show { it.copy(title = headline(sheet.metadata), subject = sheet.metadata.subject) }
            val stamped = phone.stampedPage(sheet.id)?.let { Stamped(sheet.id, marked(it)) }
            put(SheetContent.Ready(lines(sheet), prompt, stamped, if (stamped == null) Look.LINES else look))
            renewLater(sheet)
        }
    }

    // The time of signing is fixed when the sheet opens, and old after five minutes.
    private fun renewLater(sheet: Sheet) {
        renewal?.cancel()
        renewal = ask(::failed) {
            delay(Duration.between(phone.serverNow(), sheet.renewAt).toMillis().coerceAtLeast(0))
            if (state.value.sheet is SheetContent.Ready) prepare(Prompt.RENEWED)
        }
    }

    private fun sign() {
        val ready = state.value.sheet as? SheetContent.Ready ?: return
        val sheet = open ?: return
        renewal?.cancel()
        put(SheetContent.Signing(ready.lines))
        ask(::failed) {
            try {
                put(after(phone.approve(sheet.id), sheet.documentSigner?.let(::awaitedSignerWords)))
            } catch (_: PhoneException.SheetExpired) {
                prepare(Prompt.RENEWED)
            }
        }
    }

    private fun after(decided: Decided, signer: Words?): SheetContent = when (decided) {
        is Decided.Recorded -> SheetContent.Signed(clock(decided.receipt.recordedAt), next(), signer)
        is Decided.Waiting -> SheetContent.Kept(next(), signer)
        is Decided.Refused -> SheetContent.Refused(problemTitle(decided.why), problemDetail(decided.why), next())
    }

    private fun next() = session.after(request)

    private fun lines(sheet: Sheet) = SheetLines(
        agree = agreeWords(sheet.role),
        position = positionOf(sheet.authority),
        inPlaceOf = sheet.inPlaceOf?.let { InPlaceLines(it.title, it.person.name, lastDay(it.until)) },
        certificate = sheet.certificate.takeLast(8).uppercase().chunked(4).joinToString(" "),
        certificateUntil = certificate?.until?.let(::day),
        at = "${clock(sheet.signedAt)} ${day(sheet.signedAt)}",
        page = sheet.signing?.stamp?.page?.toInt(),
        meanwhile = sheet.signedMeanwhile.toInt(),
        findings = listOfNotNull(sheet.documentSigner?.let(::signerWords)) + sheet.findings.map(::findingWords),
    )

    private fun put(sheet: SheetContent) = show { it.copy(sheet = sheet) }

    private fun failed(failure: Failure) = put(SheetContent.Failed(failure))
}
