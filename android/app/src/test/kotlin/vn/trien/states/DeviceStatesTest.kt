package vn.trien.states

import java.time.Duration
import org.junit.Test
import vn.trien.core.EnrollmentStatus
import vn.trien.core.Erasure
import vn.trien.core.HeldSlip
import vn.trien.core.OtherDevice
import vn.trien.core.OtherDeviceState
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind
import vn.trien.core.PromptPolicy
import vn.trien.present.DevicesEvent
import vn.trien.present.DevicesPresenter
import vn.trien.present.DiagnosticsEvent
import vn.trien.present.DiagnosticsPresenter
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.FakePhone
import vn.trien.present.KeyPlace
import vn.trien.present.NOW
import vn.trien.present.Notifications
import vn.trien.present.Others
import vn.trien.present.PERSON
import vn.trien.present.PROFILE
import vn.trien.present.ScreenLock
import vn.trien.present.SettingsEvent
import vn.trien.present.SettingsPresenter
import vn.trien.present.UNIT
import vn.trien.present.certificateFacts
import vn.trien.samples.DEVICES
import vn.trien.samples.DIAGNOSTICS
import vn.trien.samples.ENROLLMENT
import vn.trien.samples.SETTINGS

/** Each sample of the phone's own screens is a state that its presenter comes to. */
class DeviceStatesTest {
    private fun Stage.enrollment(stands: PhoneState = PhoneState.NotEnrolled, link: String? = null): EnrollmentPresenter {
        phone.stands = stands
        return settled(EnrollmentPresenter(phone, device, link, scope, go))
    }

    private fun Stage.opened(why: PhoneException): EnrollmentPresenter {
        phone.refuses = why
        return enrollment(link = LINK).after(EnrollmentEvent.Open)
    }

    private fun Stage.slip(): EnrollmentPresenter =
        enrollment(PhoneState.HoldsSlip(HeldSlip("https://ky.example.vn", PERSON, UNIT, UNIT, NOW.plusSeconds(86_400), null)))

    private fun Stage.check(lock: ScreenLock, passcode: Boolean = false): EnrollmentPresenter {
        device.lock = lock
        val policy = PromptPolicy.Session(60u.toUShort(), 20u.toUShort())
        return enrollment(PhoneState.Invited(FakePhone.PREVIEW.copy(promptPolicy = policy, passcode = passcode)))
    }

    private fun Stage.waits(notifications: Notifications, status: EnrollmentStatus): EnrollmentPresenter {
        device.notifications = notifications
        phone.statuses = mutableListOf(status)
        return enrollment(PhoneState.WaitingForOfficer("7391 0264"))
    }

    @Test
    fun `an enrollment`() = reached(
        ENROLLMENT,
        "start" by { enrollment() },
        "pasted" by { enrollment().after(EnrollmentEvent.Link(LINK)) },
        "no-link" by { opened(PhoneException.Invitation("not one")) },
        "asking" by { enrollment(link = LINK).during(EnrollmentEvent.Open) },
        "expired" by {
            opened(PhoneException.Problem(ProblemKind.INVITATION_SPENT, "Lời mời đã hết hạn", "Hãy xin lời mời khác", "expired"))
        },
        "slip" by { slip().after(EnrollmentEvent.Code("4817")) },
        "slip-wrong" by {
            val slip = slip().after(EnrollmentEvent.Code("48170264"))
            phone.refuses = PhoneException.WrongShortCode(3u)
            slip.after(EnrollmentEvent.SendCode)
        },
        "check" by { check(ScreenLock.BIOMETRIC) },
        "check-no-finger" by { check(ScreenLock.NONE_ENROLLED) },
        "check-no-sensor" by { check(ScreenLock.NO_HARDWARE) },
        "check-passcode" by { check(ScreenLock.PASSCODE, passcode = true) },
        "check-no-passcode" by { check(ScreenLock.NO_PASSCODE, passcode = true) },
        "impostor" by {
            phone.refuses = PhoneException.Impostor("the proof does not hold")
            enrollment().after(EnrollmentEvent.Scanned(LINK))
        },
        "keys" by { enrollment(PhoneState.Invited(FakePhone.PREVIEW)).during(EnrollmentEvent.Right) },
        "waiting" by { waits(Notifications.OFF, EnrollmentStatus.Pending) },
        "waiting-offline" by {
            phone.refuses = OFFLINE
            waits(Notifications.BY_ITSELF, EnrollmentStatus.Pending)
        },
        "certificate" by { waits(Notifications.PUSH, EnrollmentStatus.WaitingForCertificate) },
        "done" by { waits(Notifications.PUSH, EnrollmentStatus.Active(PROFILE)) },
        "ended" by { waits(Notifications.PUSH, EnrollmentStatus.Refused) },
        "erased" by { enrollment(PhoneState.Erased(Erasure.Revoked(2u))) },
        "erased-key-lost" by { enrollment(PhoneState.Erased(Erasure.KeyLost)) },
    )

    /** So many days before the certificate ends. */
    private fun Stage.settings(left: Long, notifications: Notifications, policy: PromptPolicy = PromptPolicy.PerUse): SettingsPresenter {
        phone.stands = PhoneState.Enrolled(PROFILE.copy(certificate = CERTIFICATE, promptPolicy = policy))
        phone.now = checkNotNull(certificateFacts(CERTIFICATE)).until - Duration.ofDays(left)
        device.notifications = notifications
        device.keyPlace = if (policy == PromptPolicy.PerUse) KeyPlace.STRONG_BOX else KeyPlace.TRUSTED_ENVIRONMENT
        return SettingsPresenter(phone, device, scope, go)
    }

    private fun Stage.ending() = settings(20, Notifications.OFF, PromptPolicy.Session(60u.toUShort(), 20u.toUShort()))

    @Test
    fun settings() = reached(
        SETTINGS,
        "enrolled" by { settings(300, Notifications.PUSH) },
        "ending" by { ending() },
        "ended" by { settings(-1, Notifications.BY_ITSELF) },
        "renewal-asking" by { ending().during(SettingsEvent.Renew) },
        "renewal-asked" by { ending().after(SettingsEvent.Renew) },
        "renewal-failed" by { ending().also { phone.refuses = OFFLINE }.after(SettingsEvent.Renew) },
        "not-enrolled" by {
            phone.stands = PhoneState.NotEnrolled
            device.notifications = Notifications.PUSH
            SettingsPresenter(phone, device, scope, go)
        },
    )

    private fun Stage.devices(vararg states: OtherDeviceState): DevicesPresenter {
        phone.others = states.mapIndexed { number, state -> OtherDevice("device-$number", "Google Pixel 8a", "Trien 0.1.0", state, NOW) }
        return settled(DevicesPresenter(phone, scope, go))
    }

    private fun first(devices: DevicesPresenter) = (devices.state.value.others as Others.Known).lines.first()

    @Test
    fun `other phones`() = reached(
        DEVICES,
        "others" by { devices(OtherDeviceState.ACTIVE, OtherDeviceState.SUSPENDED, OtherDeviceState.WAITING) },
        "none" by { devices() },
        "asking" by { DevicesPresenter(phone, scope, go) },
        "unreachable" by {
            phone.refuses = OFFLINE
            devices()
        },
        "losing" by {
            devices(OtherDeviceState.ACTIVE, OtherDeviceState.SUSPENDED, OtherDeviceState.WAITING).let { it.after(DevicesEvent.Lost(first(it))) }
        },
        "not-reported" by {
            val devices = devices(OtherDeviceState.ACTIVE)
            devices.after(DevicesEvent.Lost(first(devices))).also { phone.refuses = OFFLINE }.after(DevicesEvent.ReallyLost)
        },
        "replacement-asked" by { devices().after(DevicesEvent.Replace) },
        "replacement-failed" by { devices().also { phone.refuses = OFFLINE }.after(DevicesEvent.Replace) },
    )

    private fun Stage.diagnostics() = DiagnosticsPresenter(phone, device, texts, scope, go)

    @Test
    fun diagnostics() = reached(
        DIAGNOSTICS,
        "not-yet" by { diagnostics() },
        "running" by { diagnostics().during(DiagnosticsEvent.Run) },
        "reached" by { diagnostics().after(DiagnosticsEvent.Run) },
        "failed" by {
            phone.refuses = OFFLINE
            diagnostics().after(DiagnosticsEvent.Run)
        },
    )

    private companion object {
        const val LINK = "https://ky.example.vn/e#AAAA"
    }
}
