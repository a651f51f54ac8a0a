package vn.trien.story

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.Office
import vn.trien.core.OtherDeviceState
import vn.trien.present.Check
import vn.trien.present.DevicesEvent
import vn.trien.present.DevicesPresenter
import vn.trien.present.DiagnosticsEvent
import vn.trien.present.DiagnosticsPresenter
import vn.trien.present.DocumentContent
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.EnrollmentStep
import vn.trien.present.InboxPresenter
import vn.trien.present.Others
import vn.trien.present.Place
import vn.trien.present.Remedy
import vn.trien.present.SettingsPresenter
import vn.trien.present.SheetContent
import vn.trien.present.SignEvent
import vn.trien.present.SignPresenter
import vn.trien.present.SyncStatus
import vn.trien.present.Validity

/** Whether a phone may sign changes while it is in use: by the office, by time, by a new finger. */
class StandingTest : Telling() {
    @Story("suspended")
    fun `a suspended phone is refused with proof, and signs again once it is let`() = runBlocking<Unit> {
        val handset = enrolled("Phan Đình Phùng")
        val request = submitted("Phan Đình Phùng", "Chỉ thị")
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        assertIs<SheetContent.Ready>(handset.sheet())
        office.suspend(handset.id)
        val refused = assertIs<SheetContent.Refused>(handset.confirm())
        assertTrue("tạm" in said(refused.why), said(refused.why))
        said(refused.what)
        val failure = assertIs<SyncStatus.Failed>(handset.home().sync).failure
        assertTrue("tạm" in said(failure), said(failure))
        recordedNothing(request)

        office.resume(handset.id)
        assertEquals(1, handset.home().waiting)
        assertIs<SheetContent.Signed>(handset.sign(request))
        recordedOnce(request)
    }

    @Story("lost")
    fun `a phone that is reported lost from another one stops at once`() = runBlocking<Unit> {
        val lost = enrolled("Phan Châu Trinh")
        val other = handset().also { it.enroll(office, office.inviteAgain("Phan Châu Trinh")) }
        val request = submitted("Phan Châu Trinh", "Thông tư")
        lost.home()
        lost.app.returned()
        assertIs<DocumentContent.Open>(lost.open(request))
        assertIs<SheetContent.Ready>(lost.sheet())

        other.app.go(Place.Devices)
        val devices = other.at<DevicesPresenter>()
        val line = assertIs<Others.Known>(devices.until { it.others != Others.Asking }.others).lines.single()
        assertEquals(lost.id, line.id)
        devices.on(DevicesEvent.Lost(line))
        devices.on(DevicesEvent.ReallyLost)
        val now = assertIs<Others.Known>(devices.until { it.losing == null && it.others != Others.Asking }.others)
        assertEquals(OtherDeviceState.SUSPENDED, now.lines.single().state)

        // Whoever holds it is told before they ask, and what they sign does not stand.
        val list = lost.app.scenes.value.first().presenter as InboxPresenter
        assertIs<SyncStatus.Failed>(list.until { it.sync is SyncStatus.Failed }.sync)
        assertIs<SheetContent.Refused>(lost.confirm())
        recordedNothing(request)
        other.home()
        assertIs<SheetContent.Signed>(other.sign(request))
        recordedOnce(request)
    }

    @Story("certificate-ended")
    fun `a certificate that has ended signs nothing, and a new one takes its place`() = runBlocking<Unit> {
        val office = ending(Office(settings = mapOf("TRIEN_CERTIFICATE_DAYS" to "1"), clock = "-40d"))
        val handset = enrolled("Nguyễn Tri Phương", office)
        office.moveClock(null)
        val request = submitted("Nguyễn Tri Phương", "Nghị quyết", office)
        assertIs<SyncStatus.Done>(handset.home().sync)
        handset.app.go(Place.Settings)
        assertEquals(Validity.ENDED, handset.at<SettingsPresenter>().state.value.certificate?.validity)
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        val failure = assertIs<SheetContent.Failed>(handset.sheet()).failure
        assertTrue("hứng thư" in said(failure), said(failure))
        assertEquals(Remedy.ENROLL_AGAIN, failure.remedy)
        recordedNothing(request, office)

        renewed(handset, office)
        assertIs<SheetContent.Signed>(handset.sign(request))
        recordedOnce(request, office)
    }

    @Story("key-invalidated")
    fun `a key that a new finger has ended signs nothing, and new keys take its place`() = runBlocking<Unit> {
        val handset = enrolled("Hoàng Diệu")
        val request = submitted("Hoàng Diệu", "Biên bản")
        handset.home()
        handset.keys.addFinger()
        val failure = assertIs<SheetContent.Failed>(handset.sign(request)).failure
        assertTrue("khóa ký không dùng được nữa" in said(failure), said(failure))
        assertEquals(Remedy.ENROLL_AGAIN, failure.remedy)
        recordedNothing(request)

        renewed(handset, office)
        assertIs<SheetContent.Signed>(handset.sign(request))
        recordedOnce(request)
    }

    @Story("clock-off")
    fun `a phone whose clock is off by a day signs at the server's time`() = runBlocking<Unit> {
        // Only the difference matters: the server's clock is the one that moves.
        val office = ending(Office(clock = "-1d"))
        val handset = enrolled("Đào Duy Từ", office)
        val ahead = submitted("Đào Duy Từ", "Ký khi máy nhanh một ngày", office)
        assertIs<SyncStatus.Done>(handset.home().sync)
        assertEquals(-DAY, offset(handset), 5.0)
        handset.home()
        assertIs<SheetContent.Signed>(handset.sign(ahead))
        recordedOnce(ahead, office)

        office.moveClock("+1d")
        val behind = submitted("Đào Duy Từ", "Ký khi máy chậm một ngày", office)
        assertIs<SyncStatus.Done>(handset.home().sync)
        assertEquals(DAY, offset(handset), 5.0)
        handset.home()
        assertIs<SheetContent.Signed>(handset.sign(behind))
        recordedOnce(behind, office)
    }

    private suspend fun offset(handset: Handset): Double {
        handset.app.go(Place.Diagnostics)
        handset.at<DiagnosticsPresenter>().on(DiagnosticsEvent.Run)
        return assertIs<Check.Reached>(handset.at<DiagnosticsPresenter>().until { it.check is Check.Reached || it.check is Check.Failed }.check)
            .clockSeconds.toDouble()
    }

    /** Follows the way that the failed sheet in front offers, and ends at the list. */
    private suspend fun renewed(handset: Handset, office: Office) {
        val old = handset.id
        handset.at<SignPresenter>().on(SignEvent.Mend(Remedy.ENROLL_AGAIN))
        handset.step<EnrollmentStep.Start>()
        val code = handset.sendKeys(office.replace(old))
        office.approve(code)
        handset.at<EnrollmentPresenter>().on(EnrollmentEvent.Mend(Remedy.TRY_AGAIN))
        handset.step<EnrollmentStep.Done>()
        assertTrue(handset.id != old)
        assertEquals(1, handset.home().waiting)
    }

    private companion object {
        const val DAY = 86_400.0
    }
}
