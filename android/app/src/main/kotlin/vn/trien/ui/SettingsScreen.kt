package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.HorizontalDivider
import androidx.compose.runtime.Composable
import androidx.compose.ui.unit.dp
import vn.trien.core.Language
import vn.trien.present.Check
import vn.trien.present.DiagnosticsEvent
import vn.trien.present.DiagnosticsState
import vn.trien.present.PersonFacts
import vn.trien.present.SettingsEvent
import vn.trien.present.SettingsState
import vn.trien.present.Validity

/** The person's certificate, this device, language, notifications, and help. */
@Composable
fun SettingsScreen(state: SettingsState, on: (SettingsEvent) -> Unit) = Frame(text("app-settings"), { on(SettingsEvent.Back) }) {
    Scrolling {
        Heading(text("app-settings-language"))
        FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            Tongue(Language.VIETNAMESE, "Tiếng Việt", state, on)
            Tongue(Language.ENGLISH, "English", state, on)
        }
        HorizontalDivider()
        Certificate(state, on)
        state.person?.let { Person(it, state, on) }
        HorizontalDivider()
        Heading(text("app-settings-notifications"))
        Body(text(state.notifications.key))
        WideOther(text("app-notifications-look")) { on(SettingsEvent.Notifications) }
        HorizontalDivider()
        if (state.person != null) WideOther(text("app-delegations")) { on(SettingsEvent.Delegations) }
        WideOther(text("app-verify")) { on(SettingsEvent.Verify) }
        WideOther(text("app-practice")) { on(SettingsEvent.Practice) }
        WideOther(text("app-diagnostics")) { on(SettingsEvent.Diagnostics) }
        WideOther(text("app-licences")) { on(SettingsEvent.Licences) }
    }
}

@Composable
private fun Tongue(language: Language, name: String, state: SettingsState, on: (SettingsEvent) -> Unit) =
    Choice(name, state.language == language) { on(SettingsEvent.Speak(language)) }

@Composable
private fun Certificate(state: SettingsState, on: (SettingsEvent) -> Unit) {
    val certificate = state.certificate
    Heading(text("app-settings-certificate"))
    if (certificate == null) {
        Body(text("app-settings-no-certificate"))
        return
    }
    when (certificate.validity) {
        Validity.GOOD -> Unit
        Validity.ENDING -> Note(Tone.CAREFUL) { Body(text("app-certificate-ending", "day" to certificate.until)) }
        Validity.ENDED -> Note(Tone.BAD) { Body(text("app-certificate-ended", "day" to certificate.until)) }
    }
    Line(text("app-certificate-subject"), certificate.subject)
    Line(text("app-certificate-issuer"), certificate.issuer)
    Line(text("app-certificate-serial"), certificate.serial)
    Line(text("app-certificate-valid"), "${certificate.from} – ${certificate.until}")
    if (certificate.validity != Validity.GOOD) Asking(state.renewal, text("app-renew-ask"), { on(SettingsEvent.Renew) }, { on(SettingsEvent.EnrollAnew) }, { on(SettingsEvent.Mend(it)) })
}

@Composable
private fun Person(person: PersonFacts, state: SettingsState, on: (SettingsEvent) -> Unit) {
    HorizontalDivider()
    Heading(text("app-settings-device"))
    Line(text("app-enroll-name"), person.name)
    Line(text("app-enroll-position"), person.position)
    Line(text("app-enroll-office"), person.office)
    Line(text("app-fact-model"), person.model)
    Line(text("app-fact-device"), person.device)
    Line(text("app-fact-keys"), text(state.keys.key))
    PromptsLine(state.prompts, state.passcode)
    if (!state.passcode) Note(Tone.CAREFUL) { Body(text("app-biometrics-end-key")) }
    WideOther(text("app-devices-look")) { on(SettingsEvent.Devices) }
}

/** What to read out to whoever helps. */
@Composable
fun DiagnosticsScreen(state: DiagnosticsState, on: (DiagnosticsEvent) -> Unit) = Frame(
    text("app-diagnostics"), { on(DiagnosticsEvent.Back) },
    below = { if (state.check != Check.Running) ActionBar { Main(text("app-diagnostics-run")) { on(DiagnosticsEvent.Run) } } },
) {
    Scrolling {
        Body(text("app-diagnostics-what"))
        SelectionContainer { androidx.compose.foundation.layout.Column { Lines(state.facts) } }
        when (val check = state.check) {
            Check.NotYet -> Unit
            Check.Running -> Working(text("app-sync-running"))
            is Check.Reached -> Note(Tone.GOOD) {
                Body(text("app-diagnostics-reached", "size" to check.logSize))
                Body(text("app-diagnostics-clock", "seconds" to check.clockSeconds))
            }
            is Check.Failed -> FailureCard(check.failure) { on(DiagnosticsEvent.Mend(it)) }
        }
    }
}
