package vn.trien.states

import java.time.Duration
import java.time.Instant
import org.junit.Test
import vn.trien.core.Absence
import vn.trien.core.Assignment
import vn.trien.core.Attachment
import vn.trien.core.CopyReceipt
import vn.trien.core.DecidedBy
import vn.trien.core.DelegationForm
import vn.trien.core.EarlierSignature
import vn.trien.core.Finding
import vn.trien.core.OnPaper
import vn.trien.core.PhoneException
import vn.trien.core.ReceivedCopy
import vn.trien.core.Role
import vn.trien.core.RouteSigner
import vn.trien.core.RouteState
import vn.trien.core.RouteStep
import vn.trien.core.StorageException
import vn.trien.core.Urgency
import vn.trien.core.Verb
import vn.trien.core.Verdict
import vn.trien.present.A4
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.FakePhone
import vn.trien.present.InboxEvent
import vn.trien.present.InboxPresenter
import vn.trien.present.InboxTab
import vn.trien.present.NOW
import vn.trien.present.Notifications
import vn.trien.present.PERSON
import vn.trien.present.Panel
import vn.trien.present.RECORDED
import vn.trien.present.UNIT
import vn.trien.present.WAITING
import vn.trien.present.entry
import vn.trien.present.item
import vn.trien.samples.DOCUMENT
import vn.trien.samples.INBOX
import vn.trien.core.Reading as CoreReading

/** Each sample of the list and of a document is a state that its presenter comes to. */
class ReadingStatesTest {
    private fun Stage.inbox(notifications: Notifications = Notifications.PUSH) =
        settled(InboxPresenter(phone, session, scope, go, { notifications }))

    /** As the sample has them, by urgency and deadline; the third was read. */
    private fun Stage.five() {
        phone.items = listOf(
            item("1", left = Duration.ofMinutes(25), urgency = Urgency.FLASH),
            item("2", left = Duration.ofHours(-1), urgency = Urgency.URGENT, role = Role.REVIEW),
            item("3", left = Duration.ofHours(5)), item("4", "Bổ nhiệm cán bộ", Duration.ofHours(6), role = Role.INITIAL),
            item("5", left = Duration.ofDays(10)),
        )
        session.opened("3")
    }

    private fun Stage.tab(tab: InboxTab): InboxPresenter {
        five()
        return inbox().after(InboxEvent.Show(tab))
    }

    @Test
    fun `the list`() = reached(
        INBOX,
        "waiting" by {
            five()
            phone.entries = listOf(entry("d", WAITING))
            inbox()
        },
        "picking" by {
            five()
            inbox().after(InboxEvent.Pick("1"), InboxEvent.Pick("3"))
        },
        "in-place" by {
            phone.items = listOf(item("5", left = Duration.ofDays(10)).copy(inPlaceOf = PERSON))
            inbox()
        },
        "search" by {
            five()
            inbox().after(InboxEvent.Search("can bo"))
        },
        "search-empty" by {
            five()
            inbox().after(InboxEvent.Search("kho bạc"))
        },
        "empty" by { inbox() },
        "empty-asks" by { inbox(Notifications.BY_ITSELF) },
        "empty-silent" by { inbox(Notifications.OFF) },
        "never" by {
            phone.synced = null
            inbox()
        },
        "disk-full" by {
            five()
            phone.refuses = PhoneException.Storage(StorageException.Full("requests"))
            inbox()
        },
        "first" by {
            phone.synced = null
            InboxPresenter(phone, session, scope, go)
        },
        "pulled" by {
            five()
            inbox().during(InboxEvent.Pull)
        },
        "unreachable" by {
            phone.items = listOf(item("5", left = Duration.ofDays(10)))
            phone.refuses = OFFLINE
            inbox()
        },
        "copies" by {
            phone.received = listOf(copy("c1", null), copy("c2", NOW))
            inbox().after(InboxEvent.Show(InboxTab.COPIES))
        },
        "copies-empty" by { inbox().after(InboxEvent.Show(InboxTab.COPIES)) },
        "done" by {
            phone.entries = listOf(entry("a3", FakePhone.OVERTAKEN), entry("a2", RECORDED, verb = Verb.REJECT), entry("a1", RECORDED))
            tab(InboxTab.DONE)
        },
        "done-empty" by { tab(InboxTab.DONE) },
        "unsent" by {
            phone.entries = listOf(entry("a4", WAITING, verb = Verb.RETURN))
            tab(InboxTab.UNSENT)
        },
        "unsent-empty" by { tab(InboxTab.UNSENT) },
    )

    private fun copy(request: String, opened: Instant?) =
        ReceivedCopy(request, UNIT, item(request).metadata, null, CopyReceipt(NOW, opened))

    /** As the sample has it: one decided for another, and two are away, or will be. */
    private fun away(): List<RouteStep> {
        val days = Duration.ofDays(1)
        val more: List<(RouteSigner) -> RouteSigner> = listOf(
            { it }, { it.copy(by = DecidedBy(PERSON, DelegationForm.KT)) },
            { it.copy(absent = Absence(NOW - days, NOW + days)) }, { it.copy(absent = Absence(NOW + days, NOW + days.multipliedBy(4))) },
        )
        return steps().mapIndexed { at, step -> step.copy(signers = step.signers.map(more[at])) }
    }

    private fun Stage.received(): DocumentPresenter {
        phone.received = listOf(copy("1", NOW))
        phone.steps = stepsDone()
        return closed()
    }

    private fun Stage.document(panel: Panel? = null): DocumentPresenter {
        if (phone.items.isEmpty()) phone.items = listOf(item("1"))
        return closed().also { document -> panel?.let { document.after(DocumentEvent.Toggle(it)) } }
    }

    /** Of a request that waits for nobody here. */
    private fun Stage.closed(): DocumentPresenter {
        if (phone.steps == null) phone.steps = steps()
        return settled(DocumentPresenter(phone, session, "1", scope, go))
    }

    /** As the sample has it: the leader has approved, and a token has still to sign. */
    private fun Stage.awaiting(until: Instant): DocumentPresenter {
        val of = steps()[2].let { step -> step.copy(signers = step.signers.map { it.copy(awaitsUntil = until) }) }
        phone.ended = RouteState.Open(3u)
        phone.steps = steps().take(2) + of + steps().drop(3)
        return closed()
    }

    private fun Stage.refused(why: PhoneException): DocumentPresenter {
        phone.refuses = why
        return document()
    }

    private fun Stage.sign(vararg signatures: EarlierSignature) {
        phone.meanwhile = 1u
        phone.signatures = signatures.asList()
    }

    private fun Stage.attach() {
        val drawn = Attachment(1u, "phu-luc.pdf", 412_300uL, CoreReading.HERE)
        phone.attached = listOf(drawn, Attachment(2u, "bang.xlsx", 2_500_000uL, CoreReading.ELSEWHERE))
    }

    @Test
    fun `a document`() = reached(
        DOCUMENT,
        "open" by { document() },
        "review" by {
            phone.items = listOf(item("1", role = Role.REVIEW))
            document()
        },
        "findings" by {
            phone.findings = listOf(Finding.SignedBefore(2u), Finding.FontNotEmbedded)
            sign(signature(Verdict.VALID), signature(Verdict.UNDETERMINED, "no-trusted-issuer"))
            document(Panel.FINDINGS)
        },
        "changed" by {
            phone.findings = listOf(Finding.ContentChangedAfterSignature)
            sign(signature(Verdict.NOT_VALID, "document-changed"))
            document(Panel.FINDINGS)
        },
        "first-page" by {
            phone.pages = listOf(A4)
            phone.place = phone.place.copy(page = 0u)
            document()
        },
        "route" by { document(Panel.ROUTE) },
        "files" by {
            attach()
            document(Panel.FILES)
        },
        "all-sound" by {
            phone.signatures = listOf(signature(Verdict.VALID))
            attach()
            document()
        },
        "facts" by { document(Panel.FACTS) },
        "in-place" by {
            phone.items = listOf(item("1").copy(inPlaceOf = PERSON))
            document()
        },
        "away" by {
            phone.steps = away()
            document(Panel.ROUTE)
        },
        "paper" by {
            phone.paper = OnPaper.Finance
            document(Panel.FACTS)
        },
        "copy" by { received() },
        "copy-facts" by { received().after(DocumentEvent.Toggle(Panel.FACTS)) },
        "opening" by { DocumentPresenter(phone, session, "1", scope, go) },
        "unsignable" by { refused(PhoneException.Unsignable("encrypted", "the document is encrypted")) },
        "unreachable" by { refused(OFFLINE) },
        "damaged" by { refused(PhoneException.Document("the digest is another")) },
        "disk-full" by { refused(PhoneException.Storage(StorageException.Full("documents"))) },
        "over" by {
            phone.steps = stepsDone()
            phone.entries = listOf(entry("a1", RECORDED, request = "1"))
            closed()
        },
        "elsewhere" by {
            phone.ended = RouteState.Open(4u)
            phone.steps = steps(Assignment.Released, Assignment.Open)
            closed()
        },
        "awaits" by { awaiting(NOW + Duration.ofDays(1)) },
        "awaits-over" by { awaiting(NOW - Duration.ofMinutes(1)) },
        "recalled" by {
            phone.ended = RouteState.Recalled
            closed()
        },
    )
}
