package vn.trien.story

import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import vn.trien.Person
import vn.trien.core.DelegationState
import vn.trien.present.CommentBody
import vn.trien.present.CommentLine
import vn.trien.present.Commented
import vn.trien.present.CommentsEvent
import vn.trien.present.CommentsPresenter
import vn.trien.present.CommentsState
import vn.trien.present.CopyRow
import vn.trien.present.DelegateEvent
import vn.trien.present.DelegatePresenter
import vn.trien.present.DelegateStep
import vn.trien.present.Delegated
import vn.trien.present.DelegationTerms
import vn.trien.present.DelegationsEvent
import vn.trien.present.DelegationsPresenter
import vn.trien.present.DelegationsState
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.Lasting
import vn.trien.present.People
import vn.trien.present.Place
import vn.trien.present.Remedy
import vn.trien.present.SettingsEvent
import vn.trien.present.SettingsPresenter
import vn.trien.present.SheetContent
import vn.trien.present.words

/** What one person does in another's place, for another to know, or beside the pages for others to read. */
class TogetherTest : Telling() {
    @Story("delegate")
    fun `a leader lets somebody sign in their place, under one prompt, until the leader ends it`() = runBlocking<Unit> {
        val prompts = CopyOnWriteArrayList<String>()
        val leader = enrolled("Nguyễn Thị Định", person = Person { prompts += it })
        val other = enrolled("Lê Thị Sự")
        prompts.clear()
        assertEquals("TL. CHỦ TỊCH", give(leader, "Lê Thị Sự").title)
        assertEquals(1, prompts.size)

        val request = submitted("Nguyễn Thị Định", "Ký thay")
        val row = other.home().sections.single().rows.single()
        assertEquals(words("app-in-place-of", "name" to "Nguyễn Thị Định"), row.inPlaceOf)
        assertEquals("Nguyễn Thị Định", assertIs<DocumentContent.Open>(other.open(request)).inPlaceOf)
        assertEquals("TL. CHỦ TỊCH", assertIs<SheetContent.Ready>(other.sheet()).lines.inPlaceOf?.title)
        assertIs<SheetContent.Signed>(other.confirm())
        recordedOnce(request)

        end(leader)
        submitted("Nguyễn Thị Định", "Không ký thay nữa")
        assertEquals(0, other.home().waiting)
    }

    @Story("copy")
    fun `a document that came for information is read without an answer, once all have decided`() = runBlocking<Unit> {
        val signer = enrolled("Hoàng Diệu")
        val reader = enrolled("Phan Thị Ràng")
        val request = submitted("Hoàng Diệu", "Để biết", more = arrayOf("--copy", "Phan Thị Ràng"))
        assertEquals(listOf<CopyRow>(), reader.home().copies)
        signer.home()
        assertIs<SheetContent.Signed>(signer.sign(request))

        val listed = reader.home()
        assertEquals(1, listed.unopened)
        assertEquals(listOf("Để biết"), listed.copies.map { it.subject })
        assertNull(assertIs<DocumentContent.Open>(reader.open(request)).agree)
        assertEquals(0, reader.home().unopened)
    }

    @Story("comment")
    fun `a comment beside a page is read by others with a part, withdrawn by its author, and in no file`() = runBlocking<Unit> {
        val one = enrolled("Võ Thị Thắng")
        val other = enrolled("Trần Văn Ơn")
        val request = submitted("Võ Thị Thắng", "Có ý kiến", more = arrayOf("--signer", "Trần Văn Ơn"))
        val file = Files.readAllBytes(office.download(request))
        val comments = comments(one, request)
        comments.on(CommentsEvent.Write("Nguồn nào?"))
        comments.on(CommentsEvent.Send)
        val own = lines(comments.until { lines(it)?.size == 1 && !it.sending })!!.single()
        assertEquals(CommentBody.Own("Nguồn nào?"), own.body)

        val others = comments(other, request)
        val read = lines(others.state.value)!!.single()
        assertEquals(CommentBody.Text("Nguồn nào?"), read.body)
        assertEquals(words("app-comment-page", "page" to 2), read.place)

        comments.on(CommentsEvent.Withdraw(own))
        comments.on(CommentsEvent.ReallyWithdraw)
        comments.until { lines(it)?.single()?.body is CommentBody.Withdrawn }
        others.on(CommentsEvent.Mend(Remedy.TRY_AGAIN))
        others.until { lines(it)?.single()?.body is CommentBody.Withdrawn }
        assertArrayEquals(file, Files.readAllBytes(office.download(request)))
    }

    /** Lets somebody decide in this person's place for a week, as the screens lead; gives what was signed. */
    private suspend fun give(leader: Handset, to: String): DelegationTerms {
        leader.app.go(Place.Settings)
        leader.at<SettingsPresenter>().on(SettingsEvent.Delegations)
        leader.at<DelegationsPresenter>().on(DelegationsEvent.Give)
        val delegate = leader.at<DelegatePresenter>()
        val people = assertIs<People.Known>(delegate.until { it.people is People.Known }.people)
        delegate.on(DelegateEvent.Choose(people.lines.single { it.name == to }.id))
        delegate.on(DelegateEvent.Last(Lasting.WEEK))
        delegate.on(DelegateEvent.Reason("Đi công tác"))
        delegate.on(DelegateEvent.Look)
        val terms = assertIs<DelegateStep.Sheet>(delegate.until { it.step != DelegateStep.Writing }.step).terms
        delegate.on(DelegateEvent.Sign)
        assertEquals(DelegateStep.Given(terms), delegate.until { it.step !is DelegateStep.Sheet && it.step !is DelegateStep.Signing }.step)
        delegate.on(DelegateEvent.Done)
        return terms
    }

    /** Ends the one that stands in the list. */
    private suspend fun end(leader: Handset) {
        val delegations = leader.at<DelegationsPresenter>()
        val line = given(delegations.until { given(it) != null })!!.single()
        assertEquals(DelegationState.IN_FORCE, line.state)
        delegations.on(DelegationsEvent.End(line))
        delegations.on(DelegationsEvent.Why("Đã về"))
        delegations.on(DelegationsEvent.ReallyEnd)
        val ended = given(delegations.until { it.ending == null && given(it) != null })!!
        assertEquals(listOf(DelegationState.ENDED), ended.map { it.state })
    }

    /** Opens what is said beside the second page. */
    private suspend fun comments(handset: Handset, request: String): CommentsPresenter {
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        handset.at<DocumentPresenter>().on(DocumentEvent.Comments(2))
        return handset.at<CommentsPresenter>().also { comments -> comments.until { lines(it) != null } }
    }

    private fun given(shown: DelegationsState) = (shown.list as? Delegated.Known)?.takeIf { it.failure == null }?.given

    private fun lines(shown: CommentsState): List<CommentLine>? = (shown.list as? Commented.Known)?.takeIf { it.failure == null }?.lines
}
