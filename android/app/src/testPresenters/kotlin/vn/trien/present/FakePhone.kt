package vn.trien.present

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.awaitCancellation
import vn.trien.core.Answer
import vn.trien.core.Assignment
import vn.trien.core.Attachment
import vn.trien.core.Authority
import vn.trien.core.BeforeAndAfter
import vn.trien.core.ChangedPage
import vn.trien.core.Comment
import vn.trien.core.Decided
import vn.trien.core.Delegate
import vn.trien.core.Delegation
import vn.trien.core.DelegationDraft
import vn.trien.core.DelegationForm
import vn.trien.core.DelegationState
import vn.trien.core.DocumentRef
import vn.trien.core.EarlierSignature
import vn.trien.core.EnrollmentPreview
import vn.trien.core.EnrollmentStatus
import vn.trien.core.Finding
import vn.trien.core.HeldSlip
import vn.trien.core.InPlace
import vn.trien.core.InboxItem
import vn.trien.core.Kept
import vn.trien.core.Language
import vn.trien.core.Judgement
import vn.trien.core.KeyHome
import vn.trien.core.Metadata
import vn.trien.core.OnPaper
import vn.trien.core.Opened
import vn.trien.core.OtherDevice
import vn.trien.core.Outcome
import vn.trien.core.OtherDeviceState
import vn.trien.core.OutboxEntry
import vn.trien.core.PageSize
import vn.trien.core.PageView
import vn.trien.core.PersonView
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind
import vn.trien.core.PracticeDocument
import vn.trien.core.PracticeInterface
import vn.trien.core.PracticeView
import vn.trien.core.Profile
import vn.trien.core.PromptPolicy
import vn.trien.core.PushAddress
import vn.trien.core.PushHealth
import vn.trien.core.PushKind
import vn.trien.core.PushStatus
import vn.trien.core.Question
import vn.trien.core.Quorum
import vn.trien.core.Receipt
import vn.trien.core.ReceivedCopy
import vn.trien.core.Rect
import vn.trien.core.Region
import vn.trien.core.RequestDetails
import vn.trien.core.Role
import vn.trien.core.SecretStore
import vn.trien.core.RouteSigner
import vn.trien.core.RouteState
import vn.trien.core.RouteStep
import vn.trien.core.Sheet
import vn.trien.core.SheetSigner
import vn.trien.core.SheetSigning
import vn.trien.core.SignatureKind
import vn.trien.core.SigningTime
import vn.trien.core.StampPlace
import vn.trien.core.StampedPage
import vn.trien.core.Synced
import vn.trien.core.UnitView
import vn.trien.core.Urgency
import vn.trien.core.Verb
import vn.trien.core.Verdict
import vn.trien.core.Verification
import vn.trien.core.VerifiedSignature

/** 08:41 on 22 November 2026 in Việt Nam. */
internal val NOW: Instant = Instant.parse("2026-11-22T01:41:00Z")

internal val A4 = PageSize(59528, 84189)
internal val UNIT = UnitView("unit-1", "Văn phòng UBND tỉnh")
internal val PERSON = PersonView("person-1", "Nguyễn Văn An", "Chủ tịch")

internal val PROFILE = Profile("device-1", PERSON, UNIT, Authority.Own("Chủ tịch"), ByteArray(0), PromptPolicy.PerUse)

internal fun item(
    request: String, subject: String = "Kế hoạch công tác", left: Duration = Duration.ofDays(3),
    urgency: Urgency = Urgency.NORMAL, role: Role = Role.APPROVE, decision: String? = null,
) = InboxItem(request, role, UNIT, Metadata("12/KH-UBND", subject, "Kế hoạch", "UBND tỉnh", urgency), NOW, NOW + left, decision)

internal fun entry(decision: String, state: Decided, request: String = "r-$decision", verb: Verb = Verb.APPROVE) =
    OutboxEntry(decision, request, 1u, verb, "Kế hoạch", NOW, state)

/** Signs the document after the phone has approved. */
internal val TOKEN = SheetSigner(KeyHome.TOKEN, "NGUYỄN VĂN AN", "CA Chuyên dùng Chính phủ", NOW + Duration.ofDays(400))

internal val RECEIPT = Receipt("d-1", NOW, "c2sp.org/tlog-proof@v1\n")
internal val RECORDED: Decided = Decided.Recorded(RECEIPT)
internal val WAITING: Decided = Decided.Waiting("no answer yet")

/** The core as a script: what a real one does against a server is tried in `android/jvm-test` and in the core's own tests. */
internal class FakePhone : PhoneInterface {
    var stands: PhoneState = PhoneState.Enrolled(PROFILE)
    var items: List<InboxItem> = emptyList()
    var version = 1u
    var entries: List<OutboxEntry> = emptyList()
    var now: Instant = NOW
    var synced: Instant? = NOW
    var refuses: PhoneException? = null
    var decides: () -> Decided = { RECORDED }
    var statuses: MutableList<EnrollmentStatus> = mutableListOf()
    var ended: RouteState = RouteState.Completed
    var steps: List<RouteStep>? = null
    var place = StampPlace(2u, Rect(0, 0, 1, 1))
    var pages: List<PageSize> = listOf(A4, A4, A4)
    var findings: List<Finding> = emptyList()
    var signatures: List<EarlierSignature> = emptyList()
    var meanwhile = 0u
    var paper: OnPaper? = null
    var authority: Authority = Authority.Own("Chủ tịch")
    var signer: SheetSigner? = null
    var judges: () -> Verification = { error("not scripted") }
    var others: List<OtherDevice> = emptyList()
    var push = PushStatus(listOf(PushKind.NONE, PushKind.UNIFIEDPUSH), ByteArray(65) { 4 }, PushKind.NONE, PushHealth.NONE, null, null)
    var told: PushAddress? = null
    var wakes: () -> Unit = {}
    var news: suspend () -> Synced? = { awaitCancellation() }
    var unknown: Set<String> = emptySet()
    val asked = mutableListOf<String>()

    private fun <T> asked(what: String, answer: () -> T): T {
        asked += what
        refuses?.let { throw it }
        return answer()
    }

    override fun state() = stands
    override fun inbox() = items
    override fun outbox() = entries
    override fun serverNow() = now
    override fun lastSync() = synced
    override fun server() = "https://ky.example.vn"

    override fun request(request: String): RequestDetails {
        if (request in unknown) throw PhoneException.UnknownRequest(request)
        val item = items.firstOrNull { it.request == request } ?: item(request)
        val waits = items.any { it.request == request }
        val signer = RouteSigner(PERSON, if (waits) Assignment.Open else Assignment.Released, null)
        return RequestDetails(
            request, item.unit, item.metadata, item.queuedAt, item.expiresAt, if (waits) RouteState.Open(1u) else ended,
            steps ?: listOf(RouteStep(1u, item.role, Quorum.All, listOf(signer))), listOf("ke-hoach.pdf"), place, item.dueAt, item.inPlaceOf, paper,
            received.firstOrNull { it.request == request }?.receipt,
        )
    }

    /** What happens while a document is fetched. */
    var opens: () -> Unit = {}

    override suspend fun openRequest(request: String): Opened = asked("open $request") {
        opens()
        Opened(request, version, listOf(DocumentRef("00", 1u, "application/pdf")), pages, findings, signatures, meanwhile)
    }

    override suspend fun sheet(request: String): Sheet = asked("sheet $request") {
        val item = items.first { it.request == request }
        Sheet(
            asked.size.toULong(), request, 1u, 1u, item.role, item.unit, item.metadata, emptyList(),
            // What shows no signature stamps no page.
            SheetSigning("pdfrev/1", place.takeIf { page != null }, "00", "00"), authority, "0123456789abcdef",
            findings, meanwhile, now, item.expiresAt, now.plusSeconds(300),
            item.inPlaceOf?.let { InPlace(it, "KT. CHỦ TỊCH", now.plusSeconds(86_400)) }, signer,
        )
    }

    override suspend fun approve(sheet: ULong): Decided = asked("approve") { decides() }
    override suspend fun reject(request: String, reason: String): Decided = asked("reject $request: $reason") { decides() }
    override suspend fun returnForChanges(request: String, reason: String): Decided = asked("return $request: $reason") { decides() }
    override suspend fun flush(): List<OutboxEntry> = asked("flush") { entries }
    override suspend fun sync(): Synced = asked("sync") {
        unknown = emptySet()
        SYNCED
    }
    override suspend fun verify(file: ByteArray): Verification = asked("verify") { judges() }

    override suspend fun openLink(link: String): PhoneState = asked("link $link") { stands }
    override suspend fun beginEnrollment(link: String): EnrollmentPreview = error("openLink is asked instead")
    override suspend fun takeSlip(link: String): HeldSlip = error("openLink is asked instead")
    override suspend fun slipStatus(): HeldSlip = error("not asked")
    override suspend fun openSlip(shortCode: String): EnrollmentPreview = asked("short code $shortCode") { PREVIEW }
    override suspend fun sendKeys(): String = asked("keys") { "7391 0264" }
    override suspend fun enrollmentStatus(): EnrollmentStatus = asked("status") { statuses.removeFirst() }
    override suspend fun abandonEnrollment() = asked("abandon") { stands = PhoneState.NotEnrolled }
    override suspend fun otherDevices(): List<OtherDevice> = asked("others") { others }
    override suspend fun reportLost(device: String): Unit = asked("lost $device") {
        others = others.map { if (it.id == device) it.copy(state = OtherDeviceState.SUSPENDED) else it }
    }
    override suspend fun askReplacement(): Unit = asked("replacement") {}
    override suspend fun awaitNews(): Synced? {
        asked += "listen"
        return news()
    }
    override suspend fun pushRegister(address: PushAddress): PushStatus = asked("register") {
        address.also { told = it }
        push
    }
    override suspend fun pushRemove(): Unit = asked("remove") { told = null }
    override suspend fun pushStatus(): PushStatus = asked("push") { push }
    override suspend fun pushTest(): Unit = asked("push test") { wakes() }
    override suspend fun pagePng(request: String, page: UInt, width: UInt, view: PageView): ByteArray = error("strips are asked for instead")
    override suspend fun regionPng(request: String, region: Region, view: PageView): ByteArray = asked("region $region") { ByteArray(0) }

    // Looking and keeping.
    var page: StampedPage? = StampedPage(2u, PageSize(59528, 84189), Rect(29764, 42094, 44646, 50513))
    var attached: List<Attachment> = emptyList()
    var attachedPages = listOf(PageSize(1, 1))
    var changed: List<ChangedPage> = emptyList()
    var drawn = BeforeAndAfter(byteArrayOf(1), byteArrayOf(2), PageSize(100, 200), listOf(Rect(10, 100, 50, 150)))
    var keeps: (String) -> Kept = { throw PhoneException.NotFinished(it) }

    override fun stampedPage(sheet: ULong): StampedPage? = page
    override suspend fun sheetRegionPng(sheet: ULong, region: Region): ByteArray = asked("sheet $sheet page ${region.page}") { ByteArray(0) }
    override fun attachments(request: String): List<Attachment> = attached
    override suspend fun attachmentPages(request: String, place: UInt): List<PageSize> = asked("attachment $place") { attachedPages }
    override suspend fun attachmentRegionPng(request: String, place: UInt, region: Region): ByteArray = asked("attachment $place $region") { ByteArray(0) }
    override suspend fun changedPages(request: String): List<ChangedPage> = asked("changed $request") { changed }
    override suspend fun changedPage(request: String, revision: UInt, page: UInt, width: UInt): BeforeAndAfter =
        asked("compare $request $revision $page") { drawn }
    override suspend fun changedPagesOf(file: ByteArray): List<ChangedPage> = asked("changed file") { changed }
    override suspend fun changedPageOf(file: ByteArray, revision: UInt, page: UInt, width: UInt): BeforeAndAfter =
        asked("compare file $revision $page") { drawn }
    override suspend fun kept(request: String): Kept = asked("kept $request") { keeps(request) }

    // Delegations, copies, comments.
    var may: List<Delegate> = emptyList()
    var delegated: List<Delegation> = emptyList()
    var drafted: DelegationDraft? = null
    var gives: () -> String = { "g" }
    var afterEnd: () -> Unit = {}
    var received: List<ReceivedCopy> = emptyList()
    var said: List<Comment> = emptyList()

    override suspend fun delegates(): List<Delegate> = asked("delegates") { may }
    override suspend fun delegations(): List<Delegation> = asked("delegations") { delegated }
    override fun titleInPlace(form: DelegationForm): String = "${abbreviation(form)} CHỦ TỊCH"
    override suspend fun delegate(draft: DelegationDraft): String = asked("delegate") {
        drafted = draft
        gives()
    }
    override suspend fun endDelegation(delegation: String, why: String): Unit = asked("end $delegation: $why") {
        delegated = delegated.map { if (it.delegation == delegation) it.copy(state = DelegationState.ENDED) else it }
        afterEnd()
    }
    override fun copies(): List<ReceivedCopy> = received
    override suspend fun comments(request: String): List<Comment> = asked("comments $request") { said }
    override suspend fun comment(request: String, document: UInt, page: UInt, text: String): String =
        asked("comment $request $document $page: $text") { "c" }
    override suspend fun withdrawComment(request: String, comment: String): Unit = asked("withdraw $comment") {
        said = said.map { if (it.id == comment) it.copy(text = null, withdrawnAt = now) else it }
    }

    companion object {
        val PREVIEW = EnrollmentPreview("https://ky.example.vn", PERSON, UNIT, PromptPolicy.PerUse)
        val SYNCED = Synced(0u, 812u, 4_000)
        val OVERTAKEN: Decided = Decided.Refused(ProblemKind.OVERTAKEN, RECEIPT)
    }
}

/** A practice as a script. */
internal class FakePractice : PracticeInterface {
    var refuses: PhoneException? = null
    val asked = mutableListOf<String>()

    private fun <T> asked(what: String, answer: () -> T): T {
        asked += what
        refuses?.let { throw it }
        return answer()
    }

    override suspend fun open() = asked("open") {
        val page = PageSize(59528, 84189)
        PracticeDocument(listOf(page, page), emptyList(), StampedPage(1u, page, Rect(28000, 41000, 52000, 50000)))
    }

    override suspend fun prepare(): Instant = asked("prepare") { NOW }
    override suspend fun sign(): Verification = asked("sign") {
        val answers = listOf(
            Answer(Question.INTEGRITY, Outcome.OK, "intact", ""), Answer(Question.CHAIN, Outcome.CANNOT_BE_DETERMINED, "no-trusted-issuer", ""),
            Answer(Question.REVOCATION, Outcome.CANNOT_BE_DETERMINED, "chain-unknown", ""),
        )
        val judgement = Judgement(Verdict.UNDETERMINED, SignatureKind.SIGNATURE, "BẢN TẬP / PRACTICE", null, SigningTime.Claimed(NOW), answers)
        Verification(Verdict.UNDETERMINED, "00", NOW, Outcome.OK, "sound", emptyList(), listOf(VerifiedSignature(judgement, emptyList())))
    }
    override suspend fun regionPng(region: Region, view: PracticeView): ByteArray = asked("$view ${region.page}") { ByteArray(0) }
}

/** Secrets for as long as a test runs. */
internal class FakeSecrets : SecretStore {
    val kept = mutableMapOf<String, ByteArray>()

    override suspend fun put(name: String, secret: ByteArray) { kept[name] = secret }
    override suspend fun get(name: String): ByteArray? = kept[name]
    override suspend fun remove(name: String) { kept.remove(name) }
}

/** A push service that a test plays. */
internal class FakePush(override val kind: PushKind, var there: List<PushProvider>) : PushService {
    val asked = mutableListOf<String>()

    override fun providers() = there
    override fun register(provider: String, vapid: ByteArray) { asked += "register $provider" }
    override fun unregister(provider: String) { asked += "unregister $provider" }
    override fun forget() { asked += "forget" }
}

internal fun wakingOf(phone: FakePhone, vararg services: PushService, secrets: FakeSecrets = FakeSecrets()) = Waking({ phone }, secrets, services.toList())

internal class FakeDevice : Device {
    var lock = ScreenLock.BIOMETRIC
    var notifications = Notifications.OFF
    var language = Language.VIETNAMESE
    override val app = "Trien test"
    override val model = "JVM"
    var keyPlace = KeyPlace.UNKNOWN
    override fun keys() = keyPlace
    override fun lock(passcode: Boolean) =
        if (passcode && lock == ScreenLock.NONE_ENROLLED) ScreenLock.PASSCODE else lock
    override fun notifications() = notifications
    override suspend fun allowNotifications() = Notifications.PUSH.also { notifications = it }

    var waits: Waits? = null
    var securityOpened = 0
    override fun waits(waits: Waits) {
        this.waits = waits
    }
    override fun openSecurity() {
        securityOpened++
    }
    override fun language() = language
    override fun speak(language: Language) {
        this.language = language
    }

    var practice: PracticeInterface = FakePractice()
    var handing = Handing.TAKEN
    val handed = mutableListOf<Shared>()
    override fun practice() = practice
    override suspend fun share(files: List<Shared>): Handing = handing.also { handed += files }
    override suspend fun unshare() = handed.clear()
}
