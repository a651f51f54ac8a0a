package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Language
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState
import vn.trien.core.Profile

/** What the person may want to know or change: certificate, this device, language, notifications. */
data class SettingsState(
    val person: PersonFacts?,
    val certificate: CertificateLines?,
    val keys: KeyPlace,
    val prompts: Prompts,
    val notifications: Notifications,
    val language: Language,
    /** A new certificate in place of one that ends: the officer is asked, and invites. */
    val renewal: Replacement = Replacement.NotAsked,
    /** The phone's passcode answers as well as a finger or a face. */
    val passcode: Boolean = false,
)

data class PersonFacts(val name: String, val position: String, val office: String, val device: String, val model: String)

data class CertificateLines(
    val subject: String,
    val issuer: String,
    val serial: String,
    val from: String,
    val until: String,
    val validity: Validity,
)

sealed interface SettingsEvent {
    data object Back : SettingsEvent
    data class Speak(val language: Language) : SettingsEvent
    data object Notifications : SettingsEvent
    data object Devices : SettingsEvent
    data object Delegations : SettingsEvent
    data object Verify : SettingsEvent
    data object Practice : SettingsEvent
    data object Diagnostics : SettingsEvent
    data object Licences : SettingsEvent
    data object Renew : SettingsEvent

    /** The invitation for the new certificate is there. */
    data object EnrollAnew : SettingsEvent
    data class Mend(val remedy: Remedy) : SettingsEvent
}

class SettingsPresenter(
    private val phone: PhoneInterface,
    private val device: Device,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<SettingsState, SettingsEvent>(settings(phone, device), scope) {
    /** The person is back from a screen where some of it is changed. */
    fun load() = show { it.copy(notifications = device.notifications()) }

    override fun on(event: SettingsEvent) = when (event) {
        SettingsEvent.Back -> go(Place.Back)
        is SettingsEvent.Speak -> {
            device.speak(event.language)
            show { it.copy(language = event.language) }
        }
        SettingsEvent.Notifications -> go(Place.Notifications(First.NO))
        SettingsEvent.Devices -> go(Place.Devices)
        SettingsEvent.Delegations -> go(Place.Delegations)
        SettingsEvent.Verify -> go(Place.Verify(null))
        SettingsEvent.Practice -> go(Place.Practice)
        SettingsEvent.Diagnostics -> go(Place.Diagnostics)
        SettingsEvent.Licences -> go(Place.Licences)
        SettingsEvent.Renew -> renew()
        SettingsEvent.EnrollAnew -> go(Place.Enrollment(null))
        is SettingsEvent.Mend -> event.remedy.place()?.let(go) ?: renew()
    }

    private fun renew() {
        if (state.value.renewal == Replacement.Asking) return
        show { it.copy(renewal = Replacement.Asking) }
        ask({ failure -> show { it.copy(renewal = Replacement.Failed(failure)) } }) {
            phone.askReplacement()
            show { it.copy(renewal = Replacement.Asked) }
        }
    }
}

private fun settings(phone: PhoneInterface, device: Device): SettingsState {
    val profile = profile(phone)
    return SettingsState(
        person = profile?.let { PersonFacts(it.person.name, it.person.position, it.unit.name, it.device, device.model) },
        certificate = profile?.let { certificateLines(it, phone) },
        keys = device.keys(),
        prompts = profile?.promptPolicy?.let(::promptsOf) ?: Prompts.Each,
        notifications = device.notifications(),
        language = device.language(),
        passcode = profile?.passcode == true,
    )
}

/** Whose device this is, once it is enrolled. */
internal fun profile(phone: PhoneInterface): Profile? = (phone.state() as? PhoneState.Enrolled)?.profile

private fun certificateLines(profile: Profile, phone: PhoneInterface): CertificateLines? =
    certificateFacts(profile.certificate)?.let {
        CertificateLines(it.subject, it.issuer, it.serial, day(it.from), day(it.until), it.validity(phone.serverNow()))
    }
