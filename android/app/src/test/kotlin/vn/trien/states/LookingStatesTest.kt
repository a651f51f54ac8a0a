package vn.trien.states

import org.junit.Test
import vn.trien.core.BeforeAndAfter
import vn.trien.core.ChangedPage
import vn.trien.core.Finding
import vn.trien.core.KeyStoreException
import vn.trien.core.Outcome
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.core.Rect
import vn.trien.core.Verdict
import vn.trien.core.Verification
import vn.trien.core.VerifiedSignature
import vn.trien.present.A4
import vn.trien.present.AttachmentPresenter
import vn.trien.present.ChangesEvent
import vn.trien.present.ChangesPresenter
import vn.trien.present.Compared
import vn.trien.present.FakePractice
import vn.trien.present.LicencesEvent
import vn.trien.present.LicencesPresenter
import vn.trien.present.NOT_READ
import vn.trien.present.NOW
import vn.trien.present.Picked
import vn.trien.present.Place
import vn.trien.present.PracticeEvent
import vn.trien.present.PracticePresenter
import vn.trien.present.VerifyPresenter
import vn.trien.present.VerifyState
import vn.trien.samples.ATTACHMENT
import vn.trien.samples.CHANGES
import vn.trien.samples.LICENCES
import vn.trien.samples.PRACTICE
import vn.trien.samples.VERIFY

/** Each sample of what is only looked at is a state that its presenter comes to. */
class LookingStatesTest {
    private val onPage = ChangedPage(1u, "Ky1", "An", 1u, listOf("page-content"))
    private val onNone = ChangedPage(1u, "Ky1", "An", null, listOf("actions"))

    private fun Stage.comparing(vararg changed: ChangedPage = arrayOf(onPage, onNone)): ChangesPresenter {
        phone.changed = changed.asList()
        return ChangesPresenter(phone, Compared.OfRequest("1"), scope, go)
    }

    private fun Stage.changes(vararg changed: ChangedPage = arrayOf(onPage, onNone)) = settled(comparing(*changed))

    private fun Stage.drawn(before: ByteArray?, after: ByteArray?, size: PageSize? = null, vararg marks: Rect): ChangesPresenter {
        phone.drawn = BeforeAndAfter(before, after, size, marks.asList())
        return changes()
    }

    @Test
    fun `what was changed`() = reached(
        CHANGES,
        "looking" by { comparing() },
        "listed" by { changes(onNone) },
        "drawing" by { changes().during(ChangesEvent.Look(0)) },
        "drawn" by { drawn(byteArrayOf(1), byteArrayOf(2), PageSize(100, 200), Rect(10, 100, 50, 150)) },
        "new-page" by { drawn(null, byteArrayOf(2)) },
        "gone-page" by { drawn(byteArrayOf(1), null) },
        "not-drawn" by {
            val changes = changes()
            phone.refuses = PhoneException.Render("too-many-operations", "the page takes too much to draw")
            changes.after(ChangesEvent.Look(0))
        },
        "none" by { changes(*emptyArray()) },
        "failed" by {
            phone.refuses = PhoneException.NotOpened("1")
            changes()
        },
    )

    private fun Stage.attachment() = AttachmentPresenter(phone, Place.Attached("1", 1, "phu-luc.pdf"), scope, go)

    @Test
    fun `an attachment`() = reached(
        ATTACHMENT,
        "opening" by { attachment() },
        "open" by {
            phone.attachedPages = listOf(A4, A4)
            settled(attachment())
        },
        "long-name" by {
            phone.attachedPages = listOf(A4)
            settled(attachment())
        },
        "unreachable" by {
            phone.refuses = OFFLINE
            settled(attachment())
        },
        "unsignable" by {
            phone.refuses = PhoneException.Unsignable("encrypted", "the document is encrypted")
            settled(attachment())
        },
    )

    private fun Stage.practice(practice: FakePractice = FakePractice()) = settled(PracticePresenter(practice, scope, go))

    @Test
    fun practice() = reached(
        PRACTICE,
        "opening" by { PracticePresenter(FakePractice(), scope, go) },
        "reading" by { practice() },
        "sheet" by { practice().after(PracticeEvent.Sheet) },
        "signing" by { practice().after(PracticeEvent.Sheet).during(PracticeEvent.Sign) },
        "judged" by { practice().after(PracticeEvent.Sheet, PracticeEvent.Sign) },
        "no-finger" by {
            val fake = FakePractice()
            val practice = practice(fake)
            fake.refuses = PhoneException.Keys(KeyStoreException.Unsupported("no biometric enrolled"))
            practice.after(PracticeEvent.Sheet)
        },
    )

    private fun Stage.verify(file: Picked? = Picked("a.pdf", byteArrayOf(1)), first: VerifyState = VerifyState.Choose) =
        VerifyPresenter(phone, file, scope, go, first)

    private fun Stage.judged(
        verdict: Verdict, vararg reasons: String, changes: List<String> = emptyList(), notes: List<Finding> = emptyList(), document: String? = null,
    ): VerifyPresenter {
        val signatures = if (document == null) listOf(VerifiedSignature(judgement(verdict, reasons.asList()), changes)) else emptyList()
        val outcome = if (document == null) Outcome.OK else Outcome.FAILED
        phone.judges = { Verification(verdict, "00", NOW, outcome, document ?: "sound", notes, signatures) }
        return settled(verify())
    }

    @Test
    fun `a file that is verified`() = reached(
        VERIFY,
        "choose" by { verify(null) },
        "working" by { verify() },
        "valid" by { judged(Verdict.VALID) },
        "undetermined" by { judged(Verdict.UNDETERMINED, "no-trusted-issuer", "chain-unknown", notes = listOf(Finding.FontNotEmbedded)) },
        "not-valid" by { judged(Verdict.NOT_VALID, "document-changed") },
        "changed" by { judged(Verdict.NOT_VALID, changes = listOf("page-content")) },
        "not-read" by { verify(null, NOT_READ) },
        "unsigned" by { judged(Verdict.NOT_VALID, document = "no-signature") },
        "failed" by {
            phone.refuses = PhoneException.Defect("verifying a file")
            settled(verify())
        },
    )

    private val six = (1..6).joinToString("\n") { "part-$it\t1.0\tMIT\t1" } + "\n\u000c\nWords\n"

    private fun Stage.licences() = settled(LicencesPresenter(scope, go) { six })

    @Test
    fun licences() = reached(
        LICENCES,
        "all" by { licences() },
        "open" by { licences().after(LicencesEvent.Open("part-3 1.0")) },
    )
}
