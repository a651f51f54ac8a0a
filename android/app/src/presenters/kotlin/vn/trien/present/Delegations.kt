package vn.trien.present

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Delegation
import vn.trien.core.DelegationForm
import vn.trien.core.DelegationReach
import vn.trien.core.DelegationState
import vn.trien.core.DelegationUnit
import vn.trien.core.PhoneInterface
import vn.trien.core.UnitView

/** Who may decide in this person's place, and in whose place this person may. */
data class DelegationsState(
    val list: Delegated,
    /** The one that is about to be ended or laid down, while the person is asked whether to, and why. */
    val ending: Ending? = null,
)

sealed interface Delegated {
    data object Asking : Delegated
    data class Known(
        val given: List<DelegationLine>,
        val received: List<DelegationLine>,
        val failure: Failure? = null,
        /** What the person has just ended. */
        val done: Words? = null,
    ) : Delegated
    data class Failed(val failure: Failure) : Delegated
}

data class DelegationLine(val id: String, val terms: DelegationTerms, val state: DelegationState, val side: Side = Side.GIVEN)

/** Whether this person gave a delegation, who may end it, or received it, who may lay it down. */
enum class Side { GIVEN, RECEIVED }

/** What is delegated: with whom, in which form, about what, from when until when. */
data class DelegationTerms(
    /** The first line above a signature by it, such as "KT. CHỦ TỊCH". */
    val title: String,
    val name: String,
    val position: String,
    val units: List<Words>,
    /** None: all. */
    val kinds: List<String>,
    val from: String,
    val until: String,
    val reason: String,
)

data class Ending(val line: DelegationLine, val why: String = "") {
    /** The log says why it ended. */
    val canEnd: Boolean get() = why.isNotBlank()
}

sealed interface DelegationsEvent {
    data object Back : DelegationsEvent
    data object Give : DelegationsEvent
    data class End(val line: DelegationLine) : DelegationsEvent
    data class Why(val text: String) : DelegationsEvent
    data object ReallyEnd : DelegationsEvent
    data object NotEnd : DelegationsEvent
    data class Mend(val remedy: Remedy) : DelegationsEvent
}

/** The core takes so many characters of why one ends. */
private const val LONGEST_WHY = 500

class DelegationsPresenter(
    private val phone: PhoneInterface,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<DelegationsState, DelegationsEvent>(DelegationsState(Delegated.Asking), scope) {
    init {
        load()
    }

    override fun on(event: DelegationsEvent) = when (event) {
        DelegationsEvent.Back -> if (back()) Unit else go(Place.Back)
        DelegationsEvent.Give -> go(Place.Delegate)
        is DelegationsEvent.End -> show { it.copy(ending = Ending(event.line)) }
        is DelegationsEvent.Why -> show { it.copy(ending = it.ending?.copy(why = event.text.take(LONGEST_WHY))) }
        DelegationsEvent.NotEnd -> show { it.copy(ending = null) }
        DelegationsEvent.ReallyEnd -> end()
        is DelegationsEvent.Mend -> event.remedy.place()?.let(go) ?: load()
    }

    override fun back(): Boolean {
        val asked = state.value.ending != null
        show { it.copy(ending = null) }
        return asked
    }

    /** Asks the server; also when the person comes back from giving one. */
    fun load() {
        show { it.copy(list = Delegated.Asking) }
        ask({ failure -> show { it.copy(list = Delegated.Failed(failure)) } }) {
            val known = known()
            show { it.copy(list = known) }
        }
    }

    private fun end() {
        val ending = state.value.ending?.takeIf { it.canEnd } ?: return
        // Once it has ended, the list is not what it was.
        var before = state.value.list as? Delegated.Known
        show { DelegationsState(Delegated.Asking) }
        ask({ failure -> show { it.copy(list = before?.copy(failure = failure, done = null) ?: Delegated.Failed(failure)) } }) {
            phone.endDelegation(ending.line.id, ending.why.trim())
            before = null
            val known = known().copy(done = doneWords(ending.line))
            show { it.copy(list = known) }
        }
    }

    private suspend fun known(): Delegated.Known {
        val me = profile(phone)?.person?.id
        val (given, received) = phone.delegations().partition { it.from.id == me }
        return Delegated.Known(given.map { line(it, Side.GIVEN) }, received.map { line(it, Side.RECEIVED) })
    }
}

private fun doneWords(line: DelegationLine): Words = when (line.side) {
    Side.GIVEN -> words("app-delegation-end-done", "name" to line.terms.name)
    Side.RECEIVED -> words("app-delegation-lay-down-done", "name" to line.terms.name)
}

private fun line(delegation: Delegation, side: Side): DelegationLine {
    val other = if (side == Side.GIVEN) delegation.to else delegation.from
    val named = listOf(delegation.fromUnit, delegation.toUnit)
    return DelegationLine(
        delegation.delegation,
        DelegationTerms(
            delegation.title, other.name, other.position, delegation.units.map { unitWords(it, named) }.distinct(), delegation.kinds,
            day(delegation.starts), lastDay(delegation.ends), delegation.reason,
        ),
        delegation.state, side,
    )
}

// Which other units there are is not told to this phone.
private fun unitWords(unit: DelegationUnit, named: List<UnitView>): Words =
    named.firstOrNull { it.id == unit.unit }?.let { unitWords(it.name, unit.reach) } ?: words("app-delegation-elsewhere")

internal fun unitWords(name: String, reach: DelegationReach): Words = when (reach) {
    DelegationReach.ALONE -> Words.Theirs(name)
    DelegationReach.AND_BELOW -> words("app-delegation-below", "name" to name)
}

/** The last day of what ends at midnight; what ends within a day has its time. */
internal fun lastDay(ends: Instant): String =
    if (clock(ends) == MIDNIGHT) day(ends - Duration.ofSeconds(1)) else "${clock(ends)} ${day(ends)}"

private const val MIDNIGHT = "00:00"

fun formWords(form: DelegationForm): Words = when (form) {
    DelegationForm.KT -> words("app-form-kt")
    DelegationForm.TL -> words("app-form-tl")
    DelegationForm.TUQ -> words("app-form-tuq")
}

/** When which form is right. */
fun formMeaning(form: DelegationForm): Words = when (form) {
    DelegationForm.KT -> words("app-form-kt-what")
    DelegationForm.TL -> words("app-form-tl-what")
    DelegationForm.TUQ -> words("app-form-tuq-what")
}

/** As it is written above a signature. */
fun abbreviation(form: DelegationForm): String = when (form) {
    DelegationForm.KT -> "KT."
    DelegationForm.TL -> "TL."
    DelegationForm.TUQ -> "TUQ."
}

fun standingWords(state: DelegationState): Words = when (state) {
    DelegationState.PLANNED -> words("app-delegation-planned")
    DelegationState.IN_FORCE -> words("app-delegation-in-force")
    DelegationState.ENDED -> words("app-delegation-ended")
}
