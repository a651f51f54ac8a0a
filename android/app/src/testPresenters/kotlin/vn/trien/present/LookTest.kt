package vn.trien.present

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.Attachment
import vn.trien.core.ChangedPage
import vn.trien.core.Evidenced
import vn.trien.core.Kept
import vn.trien.core.KeySignerException
import vn.trien.core.KeyStoreException
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.core.RouteState
import vn.trien.core.Verdict
import vn.trien.core.Reading as CoreReading

@OptIn(ExperimentalCoroutinesApi::class)
class LookTest {
    private val phone = FakePhone().apply { items = listOf(item("1")) }
    private val device = FakeDevice()
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())

    private fun document() = DocumentPresenter(phone, Session(phone), "1", scope, went::add)
    private fun sign(first: Look = Look.LINES) = SignPresenter(phone, Session(phone), null, "1", scope, went::add, first)
    private fun changes() = ChangesPresenter(phone, Compared.OfRequest("1"), scope, went::add)
    private fun receipt(decision: String = "d-1") = ReceiptPresenter(phone, decision, device, scope, went::add)
    private fun ready(sign: SignPresenter) = sign.state.value.sheet as SheetContent.Ready

    @Test
    fun `the place of a signature is measured from the upper left of its page`() {
        val place = mark(0, vn.trien.core.Rect(10, 100, 50, 150), PageSize(100, 200))
        assertEquals(Mark(0, 0.1f, 0.25f, 0.5f, 0.5f), place)
    }

    @Test
    fun `a new version says that it is one`() {
        fun version(number: UInt): String? {
            phone.version = number
            val open = document().state.value.content as DocumentContent.Open
            return open.facts.firstOrNull { it.name == words("app-fact-version") }?.value
        }
        assertNull(version(1u))
        assertEquals("2", version(2u))
    }

    @Test
    fun `a sheet shows the page that it stamps and goes back to its lines`() {
        val sign = sign()
        sign.on(SignEvent.Show(Look.PAGE))
        assertEquals(Look.PAGE, ready(sign).look)
        assertEquals(2, ready(sign).stamped?.page?.page)
        sign.on(SignEvent.Cancel)
        assertEquals(Look.LINES, ready(sign).look)
        sign.on(SignEvent.Cancel)
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `a sheet that is renewed shows the page of the new sheet and of no other`() {
        val sign = sign()
        sign.on(SignEvent.Show(Look.PAGE))
        val before = ready(sign).stamped?.sheet
        phone.now = phone.now.plusSeconds(300)
        scope.testScheduler.advanceTimeBy(301_000)
        assertEquals(Look.PAGE, ready(sign).look)
        assertEquals(Prompt.RENEWED, ready(sign).prompt)
        assertTrue(ready(sign).stamped?.sheet != before)
    }

    @Test
    fun `nothing is signed from the page alone`() {
        document().on(DocumentEvent.Preview)
        assertEquals(listOf<Place>(Place.Sign("1", Look.PAGE)), went)
        val sign = sign(Look.PAGE)
        assertEquals(Look.PAGE, ready(sign).look)
        sign.on(SignEvent.Cancel)
        assertEquals(Place.Back, went.last())
        assertTrue("approve" !in phone.asked)
    }

    @Test
    fun `a signature that is not seen has no page to show`() {
        phone.page = null
        val sign = sign(Look.PAGE)
        assertEquals(Look.LINES, ready(sign).look)
        sign.on(SignEvent.Show(Look.PAGE))
        assertEquals(Look.LINES, ready(sign).look)
        assertNull(ready(sign).stamped)
    }

    @Test
    fun `an attachment that is a PDF is read and another is only named`() {
        phone.attached = listOf(
            Attachment(1u, "phu-luc.pdf", 412_300u, CoreReading.HERE), Attachment(2u, "bang.xlsx", 2_500_000u, CoreReading.ELSEWHERE),
        )
        val document = document()
        val (pdf, table) = (document.state.value.content as DocumentContent.Open).attachments
        assertEquals(AttachmentLine("phu-luc.pdf", words("app-size-kb", "count" to 412), 1), pdf)
        assertEquals(AttachmentLine("bang.xlsx", words("app-size-mb", "count" to 2), null), table)
        document.on(DocumentEvent.Read(table))
        assertTrue(went.isEmpty())
        document.on(DocumentEvent.Read(pdf))
        val place = Place.Attached("1", 1, "phu-luc.pdf")
        assertEquals(listOf<Place>(place), went)
        val attachment = AttachmentPresenter(phone, place, scope, went::add)
        assertInstanceOf(AttachmentContent.Open::class.java, attachment.state.value.content)
    }

    @Test
    fun `the first changed page is drawn at once and another when it is asked for`() {
        phone.changed = listOf(
            ChangedPage(1u, "Ky1", "An", null, listOf("actions")), ChangedPage(1u, "Ky1", null, 4u, listOf("page-content", "annotation")),
        )
        val changes = changes()
        val listed = changes.state.value as ChangesState.Listed
        assertEquals(ChangedRow(4, "Ky1", listOf(words("verify-change-page-content"), words("verify-change-annotation"))), listed.rows[1])
        val drawn = assertInstanceOf(Sight.Drawn::class.java, listed.sight)
        assertEquals(1, drawn.row)
        assertEquals(listOf(Mark(0, 0.1f, 0.25f, 0.5f, 0.5f)), drawn.marks)
        assertTrue("compare 1 1 4" in phone.asked)
        changes.on(ChangesEvent.Look(0))
        assertEquals(1, phone.asked.count { it.startsWith("compare") }, "what touches no page has no picture")
    }

    @Test
    fun `a page that cannot be drawn says why beside the list`() {
        phone.changed = listOf(ChangedPage(1u, "Ky1", "An", 0u, listOf("page-content")))
        val changes = changes()
        phone.refuses = PhoneException.Render("too-many-operations", "the page takes too much to draw")
        changes.on(ChangesEvent.Look(0))
        val listed = assertInstanceOf(ChangesState.Listed::class.java, changes.state.value)
        val failed = assertInstanceOf(Sight.Failed::class.java, listed.sight)
        assertEquals(words("pdf-render-too-many-operations"), failed.failure.what)
    }

    @Test
    fun `a practice is read, looked at, signed and judged, and leaves nothing behind`() {
        val fake = FakePractice()
        val practice = PracticePresenter(fake, scope, went::add)
        assertEquals(1, (practice.state.value.step as PracticeStep.Reading).page)
        practice.on(PracticeEvent.Sign)
        assertEquals(listOf("open"), fake.asked)
        practice.on(PracticeEvent.Sheet)
        assertEquals("08:41 22/11/2026", (practice.state.value.step as PracticeStep.Sheet).at)
        runBlocking { practice.stamped.draw(Strip(0, 100, 0, 50)) }
        assertTrue("STAMPED 1" in fake.asked)
        practice.on(PracticeEvent.Sign)
        val judged = practice.state.value.step as PracticeStep.Judged
        assertEquals(Verdict.UNDETERMINED, judged.signatures.single().verdict)
        assertTrue(phone.asked.isEmpty() && phone.outbox().isEmpty())
        practice.on(PracticeEvent.End)
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `a phone without a finger or a face is told to add one, and nothing of an office's keys`() {
        val fake = FakePractice()
        val practice = PracticePresenter(fake, scope, went::add)
        practice.on(PracticeEvent.Sheet)
        fake.refuses = PhoneException.Keys(KeyStoreException.Unsupported("no biometric enrolled"))
        practice.on(PracticeEvent.Sign)
        val failed = practice.state.value.step as PracticeStep.Failed
        assertEquals(words("app-enroll-no-finger"), failed.failure.what)
        practice.on(PracticeEvent.Mend(failed.failure.remedy))
        assertEquals(listOf<Place>(Place.Security), went)
    }

    @Test
    fun `a dismissed prompt ends the practice and it can be begun again`() {
        val fake = FakePractice()
        val practice = PracticePresenter(fake, scope, went::add)
        practice.on(PracticeEvent.Sheet)
        fake.refuses = PhoneException.Signer(KeySignerException.Cancelled())
        practice.on(PracticeEvent.Sign)
        val failed = practice.state.value.step as PracticeStep.Failed
        assertEquals(words("app-failure-cancelled"), failed.failure.what)
        fake.refuses = null
        practice.on(PracticeEvent.Read)
        assertInstanceOf(PracticeStep.Reading::class.java, practice.state.value.step)
    }

    @Test
    fun `what the core verified is handed on with its proofs, and nothing else is`() {
        phone.items = emptyList()
        phone.entries = listOf(entry("d-1", RECORDED), entry("d-2", WAITING))
        val receipt = receipt()
        assertEquals(Keeping.Offered, receipt.state.value.keeping)
        receipt.on(ReceiptEvent.Share)
        assertInstanceOf(Keeping.Failed::class.java, receipt.state.value.keeping)
        assertTrue(device.handed.isEmpty())
        phone.keeps = { Kept(it, "a.signed.pdf", byteArrayOf(7), listOf(Evidenced("d-1", NOW, "a.1.evidence", "proof")), Verdict.VALID) }
        receipt.on(ReceiptEvent.Share)
        assertEquals(Keeping.Handed(Verdict.VALID, listOf("a.signed.pdf", "a.1.evidence")), receipt.state.value.keeping)
        assertArrayEquals(byteArrayOf(7), device.handed.first().bytes)
        assertEquals("proof", device.handed.last().bytes.decodeToString())
        assertEquals(Keeping.Nothing, receipt("d-2").state.value.keeping, "not recorded yet")
        phone.ended = RouteState.Rejected
        assertEquals(Keeping.Nothing, receipt().state.value.keeping, "not signed by all")
    }

    @Test
    fun `a phone that cannot hand files on says so`() {
        phone.items = emptyList()
        phone.entries = listOf(entry("d-1", RECORDED))
        phone.keeps = { Kept(it, "a.signed.pdf", byteArrayOf(7), emptyList(), Verdict.VALID) }
        device.handing = Handing.REFUSED
        val receipt = receipt()
        receipt.on(ReceiptEvent.Share)
        val failed = assertInstanceOf(Keeping.Failed::class.java, receipt.state.value.keeping)
        assertEquals(words("app-failure-share"), failed.failure.what)
    }

    @Test
    fun `a decision that was refused leads to the document as it stands now`() {
        phone.entries = listOf(entry("d-1", FakePhone.OVERTAKEN, request = "1"))
        val receipt = receipt()
        assertInstanceOf(ReceiptStanding.Refused::class.java, receipt.state.value.standing)
        receipt.on(ReceiptEvent.LookAgain)
        assertEquals(listOf<Place>(Place.Document("1")), went)
    }

    @Test
    fun `a file that could not be read says so, and another can be chosen`() {
        val app = App(phone, device, wakingOf(phone), scope)
        app.go(Place.NotRead)
        val front = app.scenes.value.last().presenter as VerifyPresenter
        assertEquals(VerifyState.Failed(Failure(words("app-failure-not-read"), Remedy.TRY_AGAIN)), front.state.value)
        app.go(Place.NotRead)
        assertEquals(2, app.scenes.value.size, "files that are handed over do not pile up")
        (app.scenes.value.last().presenter as VerifyPresenter).on(VerifyEvent.Again)
        assertEquals(VerifyState.Choose, (app.scenes.value.last().presenter as VerifyPresenter).state.value)
    }
}
