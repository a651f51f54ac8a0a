package vn.trien.states

import org.junit.Test
import vn.trien.core.Comment
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
import vn.trien.present.CommentLine
import vn.trien.present.Commented
import vn.trien.present.CommentsEvent
import vn.trien.present.CommentsPresenter
import vn.trien.present.DelegateEvent
import vn.trien.present.DelegatePresenter
import vn.trien.present.Delegated
import vn.trien.present.DelegationLine
import vn.trien.present.DelegationsEvent
import vn.trien.present.DelegationsPresenter
import vn.trien.present.Lasting
import vn.trien.present.NOW
import vn.trien.present.PERSON
import vn.trien.present.Place
import vn.trien.present.UNIT
import vn.trien.present.item
import vn.trien.samples.COMMENTS
import vn.trien.samples.DELEGATE
import vn.trien.samples.DELEGATIONS

/** Each sample of delegations and comments is a state that its presenter comes to. */
class DelegationStatesTest {
    private fun delegation(id: String, state: DelegationState, vararg kinds: String) = Delegation(
        id, "KT. CHỦ TỊCH", DelegationForm.KT, PERSON, UNIT, DEPUTY, UNIT, listOf(DelegationUnit(UNIT.id, DelegationReach.AND_BELOW)), kinds.asList(),
        NOW, NOW.plusSeconds(86_400), "Đi công tác", state,
    )

    private fun Stage.delegations(): DelegationsPresenter {
        val elsewhere = listOf(DelegationUnit("unit-9", DelegationReach.AND_BELOW))
        phone.delegated = listOf(
            delegation("d1", DelegationState.IN_FORCE), delegation("d2", DelegationState.PLANNED, "Báo cáo", "Công văn"), delegation("d3", DelegationState.ENDED),
            delegation("d4", DelegationState.IN_FORCE, "Giấy mời").copy(from = DEPUTY, to = PERSON, units = elsewhere),
        )
        return settled(DelegationsPresenter(phone, scope, go))
    }

    private fun known(delegations: DelegationsPresenter) = delegations.state.value.list as Delegated.Known

    private fun Stage.ending(why: String? = null): DelegationsPresenter = asked(why) { it.given.first() }

    private fun Stage.layingDown(why: String? = null): DelegationsPresenter = asked(why) { it.received.single() }

    private fun Stage.asked(why: String?, which: (Delegated.Known) -> DelegationLine): DelegationsPresenter {
        val delegations = delegations()
        delegations.after(DelegationsEvent.End(which(known(delegations))))
        return why?.let { delegations.after(DelegationsEvent.Why(it)) } ?: delegations
    }

    private fun Stage.inVain(delegations: DelegationsPresenter) =
        delegations.also { phone.refuses = OFFLINE }.after(DelegationsEvent.ReallyEnd)

    @Test
    fun delegations() = reached(
        DELEGATIONS,
        "all" by { delegations() },
        "none" by { settled(DelegationsPresenter(phone, scope, go)) },
        "asking" by { DelegationsPresenter(phone, scope, go) },
        "unreachable" by {
            phone.refuses = OFFLINE
            delegations()
        },
        "ending" by { ending() },
        "ending-why" by { ending("Đã về sớm") },
        "ended" by { ending("Đã về sớm").after(DelegationsEvent.ReallyEnd) },
        "not-ended" by { inVain(ending("Đã về sớm")) },
        "laying-down" by { layingDown() },
        "laying-down-why" by { layingDown("Chuyển công tác") },
        "laid-down" by { layingDown("Chuyển công tác").after(DelegationsEvent.ReallyEnd) },
        "not-laid-down" by { inVain(layingDown("Chuyển công tác")) },
    )

    private fun Stage.delegate(): DelegatePresenter {
        phone.may = listOf(
            Delegate(DEPUTY, UNIT, true, DelegationForm.entries),
            Delegate(HEAD, UnitView("unit-2", "Phòng Kinh tế"), false, listOf(DelegationForm.TL, DelegationForm.TUQ)),
        )
        return settled(DelegatePresenter(phone, scope, go))
    }

    private fun Stage.chosen() = delegate().after(DelegateEvent.Choose("person-2 unit-1"))

    private fun Stage.written() = chosen().after(DelegateEvent.Last(Lasting.WEEK), DelegateEvent.Reason("Đi công tác"))

    private fun Stage.sheet() = written().after(DelegateEvent.Look)

    private fun Stage.signed(why: PhoneException? = null): DelegatePresenter {
        phone.gives = { why?.let { throw it } ?: "g" }
        return sheet().after(DelegateEvent.Sign)
    }

    @Test
    fun `giving one`() = reached(
        DELEGATE,
        "people" by { delegate() },
        "not-found" by { delegate().after(DelegateEvent.Search("kho bạc")) },
        "nobody" by { settled(DelegatePresenter(phone, scope, go)) },
        "asking" by { DelegatePresenter(phone, scope, go) },
        "unreachable" by {
            phone.refuses = OFFLINE
            delegate()
        },
        "not-head" by {
            phone.refuses = PhoneException.Problem(ProblemKind.NO_DELEGATION, "Không ủy quyền được", "Chỉ người đứng đầu", "not-head")
            delegate()
        },
        "chosen" by { chosen() },
        "no-kinds" by {
            delegate().after(
                DelegateEvent.Choose("person-3 unit-2"), DelegateEvent.Form(DelegationForm.TUQ), DelegateEvent.Last(Lasting.WEEK), DelegateEvent.Reason("Quyết định số 15"),
            )
        },
        "too-long" by { written().after(DelegateEvent.Until("31/12/2027")) },
        "written" by { written() },
        "sheet" by { sheet() },
        "signing" by { sheet().during(DelegateEvent.Sign) },
        "given" by { signed() },
        "unknown" by { signed(PhoneException.DelegationUnknown("timed out")) },
        "cancelled" by { signed(PhoneException.Signer(KeySignerException.Cancelled())) },
    )

    private fun Stage.comments(waits: Boolean = true): CommentsPresenter {
        phone.items = if (waits) listOf(item("1")) else emptyList()
        phone.said = listOf(
            Comment("c1", 0u, 1u, "Lê Thị Hoa", "Trưởng phòng", "Đề nghị sửa", NOW, null, false),
            Comment("c2", 0u, 2u, "Nguyễn Văn An", "Chủ tịch", "Nguồn nào?", NOW, null, true),
            Comment("c3", 1u, 4u, "Trần Thị Bình", "", null, NOW, NOW, false),
        )
        return settled(unasked())
    }

    private fun Stage.unasked() = CommentsPresenter(phone, Place.Comments("1", 2, 3), scope, go)

    private fun own(comments: CommentsPresenter): CommentLine = (comments.state.value.list as Commented.Known).lines[1]

    private fun Stage.draft() = comments().after(CommentsEvent.Write("Đề nghị ghi rõ nguồn."))

    @Test
    fun comments() = reached(
        COMMENTS,
        "all" by { comments() },
        "none" by {
            phone.items = listOf(item("1"))
            settled(unasked())
        },
        "written" by { draft() },
        "too-long" by {
            phone.items = listOf(item("1"))
            settled(unasked()).after(CommentsEvent.Write("ố".repeat(2_001)))
        },
        "sending" by { draft().during(CommentsEvent.Send) },
        "not-sent" by { draft().also { phone.refuses = OFFLINE }.after(CommentsEvent.Send) },
        "withdrawing" by { comments().let { it.after(CommentsEvent.Withdraw(own(it))) } },
        "over" by { comments(waits = false) },
        "asking" by { unasked() },
        "unreachable" by {
            phone.refuses = OFFLINE
            comments()
        },
    )

    private companion object {
        val DEPUTY = PersonView("person-2", "Phạm Văn Sơn", "Phó Chủ tịch")
        val HEAD = PersonView("person-3", "Lê Thị Hoa", "Trưởng phòng Kinh tế")
    }
}
