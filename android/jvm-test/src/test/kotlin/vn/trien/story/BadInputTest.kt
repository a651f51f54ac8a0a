package vn.trien.story

import java.nio.file.Files
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.Mishap
import vn.trien.Office
import vn.trien.core.Verdict
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.EnrollmentStep
import vn.trien.present.Picked
import vn.trien.present.Place
import vn.trien.present.Remedy
import vn.trien.present.SheetContent
import vn.trien.present.VerifyEvent
import vn.trien.present.VerifyPresenter
import vn.trien.present.VerifyState
import vn.trien.present.readQr

/** What reaches a phone that was never meant for it, or in no good state. */
class BadInputTest : Telling() {
    @Story("other-code")
    fun `the code of another app enrolls nothing and says so`() = runBlocking<Unit> {
        val handset = handset()
        for (text in listOf("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", "WIFI:S:van-phong;T:WPA;P:x;;", "https://example.vn/e#v1.AAAA", "8934000000001")) {
            handset.at<EnrollmentPresenter>().on(EnrollmentEvent.Scanned(requireNotNull(scanned(text))))
            val failure = handset.enrollmentFailure()
            assertTrue("không phải liên kết mời của Triện" in said(failure), said(failure))
            assertIs<EnrollmentStep.Start>(handset.at<EnrollmentPresenter>().state.value.step)
        }
        assertNull(readQr(ByteArray(64 * 64) { -1 }, 64, 64, 64), "a picture without a code")
        handset.enroll(office, office.invite("Mạc Đĩnh Chi"))
        assertEquals(0, handset.home().waiting)
    }

    @Story("invitation-ended")
    fun `an invitation whose time is over enrolls nothing, and another one does`() = runBlocking<Unit> {
        val office = ending(Office(clock = "-40d"))
        val late = office.invite("Chu Văn An")
        office.moveClock(null)
        val handset = handset(office)
        handset.at<EnrollmentPresenter>().on(EnrollmentEvent.Scanned(late))
        val failure = handset.enrollmentFailure()
        assertTrue("mời" in said(failure), said(failure))
        assertEquals(Remedy.ENROLL_AGAIN, failure.remedy)
        handset.at<EnrollmentPresenter>().on(EnrollmentEvent.Mend(Remedy.ENROLL_AGAIN))
        assertEquals(EnrollmentStep.Start(), handset.step<EnrollmentStep.Start>())
        handset.enroll(office, office.invite("Chu Thị An"))
    }

    @Story("broken-document")
    fun `a document that is broken, huge or damaged on its way is never signed`() = runBlocking<Unit> {
        val handset = enrolled("Lương Thế Vinh")
        val broken = Files.write(office.folder.resolve("broken.pdf"), Files.readAllBytes(SAMPLE).copyOf(20_000))
        val huge = Files.write(office.folder.resolve("huge.pdf"), Files.readAllBytes(SAMPLE) + ByteArray(HUGE))
        assertFalse(office.refuses(broken, "Lương Thế Vinh").isBlank())
        val tooLarge = office.refuses(huge, "Lương Thế Vinh")
        assertTrue("${50 * 1024 * 1024}" in tooLarge, tooLarge)
        assertEquals(0, handset.home().waiting)

        val request = submitted("Lương Thế Vinh", "Đề án")
        handset.home()
        val damaged = office.road.next(DOCUMENT, Mishap.ANSWER_DAMAGED)
        val failure = assertIs<DocumentContent.Failed>(handset.open(request)).failure
        damaged.await()
        assertTrue("không đúng văn bản" in said(failure), said(failure))
        assertEquals(Remedy.TRY_AGAIN, failure.remedy)
        handset.at<DocumentPresenter>().on(DocumentEvent.Mend(Remedy.TRY_AGAIN))
        assertIs<DocumentContent.Open>(handset.opened())
        assertIs<SheetContent.Ready>(handset.sheet())
        assertIs<SheetContent.Signed>(handset.confirm())
        recordedOnce(request)
    }

    @Story("foreign-file")
    fun `a file that another app hands over is judged or refused in words, whatever it is`() = runBlocking<Unit> {
        val handset = enrolled("Lê Quý Đôn")
        val request = submitted("Lê Quý Đôn", "Vân đài")
        handset.home()
        assertIs<SheetContent.Signed>(handset.sign(request))
        val signed = Files.readAllBytes(office.download(request))

        assertEquals(Verdict.VALID, assertIs<VerifyState.Judged>(judged(handset, signed)).verdict)
        val changed = signed.clone().also { it[it.size / 4] = (it[it.size / 4] + 1).toByte() }
        for (bytes in listOf(changed, signed.copyOf(signed.size / 2), ByteArray(0), "không phải PDF".toByteArray())) {
            val judged = assertIs<VerifyState.Judged>(judged(handset, bytes))
            assertTrue(judged.verdict != Verdict.VALID, "$judged")
            (judged.why + judged.notes + judged.signatures.flatMap { it.why }).also { assertTrue(it.isNotEmpty()) }.forEach(::said)
        }
        val failure = assertIs<VerifyState.Failed>(judged(handset, ByteArray(3 * HUGE))).failure
        assertTrue("lớn" in said(failure), said(failure))
        assertEquals(0, handset.home().waiting)
    }

    private suspend fun judged(handset: Handset, bytes: ByteArray): VerifyState {
        handset.app.go(Place.Verify(null))
        handset.at<VerifyPresenter>().on(VerifyEvent.Chosen(Picked("tep.pdf", bytes)))
        return handset.at<VerifyPresenter>().until { it is VerifyState.Judged || it is VerifyState.Failed }
    }

    private companion object {
        const val HUGE = 51 * 1024 * 1024
    }
}
