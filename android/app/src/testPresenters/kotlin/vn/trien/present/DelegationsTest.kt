package vn.trien.present

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.Delegate
import vn.trien.core.Delegation
import vn.trien.core.DelegationForm
import vn.trien.core.DelegationReach
import vn.trien.core.DelegationState
import vn.trien.core.DelegationUnit
import vn.trien.core.KeySignerException
import vn.trien.core.PersonView
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.core.UnitView

@OptIn(ExperimentalCoroutinesApi::class)
class DelegationsTest {
    private val deputy = PersonView("person-2", "Phạm Văn Sơn", "Phó Chủ tịch")
    private val below = UnitView("unit-2", "Phòng Kinh tế")
    private val phone = FakePhone().apply {
        may = listOf(
            Delegate(PERSON, UNIT, false, DelegationForm.entries), Delegate(deputy, UNIT, true, DelegationForm.entries),
            Delegate(PersonView("person-3", "Lê Thị Hoa", "Trưởng phòng"), below, true, listOf(DelegationForm.TL)),
            Delegate(PersonView("person-4", "Trần Thị Bình", "Văn thư"), below, false, emptyList()),
            Delegate(PersonView("person-5", "Võ Văn Tần", "Ủy viên"), UNIT, false, DelegationForm.entries),
        )
    }
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())

    private fun delegate() = DelegatePresenter(phone, scope, went::add)
    private fun chosen(person: String = "person-2 unit-1") = delegate().apply { on(DelegateEvent.Choose(person)) }
    private fun written() = chosen().apply {
        on(DelegateEvent.Last(Lasting.WEEK))
        on(DelegateEvent.Reason(" Đi công tác "))
    }

    private fun delegation(from: PersonView, to: PersonView, ends: Instant = NOW + Duration.ofDays(1)) = Delegation(
        "${from.id} ${to.id}", "KT. CHỦ TỊCH", DelegationForm.KT, from, UNIT, to, UNIT, listOf(DelegationUnit(UNIT.id, DelegationReach.ALONE)), emptyList(),
        NOW, ends, "Đi công tác", DelegationState.IN_FORCE,
    )

    @Test
    fun `only what was on the sheet is signed, from now to the end of the last day`() {
        val delegate = written()
        delegate.on(DelegateEvent.Sign)
        assertNull(phone.drafted)
        delegate.on(DelegateEvent.Look)
        val sheet = delegate.state.value.step as DelegateStep.Sheet
        assertEquals("KT. CHỦ TỊCH", sheet.terms.title)
        delegate.on(DelegateEvent.Sign)
        val draft = checkNotNull(phone.drafted)
        assertEquals(deputy, draft.to.person)
        assertEquals(listOf(DelegationUnit("unit-1", DelegationReach.AND_BELOW)), draft.units)
        assertNull(draft.starts)
        // 28 November ends at midnight in Việt Nam.
        assertEquals(Instant.parse("2026-11-28T17:00:00Z"), draft.ends)
        assertEquals("Đi công tác", draft.reason)
        assertEquals(DelegateStep.Given(sheet.terms), delegate.state.value.step)
    }

    @Test
    fun `what starts on another day starts at its midnight`() {
        val delegate = written()
        delegate.on(DelegateEvent.From("1/12/2026"))
        delegate.on(DelegateEvent.Until("01/12/2026"))
        delegate.on(DelegateEvent.Look)
        delegate.on(DelegateEvent.Sign)
        assertEquals(Instant.parse("2026-11-30T17:00:00Z"), phone.drafted?.starts)
        assertEquals(Instant.parse("2026-12-01T17:00:00Z"), phone.drafted?.ends)
    }

    @Test
    fun `nobody delegates to themselves, and the forms are those that the server allows`() {
        val people = (delegate().state.value.people as People.Known).lines
        assertEquals(listOf("person-2 unit-1", "person-3 unit-2", "person-5 unit-1"), people.map { it.id })
        assertEquals(listOf(DelegationForm.entries, listOf(DelegationForm.TL), DelegationForm.entries), people.map { it.forms })
        assertEquals(DelegationForm.TL, chosen("person-3 unit-2").state.value.form)
        assertEquals(DelegationForm.KT, chosen().state.value.form)
        assertEquals(DelegationForm.TL, chosen("person-5 unit-1").state.value.form)
    }

    @Test
    fun `what the law does not allow is told before the sheet`() {
        fun fault(vararg events: DelegateEvent): Words? = written().apply { events.forEach(::on) }.state.value.fault
        assertNull(fault())
        assertEquals(words("app-delegate-fault-kinds"), fault(DelegateEvent.Form(DelegationForm.TUQ), DelegateEvent.Kinds(" , ")))
        assertNull(fault(DelegateEvent.Form(DelegationForm.TUQ), DelegateEvent.Kinds("Công văn, Báo cáo")))
        assertEquals(words("app-delegate-fault-day"), fault(DelegateEvent.Until("31/02/2027")))
        assertEquals(words("app-delegate-fault-past"), fault(DelegateEvent.From("21/11/2026")))
        assertEquals(words("app-delegate-fault-order"), fault(DelegateEvent.From("29/11/2026")))
        assertEquals(words("app-delegate-fault-long"), fault(DelegateEvent.Until("23/11/2027")))
        assertNull(fault(DelegateEvent.Until("22/11/2027")))
        assertEquals(words("app-delegate-fault-reason"), fault(DelegateEvent.Reason(" ")))
        val wrong = written().apply { on(DelegateEvent.Reason("")) }
        wrong.on(DelegateEvent.Look)
        assertEquals(DelegateStep.Writing, wrong.state.value.step)
    }

    @Test
    fun `a lost answer leads to the list, and never to a second signature`() {
        val delegate = written().apply { on(DelegateEvent.Look) }
        phone.gives = { throw PhoneException.DelegationUnknown("timed out") }
        delegate.on(DelegateEvent.Sign)
        assertEquals(DelegateStep.Unknown, delegate.state.value.step)
        delegate.on(DelegateEvent.Sign)
        assertEquals(1, phone.asked.count { it == "delegate" })
        delegate.on(DelegateEvent.Done)
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `what was not sent is mended and signed again`() {
        val delegate = written().apply { on(DelegateEvent.Look) }
        phone.gives = { throw PhoneException.Unreachable("https://ky.example.vn", "timed out") }
        delegate.on(DelegateEvent.Sign)
        val failed = delegate.state.value.step as DelegateStep.Failed
        delegate.on(DelegateEvent.Mend(failed.failure.remedy))
        assertEquals(DelegateStep.Writing, delegate.state.value.step)
    }

    @Test
    fun `what the server does not take says why and goes back to what was written`() {
        val delegate = written().apply { on(DelegateEvent.Look) }
        phone.gives = { throw PhoneException.Problem(ProblemKind.NO_DELEGATION, "Không ủy quyền được", "Hãy chọn lại người.", "not-their-post") }
        delegate.on(DelegateEvent.Sign)
        val failure = (delegate.state.value.step as DelegateStep.Failed).failure
        assertEquals(Words.Theirs("Không ủy quyền được. Hãy chọn lại người."), failure.what)
        delegate.on(DelegateEvent.Mend(failure.remedy))
        assertEquals(DelegateStep.Writing, delegate.state.value.step)
        assertEquals(emptyList<Place>(), went)
    }

    @Test
    fun `a dismissed prompt leaves what was written`() {
        val delegate = written().apply { on(DelegateEvent.Look) }
        phone.gives = { throw PhoneException.Signer(KeySignerException.Cancelled()) }
        delegate.on(DelegateEvent.Sign)
        val failed = delegate.state.value.step as DelegateStep.Failed
        delegate.on(DelegateEvent.Mend(failed.failure.remedy))
        assertEquals(DelegateStep.Writing, delegate.state.value.step)
        assertEquals(" Đi công tác ", delegate.state.value.reason)
    }

    @Test
    fun `back leads step by step, and not out of a signature`() {
        val delegate = written().apply { on(DelegateEvent.Look) }
        assertTrue(delegate.back())
        assertTrue(delegate.back())
        assertEquals(DelegateStep.Choosing, delegate.state.value.step)
        assertFalse(delegate.back())
    }

    @Test
    fun `what is given and what is received stand apart, with the other person and the last day`() {
        phone.delegated = listOf(delegation(PERSON, deputy, Instant.parse("2026-11-28T17:00:00Z")), delegation(deputy, PERSON, NOW + Duration.ofHours(3)))
        val known = DelegationsPresenter(phone, scope, went::add).state.value.list as Delegated.Known
        assertEquals(listOf("Phạm Văn Sơn" to "28/11/2026"), known.given.map { it.terms.name to it.terms.until })
        assertEquals(listOf("Phạm Văn Sơn" to "11:41 22/11/2026"), known.received.map { it.terms.name to it.terms.until })
    }

    @Test
    fun `a delegation is ended only with a reason, and after a second word`() {
        phone.delegated = listOf(delegation(PERSON, deputy))
        val delegations = DelegationsPresenter(phone, scope, went::add)
        val line = (delegations.state.value.list as Delegated.Known).given.single()
        delegations.on(DelegationsEvent.End(line))
        delegations.on(DelegationsEvent.ReallyEnd)
        assertEquals(listOf("delegations"), phone.asked)
        delegations.on(DelegationsEvent.Why(" Đã về "))
        delegations.on(DelegationsEvent.ReallyEnd)
        assertEquals(listOf("delegations", "end ${line.id}: Đã về", "delegations"), phone.asked)
        val known = delegations.state.value.list as Delegated.Known
        assertEquals(DelegationState.ENDED, known.given.single().state)
        assertEquals(words("app-delegation-end-done", "name" to deputy.name), known.done)
    }

    @Test
    fun `a delegation that was received is laid down, and the list says whose it was`() {
        phone.delegated = listOf(delegation(deputy, PERSON))
        val delegations = DelegationsPresenter(phone, scope, went::add)
        val line = (delegations.state.value.list as Delegated.Known).received.single()
        assertEquals(Side.RECEIVED, line.side)
        delegations.on(DelegationsEvent.End(line))
        delegations.on(DelegationsEvent.Why("Chuyển công tác"))
        delegations.on(DelegationsEvent.ReallyEnd)
        val known = delegations.state.value.list as Delegated.Known
        assertEquals(DelegationState.ENDED, known.received.single().state)
        assertEquals(words("app-delegation-lay-down-done", "name" to deputy.name), known.done)
    }

    @Test
    fun `what has ended is not shown as it was when the list does not come afterwards`() {
        phone.delegated = listOf(delegation(PERSON, deputy))
        val delegations = DelegationsPresenter(phone, scope, went::add)
        delegations.on(DelegationsEvent.End((delegations.state.value.list as Delegated.Known).given.single()))
        delegations.on(DelegationsEvent.Why("Đã về"))
        phone.afterEnd = { phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "timed out") }
        delegations.on(DelegationsEvent.ReallyEnd)
        assertTrue(delegations.state.value.list is Delegated.Failed)
    }
}
