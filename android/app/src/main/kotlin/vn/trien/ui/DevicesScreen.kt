package vn.trien.ui

import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import vn.trien.core.OtherDeviceState
import vn.trien.present.DevicesEvent
import vn.trien.present.DevicesState
import vn.trien.present.OtherLine
import vn.trien.present.Others

/** The person's other phones, what to do when one is lost, and how this one is replaced. */
@Composable
fun DevicesScreen(state: DevicesState, on: (DevicesEvent) -> Unit) {
    val losing = state.losing
    Frame(
        title = text(if (losing == null) "app-devices" else "app-lost-title"),
        onBack = { on(DevicesEvent.Back) },
        below = { if (losing != null) ReallyLost(on) },
    ) {
        Scrolling { if (losing == null) All(state, on) else Losing(losing) }
    }
}

@Composable
private fun ColumnScope.All(state: DevicesState, on: (DevicesEvent) -> Unit) {
    Heading(text("app-devices-others"))
    when (val others = state.others) {
        Others.Asking -> Working(text("app-enroll-asking"))
        is Others.Failed -> FailureCard(others.failure) { on(DevicesEvent.Mend(it)) }
        is Others.Known -> {
            others.failure?.let { failure -> FailureCard(failure) { on(DevicesEvent.Mend(it)) } }
            if (others.lines.isEmpty()) Body(text("app-devices-none"))
            others.lines.forEach { OtherPhone(it, on) }
        }
    }
    Small(text("app-settings-lost"))
    HorizontalDivider()
    Heading(text("app-replace"))
    Body(text("app-replace-new-phone"))
    Body(text("app-replace-key-gone"))
    Asking(state.replacement, text("app-replace-ask"), { on(DevicesEvent.Replace) }, { on(DevicesEvent.EnrollAnew) }, { on(DevicesEvent.Mend(it)) })
    if (!state.passcode) Note(Tone.CAREFUL) { Body(text("app-biometrics-end-key")) }
}

@Composable
private fun OtherPhone(line: OtherLine, on: (DevicesEvent) -> Unit) = Note(Tone.PLAIN) {
    Heading(line.model)
    Body(text(stateKey(line.state)))
    Line(text("app-device-since"), line.since)
    if (line.state != OtherDeviceState.SUSPENDED) WideOther(text("app-lost")) { on(DevicesEvent.Lost(line)) }
}

private fun stateKey(state: OtherDeviceState) = when (state) {
    OtherDeviceState.WAITING -> "app-device-waiting"
    OtherDeviceState.ACTIVE -> "app-device-active"
    OtherDeviceState.SUSPENDED -> "app-device-suspended"
}

@Composable
private fun ColumnScope.Losing(line: OtherLine) {
    Heading(line.model)
    Line(text("app-device-since"), line.since)
    Note(Tone.CAREFUL) { Body(text("app-lost-what")) }
}

@Composable
private fun ReallyLost(on: (DevicesEvent) -> Unit) = ActionBar {
    Other(text("app-cancel")) { on(DevicesEvent.NotLost) }
    Other(text("app-lost-really"), color = MaterialTheme.colorScheme.error) { on(DevicesEvent.ReallyLost) }
}
