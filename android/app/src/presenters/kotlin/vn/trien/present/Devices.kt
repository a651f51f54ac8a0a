package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.OtherDevice
import vn.trien.core.OtherDeviceState
import vn.trien.core.PhoneInterface

/** The person's other phones, a lost one, and how this one is replaced. */
data class DevicesState(
    val others: Others,
    /** The phone that is about to be reported, while the person is asked whether to. */
    val losing: OtherLine? = null,
    val replacement: Replacement = Replacement.NotAsked,
    /** This phone's passcode answers as well as a finger or a face. */
    val passcode: Boolean = false,
)

sealed interface Others {
    data object Asking : Others
    data class Known(val lines: List<OtherLine>, val failure: Failure? = null) : Others
    data class Failed(val failure: Failure) : Others
}

data class OtherLine(val id: String, val model: String, val since: String, val state: OtherDeviceState)

/** Asking the officer for another phone in this one's place. */
sealed interface Replacement {
    data object NotAsked : Replacement
    data object Asking : Replacement
    data object Asked : Replacement
    data class Failed(val failure: Failure) : Replacement
}

sealed interface DevicesEvent {
    data object Back : DevicesEvent
    data object Ask : DevicesEvent
    data class Lost(val device: OtherLine) : DevicesEvent
    data object ReallyLost : DevicesEvent
    data object NotLost : DevicesEvent
    data object Replace : DevicesEvent
    data object EnrollAnew : DevicesEvent
    data class Mend(val remedy: Remedy) : DevicesEvent
}

class DevicesPresenter(
    private val phone: PhoneInterface,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<DevicesState, DevicesEvent>(DevicesState(Others.Asking, passcode = takesPasscode(phone)), scope) {
    init {
        look()
    }

    override fun on(event: DevicesEvent) = when (event) {
        DevicesEvent.Back -> if (back()) Unit else go(Place.Back)
        DevicesEvent.Ask -> look()
        is DevicesEvent.Lost -> show { it.copy(losing = event.device) }
        DevicesEvent.NotLost -> show { it.copy(losing = null) }
        DevicesEvent.ReallyLost -> report()
        DevicesEvent.Replace -> replace()
        DevicesEvent.EnrollAnew -> go(Place.Enrollment(null))
        is DevicesEvent.Mend -> event.remedy.place()?.let(go) ?: if (state.value.replacement is Replacement.Failed) replace() else look()
    }

    override fun back(): Boolean {
        val asked = state.value.losing != null
        show { it.copy(losing = null) }
        return asked
    }

    private fun look() {
        show { it.copy(others = Others.Asking) }
        ask({ failure -> show { it.copy(others = Others.Failed(failure)) } }) {
            val others = known()
            show { it.copy(others = others) }
        }
    }

    private fun report() {
        val lost = state.value.losing ?: return
        val before = state.value.others
        show { it.copy(losing = null, others = Others.Asking) }
        ask({ failure -> show { it.copy(others = (before as? Others.Known)?.copy(failure = failure) ?: Others.Failed(failure)) } }) {
            phone.reportLost(lost.id)
            val others = known()
            show { it.copy(others = others) }
        }
    }

    private fun replace() {
        if (state.value.replacement == Replacement.Asking) return
        show { it.copy(replacement = Replacement.Asking) }
        ask({ failure -> show { it.copy(replacement = Replacement.Failed(failure)) } }) {
            phone.askReplacement()
            show { it.copy(replacement = Replacement.Asked) }
        }
    }

    private suspend fun known() = Others.Known(phone.otherDevices().map(::line))

    private fun line(device: OtherDevice) = OtherLine(device.id, device.model, day(device.enrolledAt), device.state)
}

private fun takesPasscode(phone: PhoneInterface) = profile(phone)?.passcode == true
