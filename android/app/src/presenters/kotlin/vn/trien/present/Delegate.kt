package vn.trien.present

import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.time.format.DateTimeParseException
import java.time.format.ResolverStyle
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import vn.trien.core.Delegate
import vn.trien.core.DelegationDraft
import vn.trien.core.DelegationForm
import vn.trien.core.DelegationReach
import vn.trien.core.DelegationUnit
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.UnitView

/** Letting somebody decide in this person's place: whom, how, about what, how long, why; then a last look and the prompt. */
data class DelegateState(
    val people: People,
    val search: String = "",
    val whom: PersonLine? = null,
    val form: DelegationForm = DelegationForm.TL,
    /** Of which units' requests one is chosen. */
    val scopes: List<ScopeLine> = emptyList(),
    val scope: Int = 0,
    val kinds: String = "",
    val from: String = "",
    val until: String = "",
    val reason: String = "",
    /** What is missing, or cannot be; nothing is signed before it is mended. */
    val fault: Words? = null,
    val step: DelegateStep = DelegateStep.Choosing,
)

/** To whom this person may delegate. */
sealed interface People {
    data object Asking : People
    data class Known(val lines: List<PersonLine>) : People
    data class Failed(val failure: Failure) : People
}

data class PersonLine(val id: String, val name: String, val position: String, val unit: String, val forms: List<DelegationForm>, val deputy: Boolean)

data class ScopeLine(val unit: String, val words: Words, val reach: DelegationReach)

sealed interface DelegateStep {
    data object Choosing : DelegateStep
    data object Writing : DelegateStep

    /** The last look: all that will be signed. */
    data class Sheet(val terms: DelegationTerms) : DelegateStep

    /** The system's prompt is before the person, or the delegation is on its way. */
    data class Signing(val terms: DelegationTerms) : DelegateStep
    data class Given(val terms: DelegationTerms) : DelegateStep

    /** It was signed and sent, and no answer says what became of it: the list does. */
    data object Unknown : DelegateStep
    data class Failed(val failure: Failure) : DelegateStep
}

/** How long it is to last, from its first day on. */
enum class Lasting(val key: String) {
    TODAY("app-delegate-today"),
    WEEK("app-delegate-week"),
    MONTH("app-delegate-month"),
}

sealed interface DelegateEvent {
    data object Back : DelegateEvent
    data class Search(val text: String) : DelegateEvent
    data class Choose(val person: String) : DelegateEvent
    data object Another : DelegateEvent
    data class Form(val form: DelegationForm) : DelegateEvent
    data class Scope(val scope: Int) : DelegateEvent
    data class Kinds(val text: String) : DelegateEvent
    data class From(val text: String) : DelegateEvent
    data class Until(val text: String) : DelegateEvent
    data class Last(val lasting: Lasting) : DelegateEvent
    data class Reason(val text: String) : DelegateEvent
    data object Look : DelegateEvent
    data object Sign : DelegateEvent
    data object Done : DelegateEvent
    data class Mend(val remedy: Remedy) : DelegateEvent
}

/** The core takes so many characters of a reason. */
private const val LONGEST_WHY = 2000

/** Law and core allow a year. */
private const val LONGEST_DAYS = 366

class DelegatePresenter(
    private val phone: PhoneInterface,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<DelegateState, DelegateEvent>(DelegateState(People.Asking, from = day(phone.serverNow())), scope) {
    private var known: List<Delegate> = emptyList()

    init {
        look()
    }

    override fun on(event: DelegateEvent) = when (event) {
        DelegateEvent.Back -> if (back()) Unit else go(Place.Back)
        is DelegateEvent.Search -> show { it.copy(search = event.text, people = people(event.text)) }
        is DelegateEvent.Choose -> choose(event.person)
        DelegateEvent.Another -> show { it.copy(step = DelegateStep.Choosing) }
        is DelegateEvent.Form -> write { it.copy(form = event.form) }
        is DelegateEvent.Scope -> write { it.copy(scope = event.scope) }
        is DelegateEvent.Kinds -> write { it.copy(kinds = event.text) }
        is DelegateEvent.From -> write { it.copy(from = event.text) }
        is DelegateEvent.Until -> write { it.copy(until = event.text) }
        is DelegateEvent.Last -> last(event.lasting)
        is DelegateEvent.Reason -> write { it.copy(reason = event.text.take(LONGEST_WHY)) }
        DelegateEvent.Look -> lookAtSheet()
        DelegateEvent.Sign -> sign()
        DelegateEvent.Done -> go(Place.Back)
        is DelegateEvent.Mend -> mend(event.remedy)
    }

    // What is being signed stays; what was given is over.
    override fun back(): Boolean {
        val before = when (state.value.step) {
            is DelegateStep.Sheet, is DelegateStep.Failed -> DelegateStep.Writing
            DelegateStep.Writing -> DelegateStep.Choosing
            is DelegateStep.Signing -> return true
            else -> return false
        }
        show { it.copy(step = before) }
        return true
    }

    // From a sheet that was not taken one goes back to what was written.
    private fun mend(remedy: Remedy) {
        val toWriting = state.value.step is DelegateStep.Failed && remedy == Remedy.GO_BACK
        remedy.place()?.takeUnless { toWriting }?.let { return go(it) }
        if (state.value.people is People.Failed) look() else show { it.copy(step = DelegateStep.Writing) }
    }

    private fun look() {
        show { it.copy(people = People.Asking) }
        ask({ failure -> show { it.copy(people = People.Failed(failure)) } }) {
            val me = profile(phone)?.person?.id
            known = phone.delegates().filter { it.person.id != me && it.forms.isNotEmpty() }
            show { it.copy(people = people(it.search), scopes = scopes()) }
        }
    }

    private fun people(search: String): People =
        People.Known(known.map(::personLine).filter { sought("${it.name} ${it.position} ${it.unit}", search) })

    private fun personLine(delegate: Delegate) =
        PersonLine(idOf(delegate), delegate.person.name, delegate.person.position, delegate.unit.name, delegate.forms, delegate.isDeputy)

    private fun scopes(): List<ScopeLine> {
        val own = profile(phone)?.unit ?: return emptyList()
        val below = known.map { it.unit }.distinctBy { it.id }.filter { it.id != own.id }
        return listOf(scope(own, DelegationReach.AND_BELOW), scope(own, DelegationReach.ALONE)) + below.map { scope(it, DelegationReach.AND_BELOW) }
    }

    private fun scope(unit: UnitView, reach: DelegationReach) = ScopeLine(unit.id, unitWords(unit.name, reach), reach)

    private fun choose(person: String) {
        val line = known.firstOrNull { idOf(it) == person }?.let(::personLine) ?: return
        write { it.copy(whom = line, form = firstForm(line), step = DelegateStep.Writing) }
    }

    // A post that does not say whose it is may take KT., but only the leader knows that it is a deputy's.
    private fun firstForm(line: PersonLine): DelegationForm = line.forms.firstOrNull { line.deputy || it != DelegationForm.KT } ?: line.forms.first()

    private fun last(lasting: Lasting) {
        val first = dayOf(state.value.from) ?: localDay(phone.serverNow())
        write { it.copy(from = written(first), until = written(first.plusDays(days(lasting) - 1))) }
    }

    private fun write(change: (DelegateState) -> DelegateState) = show { before -> change(before).let { it.copy(fault = faultOf(it)) } }

    private fun faultOf(written: DelegateState): Words? {
        val (first, last) = (dayOf(written.from) to dayOf(written.until))
        return when {
            written.form == DelegationForm.TUQ && kindsOf(written).isEmpty() -> words("app-delegate-fault-kinds")
            first == null || last == null -> words("app-delegate-fault-day")
            first < localDay(phone.serverNow()) -> words("app-delegate-fault-past")
            last < first -> words("app-delegate-fault-order")
            ChronoUnit.DAYS.between(first, last) >= LONGEST_DAYS -> words("app-delegate-fault-long")
            written.reason.isBlank() -> words("app-delegate-fault-reason")
            else -> null
        }
    }

    private fun lookAtSheet() {
        // A day may have passed since it was written.
        write { it }
        val written = state.value
        val whom = written.whom ?: return
        if (written.fault != null) return
        ask({ failure -> show { it.copy(step = DelegateStep.Failed(failure)) } }) {
            val terms = DelegationTerms(
                phone.titleInPlace(written.form), whom.name, whom.position, listOf(written.scopes[written.scope].words), kindsOf(written),
                written.from, written.until, written.reason.trim(),
            )
            show { it.copy(step = DelegateStep.Sheet(terms)) }
        }
    }

    private fun sign() {
        val terms = (state.value.step as? DelegateStep.Sheet)?.terms ?: return
        val draft = draft(state.value) ?: return
        show { it.copy(step = DelegateStep.Signing(terms)) }
        scope.launch {
            val step = try {
                phone.delegate(draft)
                DelegateStep.Given(terms)
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (refused: PhoneException) {
                val failure = noted(refused)
                if (refused is PhoneException.DelegationUnknown) DelegateStep.Unknown else DelegateStep.Failed(failure)
            }
            show { it.copy(step = step) }
        }
    }

    private fun draft(written: DelegateState): DelegationDraft? {
        val to = known.firstOrNull { idOf(it) == written.whom?.id } ?: return null
        val (first, last) = (dayOf(written.from) ?: return null) to (dayOf(written.until) ?: return null)
        val scope = written.scopes[written.scope]
        return DelegationDraft(
            written.form, to, listOf(DelegationUnit(scope.unit, scope.reach)), kindsOf(written),
            // What starts today counts at once.
            firstSecond(first).takeIf { first > localDay(phone.serverNow()) }, firstSecond(last.plusDays(1)), written.reason.trim(),
        )
    }
}

private fun days(lasting: Lasting): Long = when (lasting) {
    Lasting.TODAY -> 1
    Lasting.WEEK -> 7
    Lasting.MONTH -> 30
}

// Somebody with two posts is in the list twice.
private fun idOf(delegate: Delegate) = "${delegate.person.id} ${delegate.unit.id}"

private fun kindsOf(written: DelegateState): List<String> = written.kinds.split(',').map { it.trim() }.filter { it.isNotEmpty() }.distinct()

private val WRITTEN: DateTimeFormatter = DateTimeFormatter.ofPattern("d/M/uuuu").withResolverStyle(ResolverStyle.STRICT)

private fun dayOf(text: String): LocalDate? = try {
    LocalDate.parse(text.trim(), WRITTEN)
} catch (_: DateTimeParseException) {
    null
}

private fun written(day: LocalDate): String = day(firstSecond(day))
