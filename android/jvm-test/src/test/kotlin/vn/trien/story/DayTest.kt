package vn.trien.story

import java.io.ByteArrayInputStream
import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import javax.imageio.ImageIO
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.Office
import vn.trien.Person
import vn.trien.core.PageView
import vn.trien.core.PhoneState
import vn.trien.core.Verdict
import vn.trien.present.Chip
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.EnrollmentStep
import vn.trien.present.How
import vn.trien.present.InboxEvent
import vn.trien.present.InboxPresenter
import vn.trien.present.InboxTab
import vn.trien.present.Keeping
import vn.trien.present.NotMeEvent
import vn.trien.present.NotMePresenter
import vn.trien.present.NotMeProgress
import vn.trien.present.Place
import vn.trien.present.PracticeEvent
import vn.trien.present.PracticePresenter
import vn.trien.present.PracticeStep
import vn.trien.present.Prompts
import vn.trien.present.ReceiptEvent
import vn.trien.present.ReceiptPresenter
import vn.trien.present.ReceiptStanding
import vn.trien.present.RefuseEvent
import vn.trien.present.RefusePresenter
import vn.trien.present.RefuseProgress
import vn.trien.present.Running
import vn.trien.present.SeveralEvent
import vn.trien.present.SeveralPresenter
import vn.trien.present.SheetContent
import vn.trien.present.SignEvent
import vn.trien.present.SignPresenter
import vn.trien.present.Strip
import vn.trien.present.SyncStatus

/** A day on which nothing goes wrong. */
class DayTest : Telling() {
    @Story("enroll")
    fun `a scanned invitation and the code that is read out make a phone that may sign`() = runBlocking<Unit> {
        val first = Handset(office.folder.resolve("enrolling"))
        val code = first.use {
            val link = requireNotNull(scanned(office.invite("Trần Minh Khuê")))
            it.at<EnrollmentPresenter>().on(EnrollmentEvent.Scanned(link))
            val check = it.step<EnrollmentStep.Check>()
            assertEquals("Trần Minh Khuê", check.holder.name)
            assertEquals("Ủy ban nhân dân xã Mây Ngàn", check.holder.office)
            it.at<EnrollmentPresenter>().on(EnrollmentEvent.Right)
            it.step<EnrollmentStep.Waiting>().code
        }

        // The app was ended while the officer was busy.
        val handset = ending(Handset(first.folder))
        assertEquals(code, handset.step<EnrollmentStep.Waiting>().code)
        office.approve(code)
        assertEquals("Trần Minh Khuê", handset.step<EnrollmentStep.Done>().name)
        handset.at<EnrollmentPresenter>().on(EnrollmentEvent.ToInbox)
        val inbox = handset.synced()
        assertIs<SyncStatus.Done>(inbox.sync)
        assertEquals(0, inbox.waiting)
    }

    @Story("practice")
    fun `a document to practise on is signed by a key of its own, and nothing of it reaches an office`() = runBlocking<Unit> {
        val prompts = CopyOnWriteArrayList<String>()
        val handset = handset(person = Person { prompts += it })
        handset.app.go(Place.Practice)
        val practice = handset.at<PracticePresenter>()
        practice.until { it.step is PracticeStep.Reading }
        practice.on(PracticeEvent.Sheet)
        practice.until { it.step is PracticeStep.Sheet }
        practice.on(PracticeEvent.Sign)
        val judged = assertIs<PracticeStep.Judged>(practice.until { it.step is PracticeStep.Judged || it.step is PracticeStep.Failed }.step)
        assertEquals(Verdict.UNDETERMINED, judged.signatures.single().verdict)
        assertEquals(1, prompts.size)
        assertEquals(PhoneState.NotEnrolled, handset.phone.state())
        assertEquals(0, handset.phone.outbox().size)
    }

    @Story("sign")
    fun `a document is synced, read and signed with one prompt, and its receipt is kept`() = runBlocking<Unit> {
        val prompts = CopyOnWriteArrayList<String>()
        val handset = enrolled("Nguyễn Đức Minh", person = Person { prompts += it })
        prompts.clear()
        val request = submitted("Nguyễn Đức Minh", "Thí điểm ký số")

        assertEquals("Thí điểm ký số", handset.home().sections.single().rows.single().subject)
        val open = assertIs<DocumentContent.Open>(handset.open(request))
        assertEquals(2, open.pages.size)
        assertEquals(1, open.place)
        val page = handset.app.pages(request, PageView.PLAIN).draw(Strip(page = 1, pageWidth = 720, top = 100, height = 256))
        assertEquals(720 to 256, ImageIO.read(ByteArrayInputStream(page)).run { width to height })

        val sheet = assertIs<SheetContent.Ready>(handset.sheet())
        assertEquals("Chủ tịch", sheet.lines.position)
        assertIs<SheetContent.Signed>(handset.confirm())
        assertEquals(listOf("Duyệt: Thí điểm ký số"), prompts)
        recordedOnce(request)

        handset.at<SignPresenter>().on(SignEvent.ToInbox)
        assertEquals(0, handset.synced().waiting)
        handset.at<InboxPresenter>().on(InboxEvent.Show(InboxTab.DONE))
        val done = handset.at<InboxPresenter>().until { it.tab == InboxTab.DONE }.decisions.single()
        handset.at<InboxPresenter>().on(InboxEvent.Look(done.decision))
        val receipt = assertIs<ReceiptStanding.Recorded>(handset.at<ReceiptPresenter>().state.value.standing)
        assertTrue(receipt.proof.startsWith("c2sp.org/tlog-proof@v1"))
    }

    @Story("share")
    fun `a signed document and its evidence are handed on as the office has them, once all have decided`() = runBlocking<Unit> {
        val handset = enrolled("Đỗ Quang Vinh")
        val request = submitted("Đỗ Quang Vinh", "Bổ nhiệm cán bộ")
        handset.home()
        handset.open(request)
        handset.sheet()
        assertIs<SheetContent.Signed>(handset.confirm())
        handset.at<SignPresenter>().on(SignEvent.ToInbox)
        handset.synced()
        handset.at<InboxPresenter>().on(InboxEvent.Show(InboxTab.DONE))
        val done = handset.at<InboxPresenter>().until { it.tab == InboxTab.DONE }.decisions.single()
        handset.at<InboxPresenter>().on(InboxEvent.Look(done.decision))
        val receipt = handset.at<ReceiptPresenter>()
        receipt.on(ReceiptEvent.Share)
        assertIs<Keeping.Handed>(receipt.until { it.keeping is Keeping.Handed || it.keeping is Keeping.Failed }.keeping)
        val (document, evidence) = handset.device.shared
        assertArrayEquals(Files.readAllBytes(office.download(request)), document.bytes)
        assertTrue(evidence.bytes.decodeToString().contains("c2sp.org/tlog-proof@v1"), evidence.name)
    }

    @Story("reject")
    fun `a rejection ends the request and brings its reason to the office`() = runBlocking<Unit> {
        val handset = enrolled("Lê Thu Hà")
        val request = submitted("Lê Thu Hà", "Mua sắm thiết bị")
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        handset.at<DocumentPresenter>().on(DocumentEvent.Reject)
        handset.at<RefusePresenter>().run {
            on(RefuseEvent.Toggle(Chip.MISSING))
            on(RefuseEvent.Write("chưa có dự toán kinh phí"))
            on(RefuseEvent.Send)
            until { it.progress is RefuseProgress.Leaving }
            on(RefuseEvent.Undo)
            assertEquals(RefuseProgress.Writing, state.value.progress)
            recordedNothing(request)
            on(RefuseEvent.Send)
            assertIs<RefuseProgress.Recorded>(until { it.progress is RefuseProgress.Recorded || it.progress is RefuseProgress.Failed }.progress)
        }
        val shown = office.show(request)
        assertTrue("Thiếu hồ sơ. chưa có dự toán kinh phí" in shown && "rejected" in shown, shown)
        assertEquals(1, office.decisions(request).size)
        assertEquals(0, handset.home().waiting)
    }

    @Story("not-me")
    fun `a request that nobody expected is reported, and the office sees it`() = runBlocking<Unit> {
        val handset = enrolled("Lê Văn Khôi")
        val request = submitted("Lê Văn Khôi", "Chuyển tiền gấp")
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        handset.at<DocumentPresenter>().on(DocumentEvent.NotMe)
        val notMe = handset.at<NotMePresenter>()
        assertEquals("Ủy ban nhân dân xã Mây Ngàn", notMe.until { it.from.isNotEmpty() }.from)
        recordedNothing(request)
        notMe.on(NotMeEvent.Tell)
        assertEquals(NotMeProgress.Told(recorded = true), notMe.until { it.progress != NotMeProgress.Asking && it.progress != NotMeProgress.Sending }.progress)

        val shown = office.show(request)
        assertTrue("Tôi không biết yêu cầu ký này" in shown && "rejected" in shown, shown)
        assertEquals(1, office.decisions(request).size)
        notMe.on(NotMeEvent.ToInbox)
        assertEquals(0, handset.synced().waiting)
    }

    @Story("several")
    fun `several documents are each read, and then signed one after the other`() = runBlocking<Unit> {
        val prompts = CopyOnWriteArrayList<String>()
        val handset = enrolled("Phạm Văn Sơn", person = Person { prompts += it })
        prompts.clear()
        val requests = listOf("Kế hoạch tuần", "Giấy mời", "Thông báo").map { submitted("Phạm Văn Sơn", it) }
        handset.home()
        handset.at<InboxPresenter>().run {
            requests.forEach { on(InboxEvent.Pick(it)) }
            on(InboxEvent.Together)
        }
        val several = handset.at<SeveralPresenter>()
        repeat(requests.size) {
            several.on(SeveralEvent.SignAll)
            assertEquals(Running.NO, several.state.value.running, "nothing is signed while one was not read")
            several.on(SeveralEvent.OneByOne)
            assertIs<DocumentContent.Open>(handset.opened())
            handset.app.go(Place.Back)
        }
        assertFalse(several.state.value.rows.any { it.how != How.Ready })
        several.on(SeveralEvent.SignAll)
        val rows = several.until { it.running == Running.DONE }.rows
        assertTrue(rows.size == 3 && rows.all { it.how is How.Signed }, "$rows")
        assertEquals(3, prompts.size)
        requests.forEach { recordedOnce(it) }
        assertEquals(0, handset.home().waiting)
    }

    @Story("several-session")
    fun `several documents are signed with one prompt where the office allows it, and no more than it allows`() = runBlocking<Unit> {
        val office = ending(Office())
        office.allowSessions(seconds = 60, signatures = 2)
        val prompts = CopyOnWriteArrayList<String>()
        val handset = enrolled("Phan Huy Chú", office, Person { prompts += it })
        // The prompt of the enrollment is good for none of these.
        handset.keys.pass(seconds = 61)
        prompts.clear()
        val requests = listOf("Một", "Hai", "Ba", "Bốn").map { submitted("Phan Huy Chú", it, office) }
        handset.home()
        requests.forEach {
            assertIs<DocumentContent.Open>(handset.open(it))
            handset.app.go(Place.Back)
        }
        val (three, last) = requests.take(3) to requests.last()
        handset.at<InboxPresenter>().run {
            three.forEach { on(InboxEvent.Pick(it)) }
            on(InboxEvent.Together)
        }
        val several = handset.at<SeveralPresenter>()
        assertEquals(Prompts.Every(2), several.state.value.prompts)
        several.on(SeveralEvent.SignAll)
        val rows = several.until { it.running == Running.DONE }.rows
        assertTrue(rows.size == 3 && rows.all { it.how is How.Signed }, "$rows")
        assertEquals(listOf("Duyệt: Một", "Duyệt: Ba"), prompts, "two signatures a prompt")

        // One signature of the second prompt is left, and its time is over.
        handset.keys.pass(seconds = 60)
        handset.home()
        assertIs<SheetContent.Signed>(handset.sign(last))
        assertEquals(3, prompts.size)
        requests.forEach { recordedOnce(it, office) }
    }
}
