package vn.trien.ui

import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import vn.trien.present.Busy
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentState
import vn.trien.present.EnrollmentStep
import vn.trien.present.Holder
import vn.trien.present.Notifications
import vn.trien.present.Pending
import vn.trien.present.SHORT_CODE_DIGITS
import vn.trien.present.Remedy
import vn.trien.present.ScreenLock

/** From an invitation to a phone that signs: look, check, keys, compare, done. `scan` opens the camera. */
@Composable
fun EnrollmentScreen(state: EnrollmentState, scan: () -> Unit, on: (EnrollmentEvent) -> Unit) = Frame(
    title = text("app-enroll-title"),
    onBack = null,
    below = { Actions(state, on) },
) {
    Scrolling {
        state.failure?.let { failure -> FailureCard(failure) { on(EnrollmentEvent.Mend(it)) } }
        when (val step = state.step) {
            is EnrollmentStep.Start -> Start(step, scan, on)
            is EnrollmentStep.Slip -> Slip(step, on)
            is EnrollmentStep.Check -> Check(step, on)
            is EnrollmentStep.Keys -> { HolderLines(step.holder); if (state.failure == null) Working(text("app-enroll-keys")) }
            is EnrollmentStep.Waiting -> Waiting(step, on)
            is EnrollmentStep.Done -> Done(step)
            is EnrollmentStep.Ended -> Note(Tone.BAD) { Body(text(step.why)) }
        }
        if (state.busy == Busy.YES && state.step !is EnrollmentStep.Keys) Working(text("app-enroll-asking"))
    }
}

@Composable
private fun ColumnScope.Start(step: EnrollmentStep.Start, scan: () -> Unit, on: (EnrollmentEvent) -> Unit) {
    Body(text("app-enroll-start"))
    Wide(text("app-enroll-scan"), onClick = scan)
    WideOther(text("app-practice")) { on(EnrollmentEvent.Practice) }
    Heading(text("app-enroll-no-camera"))
    Body(text("app-enroll-paste"))
    OutlinedTextField(
        value = step.link, onValueChange = { on(EnrollmentEvent.Link(it)) }, modifier = Modifier.fillMaxWidth(),
        label = { Text(text("app-enroll-link")) }, maxLines = 4,
        keyboardOptions = KeyboardOptions(keyboardType = KeyboardType.Uri),
    )
}

@Composable
private fun ColumnScope.Slip(step: EnrollmentStep.Slip, on: (EnrollmentEvent) -> Unit) {
    Body(text("app-enroll-slip"))
    OutlinedTextField(
        value = step.code, onValueChange = { on(EnrollmentEvent.Code(it)) }, modifier = Modifier.fillMaxWidth(),
        label = { Text(text("app-enroll-code")) }, singleLine = true,
        keyboardOptions = KeyboardOptions(keyboardType = KeyboardType.NumberPassword),
        textStyle = MaterialTheme.typography.headlineSmall.copy(fontFamily = FontFamily.Monospace),
    )
    step.triesLeft?.let { Small(text("app-enroll-tries", "left" to it)) }
    HolderLines(step.holder)
    Small(text("app-enroll-slip-until", "day" to step.until))
}

@Composable
private fun ColumnScope.Check(step: EnrollmentStep.Check, on: (EnrollmentEvent) -> Unit) {
    when (step.lock) {
        ScreenLock.BIOMETRIC -> Unit
        ScreenLock.NONE_ENROLLED -> Note(Tone.CAREFUL) {
            Body(text("app-enroll-no-finger"))
            Wide(text(Remedy.SECURITY.key)) { on(EnrollmentEvent.Mend(Remedy.SECURITY)) }
        }
        ScreenLock.NO_HARDWARE -> Note(Tone.BAD) { Body(text("app-enroll-no-sensor")) }
        ScreenLock.PASSCODE -> Note(Tone.CAREFUL) { Body(text("app-enroll-by-passcode")) }
        ScreenLock.NO_PASSCODE -> Note(Tone.CAREFUL) {
            Body(text("app-enroll-no-passcode"))
            Wide(text(Remedy.SECURITY.key)) { on(EnrollmentEvent.Mend(Remedy.SECURITY)) }
        }
    }
    Body(text("app-enroll-check"))
    HolderLines(step.holder)
    PromptsLine(step.prompts, step.passcode)
}

@Composable
private fun HolderLines(holder: Holder) {
    Line(text("app-enroll-office"), holder.office)
    Line(text("app-enroll-server"), holder.server)
    Line(text("app-enroll-name"), holder.name)
    Line(text("app-enroll-position"), holder.position)
}

@Composable
private fun ColumnScope.Waiting(step: EnrollmentStep.Waiting, on: (EnrollmentEvent) -> Unit) {
    if (step.pending == Pending.CERTIFICATE) {
        Note(Tone.PLAIN) { Body(text("app-enroll-certificate")) }
    } else {
        Body(text("app-enroll-read-out"))
        val spoken = step.code.filter(Char::isDigit).toList().joinToString(" ")
        Surface(Modifier.fillMaxWidth(), color = MaterialTheme.colorScheme.primaryContainer, shape = MaterialTheme.shapes.large) {
            Text(
                step.code, Modifier.padding(16.dp).semantics { contentDescription = spoken },
                style = MaterialTheme.typography.headlineLarge, fontFamily = FontFamily.Monospace, fontWeight = FontWeight.Bold, textAlign = TextAlign.Center,
            )
        }
        Small(text("app-enroll-compare"))
    }
    Line(text("app-fact-notifications"), text(step.notifications.key))
    if (step.notifications == Notifications.OFF) WideOther(text("app-notifications-allow")) { on(EnrollmentEvent.AllowNotifications) }
}

@Composable
private fun Done(step: EnrollmentStep.Done) {
    Note(Tone.GOOD) { Heading(text("app-enroll-done")); Body("${step.name}\n${step.office}") }
    if (!step.passcode) Note(Tone.CAREFUL) { Body(text("app-biometrics-end-key")) }
    Body(text("app-enroll-notifications"))
}

@Composable
private fun Actions(state: EnrollmentState, on: (EnrollmentEvent) -> Unit) {
    val free = state.busy == Busy.NO
    when (val step = state.step) {
        is EnrollmentStep.Start -> if (step.link.isNotBlank()) ActionBar { Main(text("app-enroll-open"), free) { on(EnrollmentEvent.Open) } }
        is EnrollmentStep.Slip -> ActionBar {
            Other(text("app-enroll-not-me")) { on(EnrollmentEvent.NotMe) }
            Main(text("app-enroll-send-code"), free && step.code.length == SHORT_CODE_DIGITS) { on(EnrollmentEvent.SendCode) }
        }
        is EnrollmentStep.Check -> ActionBar {
            Other(text("app-enroll-not-me")) { on(EnrollmentEvent.NotMe) }
            Main(text("app-enroll-right"), free && step.lock.asks) { on(EnrollmentEvent.Right) }
        }
        is EnrollmentStep.Keys -> Unit
        is EnrollmentStep.Waiting -> ActionBar { Other(text("app-enroll-stop")) { on(EnrollmentEvent.NotMe) } }
        is EnrollmentStep.Done -> ActionBar {
            Other(text("app-to-inbox")) { on(EnrollmentEvent.ToInbox) }
            Main(text("app-enroll-try-notifications")) { on(EnrollmentEvent.TryNotifications) }
        }
        is EnrollmentStep.Ended -> ActionBar { Main(text("app-enroll-again")) { on(EnrollmentEvent.NotMe) } }
    }
}
