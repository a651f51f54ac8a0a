package vn.trien.present

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.EnrollmentStatus
import vn.trien.core.Erasure
import vn.trien.core.HeldSlip
import vn.trien.core.KeyStoreException
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.PromptPolicy

@OptIn(ExperimentalCoroutinesApi::class)
class EnrollmentTest {
    private val phone = FakePhone().apply { stands = PhoneState.NotEnrolled }
    private val device = FakeDevice()
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())

    private fun enrollment(link: String? = null) = EnrollmentPresenter(phone, device, link, scope, went::add)

    private val invited = PhoneState.Invited(FakePhone.PREVIEW)

    @Test
    fun `a link leads over check and keys to a code, and the officer's answer to the list`() {
        phone.statuses = mutableListOf(EnrollmentStatus.Pending, EnrollmentStatus.WaitingForCertificate, EnrollmentStatus.Active(PROFILE))
        phone.stands = invited
        val enrollment = enrollment("https://ky.example.vn/e#AAAA")
        val check = assertInstanceOf(EnrollmentStep.Check::class.java, enrollment.state.value.step)
        assertEquals("ky.example.vn", check.holder.server)
        enrollment.on(EnrollmentEvent.Right)
        assertEquals(EnrollmentStep.Waiting("7391 0264", Notifications.OFF, Pending.OFFICER), enrollment.state.value.step)
        enrollment.on(EnrollmentEvent.AllowNotifications)
        scope.testScheduler.advanceTimeBy(5_001)
        assertEquals(EnrollmentStep.Waiting("7391 0264", Notifications.PUSH, Pending.CERTIFICATE), enrollment.state.value.step)
        scope.testScheduler.advanceTimeBy(5_001)
        assertEquals(EnrollmentStep.Done("Nguyễn Văn An", "Văn phòng UBND tỉnh"), enrollment.state.value.step)
        enrollment.on(EnrollmentEvent.TryNotifications)
        enrollment.on(EnrollmentEvent.ToInbox)
        assertEquals(listOf(Place.Notifications(First.YES), Place.Inbox), went)
    }

    @Test
    fun `before the keys are made the person sees how many papers one prompt is good for`() {
        phone.stands = PhoneState.Invited(FakePhone.PREVIEW.copy(promptPolicy = PromptPolicy.Session(30u.toUShort(), 10u.toUShort())))
        assertEquals(Prompts.Every(10), (enrollment().state.value.step as EnrollmentStep.Check).prompts)
    }

    @Test
    fun `once the phone is enrolled it asks to be woken`() {
        var asked = 0
        phone.stands = PhoneState.WaitingForOfficer("7391 0264")
        phone.statuses = mutableListOf(EnrollmentStatus.Pending, EnrollmentStatus.Active(PROFILE))
        EnrollmentPresenter(phone, device, null, scope, went::add) { asked++ }
        assertEquals(0, asked)
        scope.testScheduler.advanceTimeBy(5_001)
        assertEquals(1, asked)
    }

    @Test
    fun `a link from outside waits until the person opens it`() {
        val link = "https://ky.example.vn/e#AAAA"
        val enrollment = enrollment(link)
        assertEquals(EnrollmentStep.Start(link), enrollment.state.value.step)
        assertEquals(emptyList<String>(), phone.asked)
        enrollment.on(EnrollmentEvent.Open)
        assertEquals(listOf("link $link"), phone.asked)
    }

    @Test
    fun `a phone whose key to sign with is gone asks for a replacement`() {
        phone.stands = PhoneState.Enrolled(PROFILE)
        phone.statuses = mutableListOf(EnrollmentStatus.Active(PROFILE), EnrollmentStatus.Active(PROFILE))
        val enrollment = enrollment()
        assertEquals(listOf("status", "replacement"), phone.asked)
        enrollment.on(EnrollmentEvent.Scanned("https://ky.example.vn/e#AAAA"))
        assertEquals(listOf("status", "link https://ky.example.vn/e#AAAA"), phone.asked.drop(2))
    }

    @Test
    fun `a phone that was revoked asks where it stands and for nothing else`() {
        phone.stands = PhoneState.Enrolled(PROFILE)
        phone.statuses = mutableListOf(EnrollmentStatus.Revoked)
        enrollment()
        assertEquals(listOf("status"), phone.asked)
    }

    @Test
    fun `a phone that was erased says why, until another link is opened`() {
        phone.stands = PhoneState.Erased(Erasure.Revoked(2u))
        assertEquals(EnrollmentStep.Ended(words("app-erased-revoked", "unanswered" to 2)), enrollment().state.value.step)
        phone.stands = PhoneState.Erased(Erasure.KeyLost)
        assertEquals(EnrollmentStep.Ended(words("app-erased-key-lost")), enrollment().state.value.step)
        val link = "https://ky.example.vn/e#AAAA"
        assertEquals(EnrollmentStep.Start(link), enrollment(link).state.value.step)
    }

    @Test
    fun `a wrong short code says how many tries are left`() {
        phone.stands = PhoneState.HoldsSlip(HeldSlip("https://ky.example.vn", PERSON, UNIT, UNIT, NOW.plusSeconds(86_400), null))
        val enrollment = enrollment()
        enrollment.on(EnrollmentEvent.Code("1234 5678 90"))
        assertEquals("12345678", (enrollment.state.value.step as EnrollmentStep.Slip).code)
        phone.refuses = PhoneException.WrongShortCode(3u)
        enrollment.on(EnrollmentEvent.SendCode)
        val slip = enrollment.state.value.step as EnrollmentStep.Slip
        assertEquals("" to 3, slip.code to slip.triesLeft)
        assertEquals(words("app-failure-wrong-short-code", "left" to 3), enrollment.state.value.failure?.what)
        phone.refuses = null
        enrollment.on(EnrollmentEvent.Code("48170264"))
        assertNull(enrollment.state.value.failure)
        enrollment.on(EnrollmentEvent.SendCode)
        assertInstanceOf(EnrollmentStep.Check::class.java, enrollment.state.value.step)
    }

    @Test
    fun `who is not the person meant gives the invitation up`() {
        phone.stands = invited
        val enrollment = enrollment()
        enrollment.on(EnrollmentEvent.NotMe)
        assertEquals(listOf("abandon"), phone.asked)
        assertEquals(EnrollmentStep.Start(), enrollment.state.value.step)
    }

    @Test
    fun `a finger that was added in the settings is noticed on the way back`() {
        phone.stands = invited
        device.lock = ScreenLock.NONE_ENROLLED
        val enrollment = enrollment()
        device.lock = ScreenLock.BIOMETRIC
        enrollment.on(EnrollmentEvent.Returned)
        assertEquals(ScreenLock.BIOMETRIC, (enrollment.state.value.step as EnrollmentStep.Check).lock)
    }

    @Test
    fun `where the office allows a passcode, a phone without a finger goes on, and says so in its settings`() {
        phone.stands = PhoneState.Invited(FakePhone.PREVIEW.copy(passcode = true))
        device.lock = ScreenLock.NONE_ENROLLED
        val step = enrollment().state.value.step as EnrollmentStep.Check
        assertEquals(ScreenLock.PASSCODE to true, step.lock to step.passcode)
        assertTrue(step.lock.asks)
        phone.stands = PhoneState.Enrolled(PROFILE.copy(passcode = true))
        assertTrue(SettingsPresenter(phone, device, TestScope(UnconfinedTestDispatcher()), {}).state.value.passcode)
    }

    @Test
    fun `keys that could not be sent are sent again by trying again`() {
        phone.stands = invited
        val enrollment = enrollment()
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        enrollment.on(EnrollmentEvent.Right)
        assertInstanceOf(EnrollmentStep.Keys::class.java, enrollment.state.value.step)
        phone.refuses = null
        phone.statuses = mutableListOf(EnrollmentStatus.Refused)
        enrollment.on(EnrollmentEvent.Mend(Remedy.TRY_AGAIN))
        assertEquals(EnrollmentStep.Ended(words("app-enrollment-refused")), enrollment.state.value.step)
    }

    @Test
    fun `a phone that cannot make the keys leads to the system's settings and begins before them again`() {
        phone.stands = invited
        val enrollment = enrollment()
        phone.refuses = PhoneException.Keys(KeyStoreException.Unsupported("no biometric enrolled"))
        enrollment.on(EnrollmentEvent.Right)
        assertInstanceOf(EnrollmentStep.Keys::class.java, enrollment.state.value.step)
        enrollment.on(EnrollmentEvent.Mend(requireNotNull(enrollment.state.value.failure).remedy))
        assertEquals(listOf<Place>(Place.Security), went)
        assertInstanceOf(EnrollmentStep.Check::class.java, enrollment.state.value.step)
    }

    @Test
    fun `a phone that was closed while the officer compared goes on waiting`() {
        phone.stands = PhoneState.WaitingForOfficer("7391 0264")
        phone.statuses = mutableListOf(EnrollmentStatus.Active(PROFILE))
        assertInstanceOf(EnrollmentStep.Done::class.java, enrollment().state.value.step)
    }
}
