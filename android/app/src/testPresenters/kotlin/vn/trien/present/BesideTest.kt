package vn.trien.present

import java.text.Normalizer
import java.time.Duration
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import vn.trien.core.Absence
import vn.trien.core.Assignment
import vn.trien.core.Comment
import vn.trien.core.CopyReceipt
import vn.trien.core.PhoneException
import vn.trien.core.Quorum
import vn.trien.core.ReceivedCopy
import vn.trien.core.Role
import vn.trien.core.RouteSigner
import vn.trien.core.RouteStep

/** Copies and comments, and in whose place somebody decides. */
@OptIn(ExperimentalCoroutinesApi::class)
class BesideTest {
    private val phone = FakePhone()
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())

    private fun document() = DocumentPresenter(phone, Session(phone), "1", scope, went::add).state.value.content
    private fun comments() = CommentsPresenter(phone, Place.Comments("1", 2, 3), scope, went::add)
    private fun known(comments: CommentsPresenter) = comments.state.value.list as Commented.Known

    @Test
    fun `a copy is read, and nothing can be decided on it`() {
        phone.received = listOf(ReceivedCopy("1", UNIT, item("1").metadata, null, CopyReceipt(NOW, null)))
        val inbox = InboxPresenter(phone, Session(phone), scope, went::add)
        inbox.on(InboxEvent.Show(InboxTab.COPIES))
        assertEquals(listOf(null), inbox.state.value.copies.map { it.opened })
        assertEquals(1, inbox.state.value.unopened)
        inbox.on(InboxEvent.Open("1"))
        assertEquals(listOf<Place>(Place.Document("1")), went)
        val open = document() as DocumentContent.Open
        assertNull(open.agree)
        assertNull(open.place)
    }

    @Test
    fun `a part in another's place says whose it is from the list to the sheet`() {
        phone.items = listOf(item("1").copy(inPlaceOf = PERSON))
        val inbox = InboxPresenter(phone, Session(phone), scope, went::add)
        assertEquals(words("app-in-place-of", "name" to PERSON.name), inbox.state.value.sections.single().rows.single().inPlaceOf)
        assertEquals(PERSON.name, (document() as DocumentContent.Open).inPlaceOf)
        val sign = SignPresenter(phone, Session(phone), null, "1", scope, went::add)
        val lines = (sign.state.value.sheet as SheetContent.Ready).lines
        assertEquals("KT. CHỦ TỊCH" to PERSON.name, lines.inPlaceOf?.let { it.title to it.name })
    }

    @Test
    fun `a deadline in working time goes before the end of the request`() {
        phone.items = listOf(item("1", left = Duration.ofDays(9)).copy(dueAt = NOW + Duration.ofMinutes(20)))
        val row = InboxPresenter(phone, Session(phone), scope, went::add).state.value.sections.single().rows.single()
        assertEquals(Nearness.SOON, row.deadline.nearness)
    }

    @Test
    fun `who is away is told only while it is awaited`() {
        fun absent(assignment: Assignment, from: Long, until: Long): Words? {
            val away = Absence(NOW + Duration.ofDays(from), NOW + Duration.ofDays(until))
            phone.items = listOf(item("1"))
            phone.steps = listOf(RouteStep(1u, Role.APPROVE, Quorum.All, listOf(RouteSigner(PERSON, assignment, null, away))))
            return (document() as DocumentContent.Open).route.single().absent
        }
        assertEquals("app-route-absent", (absent(Assignment.Open, -1, 2) as Words.Ours).key)
        assertEquals("app-route-absent-later", (absent(Assignment.Waiting, 1, 2) as Words.Ours).key)
        assertNull(absent(Assignment.Released, -1, 2))
        assertNull(absent(Assignment.Open, -2, -1))
    }

    @Test
    fun `a part that awaits its document signature says until when, and when that is over`() {
        fun awaits(assignment: Assignment, until: Duration): Words? {
            phone.items = listOf(item("1"))
            val signer = RouteSigner(PERSON, assignment, null, awaitsUntil = NOW + until)
            phone.steps = listOf(RouteStep(1u, Role.APPROVE, Quorum.All, listOf(signer)))
            return (document() as DocumentContent.Open).route.single().awaits
        }
        assertEquals(words("app-route-awaits", "until" to "08:41 23/11/2026"), awaits(Assignment.Open, Duration.ofDays(1)))
        assertEquals(words("app-route-awaits-over", "until" to "08:41"), awaits(Assignment.Open, Duration.ZERO))
        assertNull(awaits(Assignment.Released, Duration.ofDays(1)))
    }

    @Test
    fun `a comment is written beside the page that is chosen, and stays in the field until it arrived`() {
        phone.items = listOf(item("1"))
        val comments = comments()
        comments.on(CommentsEvent.Page(9))
        comments.on(CommentsEvent.Write(" Nguồn nào? "))
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        comments.on(CommentsEvent.Send)
        assertEquals(" Nguồn nào? ", comments.state.value.text)
        assertEquals(Remedy.TRY_AGAIN, known(comments).failure?.remedy)
        phone.refuses = null
        comments.on(CommentsEvent.Send)
        assertEquals("comment 1 0 3: Nguồn nào?", phone.asked.last { it.startsWith("comment 1") })
        assertEquals("", comments.state.value.text)
    }

    @Test
    fun `nothing that is empty or longer than the core takes is sent, and none of it is lost`() {
        phone.items = listOf(item("1"))
        val comments = comments()
        fun canSend(text: String): Boolean {
            comments.on(CommentsEvent.Write(text))
            assertEquals(text, comments.state.value.text)
            return comments.state.value.canSend
        }
        assertEquals(listOf(false, false, true), listOf("", " \n ", "Nguồn nào?").map(::canSend))
        // As the core counts them: without the blanks around them, each letter with its marks as one, outside the first plane too.
        val longest = "ố".repeat(1_999) + "\uD83D\uDE00"
        assertEquals(listOf(true, true, false), listOf(" $longest ", Normalizer.normalize(longest, Normalizer.Form.NFD), longest + "ố").map(::canSend))
        assertEquals(words("app-comment-too-long", "count" to 2000), comments.state.value.tooLong)
        comments.on(CommentsEvent.Send)
        assertEquals(listOf("comments 1"), phone.asked)
    }

    @Test
    fun `an own comment is withdrawn after a second word, and those of others never`() {
        phone.items = listOf(item("1"))
        phone.said = listOf(Comment("c1", 0u, 1u, "Lê Thị Hoa", "", "A", NOW, null, false), Comment("c2", 0u, 1u, "An", "Chủ tịch", "B", NOW, null, true))
        val comments = comments()
        assertEquals(listOf(CommentBody.Text("A"), CommentBody.Own("B")), known(comments).lines.map { it.body })
        comments.on(CommentsEvent.ReallyWithdraw)
        assertEquals(listOf("comments 1"), phone.asked)
        comments.on(CommentsEvent.Withdraw(known(comments).lines[1]))
        comments.on(CommentsEvent.ReallyWithdraw)
        assertEquals(listOf("comments 1", "withdraw c2", "comments 1"), phone.asked)
        assertEquals(CommentBody.Withdrawn("08:41"), known(comments).lines[1].body)
    }

    @Test
    fun `nothing is added once the document has ended`() {
        val comments = comments()
        comments.on(CommentsEvent.Write("A"))
        comments.on(CommentsEvent.Send)
        assertEquals(listOf("comments 1"), phone.asked)
    }
}
