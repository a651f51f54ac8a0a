package vn.trien.present

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.KeySignerException
import vn.trien.core.Language
import vn.trien.core.PhoneException
import vn.trien.core.PromptPolicy
import vn.trien.core.RouteState
import vn.trien.core.StorageException

@OptIn(ExperimentalCoroutinesApi::class)
class DecideTest {
    private val phone = FakePhone().apply { items = listOf(item("1"), item("2"), item("3")) }
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())
    private val session = Session(phone)
    private val vietnamese = Texts(Language.VIETNAMESE)

    private fun document(request: String = "1") = DocumentPresenter(phone, session, request, scope, went::add)
    private fun over() = (document().state.value.content as DocumentContent.Over).what
    private fun sign(request: String = "1") = SignPresenter(phone, session, null, request, scope, went::add)
    private fun refuse(verb: Refusal) = RefusePresenter(phone, session, vietnamese, "1", verb, scope, went::add)
    private fun several(policy: PromptPolicy = PromptPolicy.PerUse) =
        SeveralPresenter(phone, session, listOf("1", "2", "3"), policy, scope, went::add)

    @Test
    fun `a document that is open says where the signature goes and counts as read`() {
        assertEquals(Reading.UNREAD, session.reading("1"))
        val open = assertInstanceOf(DocumentContent.Open::class.java, document().state.value.content)
        assertEquals(2, open.place)
        assertEquals(Standpoint.NOW, open.route.single().how)
        assertEquals(Reading.READ, session.reading("1"))
    }

    @Test
    fun `a document that the core refuses does not count as read and can be tried again`() {
        phone.refuses = PhoneException.Document("other bytes")
        val document = document()
        assertInstanceOf(DocumentContent.Failed::class.java, document.state.value.content)
        assertEquals(Reading.UNREAD, session.reading("1"))
        phone.refuses = null
        document.on(DocumentEvent.Mend(Remedy.TRY_AGAIN))
        assertInstanceOf(DocumentContent.Open::class.java, document.state.value.content)
    }

    @Test
    fun `a link that is quicker than the sync waits for it`() {
        phone.unknown = setOf("1")
        assertInstanceOf(DocumentContent.Open::class.java, document().state.value.content)
        assertEquals(listOf("sync", "open 1"), phone.asked)
    }

    @Test
    fun `a phone without room says so, and opens and signs once there is some`() {
        phone.refuses = PhoneException.Storage(StorageException.Full("documents/00"))
        val document = document()
        val failure = (document.state.value.content as DocumentContent.Failed).failure
        assertEquals(words("app-failure-disk-full"), failure.what)
        phone.refuses = null
        document.on(DocumentEvent.Mend(failure.remedy))
        assertInstanceOf(DocumentContent.Open::class.java, document.state.value.content)

        phone.decides = { throw PhoneException.Storage(StorageException.Full("outbox/00")) }
        val sign = sign()
        sign.on(SignEvent.Sign)
        val unsigned = (sign.state.value.sheet as SheetContent.Failed).failure
        assertEquals(words("app-failure-disk-full"), unsigned.what)
        phone.decides = { RECORDED }
        sign.on(SignEvent.Mend(unsigned.remedy))
        sign.on(SignEvent.Sign)
        assertInstanceOf(SheetContent.Signed::class.java, sign.state.value.sheet)
    }

    @Test
    fun `a document that cannot be signed says what to tell the submitter, and names no tool to the leader`() {
        phone.refuses = PhoneException.Unsignable("active-content", "JavaScript in object 7")
        val document = document()
        val failure = (document.state.value.content as DocumentContent.Failed).failure
        assertEquals(words("app-failure-unsignable"), failure.what)
        assertEquals(words("pdf-refusal-active-content"), failure.tell)
        assertFalse("clean-copy" in vietnamese.of(failure.what))
        document.on(DocumentEvent.Mend(failure.remedy))
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `what waits no more says why instead of offering a signature`() {
        phone.items = emptyList()
        phone.ended = RouteState.Recalled
        assertEquals(words("app-end-recalled"), over())
        phone.ended = RouteState.Open(2u)
        assertEquals(words("app-over-elsewhere"), over())
        phone.items = listOf(item("1", decision = "d"))
        assertEquals(words("app-over-here"), over())
        assertEquals(null, (document().state.value.content as DocumentContent.Over).decision)
        phone.entries = listOf(entry("d", RECORDED, request = "1"))
        assertEquals("d", (document().state.value.content as DocumentContent.Over).decision)
        assertTrue(phone.asked.isEmpty())
    }

    @Test
    fun `what a sync takes from the list while it is fetched is over`() {
        phone.opens = { phone.items = emptyList() }
        assertEquals(words("app-over-elsewhere"), over())
    }

    @Test
    fun `a signature leads to the next document`() {
        val sign = sign()
        sign.on(SignEvent.Sign)
        assertEquals(SheetContent.Signed("08:41", "2"), sign.state.value.sheet)
        sign.on(SignEvent.Next)
        assertEquals(listOf<Place>(Place.Document("2")), went)
    }

    @Test
    fun `what a token signs later is approved and not signed, alone and among several`() {
        phone.signer = TOKEN
        val sign = sign()
        sign.on(SignEvent.Sign)
        val yet = words("app-approved-elsewhere-token", "name" to "NGUYỄN VĂN AN")
        assertEquals(SheetContent.Signed("08:41", "2", yet), sign.state.value.sheet)
        phone.decides = { WAITING }
        val unsent = sign()
        unsent.on(SignEvent.Sign)
        assertEquals(SheetContent.Kept("2", yet), unsent.state.value.sheet)
        phone.decides = { RECORDED }
        listOf("1", "2", "3").forEach(session::opened)
        val several = several()
        several.on(SeveralEvent.SignAll)
        assertTrue(several.state.value.rows.all { it.how == How.Signed("08:41", yet) })
    }

    @Test
    fun `a dismissed prompt signs nothing and opens the sheet again`() {
        phone.decides = { throw PhoneException.Signer(KeySignerException.Cancelled()) }
        val sign = sign()
        sign.on(SignEvent.Sign)
        val failed = assertInstanceOf(SheetContent.Failed::class.java, sign.state.value.sheet)
        assertEquals(words("app-failure-cancelled"), failed.failure.what)
        sign.on(SignEvent.Mend(failed.failure.remedy))
        assertInstanceOf(SheetContent.Ready::class.java, sign.state.value.sheet)
    }

    @Test
    fun `what could not be sent is kept and is not signed again`() {
        phone.decides = { WAITING }
        val sign = sign()
        sign.on(SignEvent.Sign)
        sign.on(SignEvent.Sign)
        assertEquals(SheetContent.Kept("2"), sign.state.value.sheet)
        assertEquals(1, phone.asked.count { it == "approve" })
    }

    @Test
    fun `the time of signing is renewed after five minutes`() {
        val sign = sign()
        scope.testScheduler.advanceTimeBy(299_000)
        assertEquals(Prompt.FIRST, (sign.state.value.sheet as SheetContent.Ready).prompt)
        phone.now = phone.now.plusSeconds(300)
        scope.testScheduler.advanceTimeBy(2_000)
        assertEquals(Prompt.RENEWED, (sign.state.value.sheet as SheetContent.Ready).prompt)
        assertEquals(2, phone.asked.count { it == "sheet 1" })
    }

    @Test
    fun `nobody is refused without a reason`() {
        val refuse = refuse(Refusal.REJECT)
        refuse.on(RefuseEvent.Send)
        refuse.on(RefuseEvent.Write("  "))
        refuse.on(RefuseEvent.Send)
        assertFalse(refuse.state.value.canSend)
        assertTrue(phone.asked.isEmpty())
    }

    @Test
    fun `a reason holds what was chosen and what was written`() {
        val refuse = refuse(Refusal.RETURN)
        refuse.on(RefuseEvent.Toggle(Chip.MISSING))
        refuse.on(RefuseEvent.Toggle(Chip.FORM))
        refuse.on(RefuseEvent.Write("thiếu phụ lục 2 "))
        refuse.on(RefuseEvent.Send)
        scope.testScheduler.advanceTimeBy(5_001)
        assertEquals(listOf("return 1: Sai thể thức; Thiếu hồ sơ. thiếu phụ lục 2"), phone.asked)
        assertEquals(RefuseProgress.Recorded("08:41", "2"), refuse.state.value.progress)
    }

    @Test
    fun `a reason that was begun is there again, for this document and this answer alone, until it is sent`() {
        refuse(Refusal.RETURN).apply {
            on(RefuseEvent.Toggle(Chip.FORM))
            on(RefuseEvent.Write("Phụ lục 1 ghi sai"))
            on(RefuseEvent.Cancel)
        }
        assertEquals(Begun(), refuse(Refusal.REJECT).state.value.let { Begun(it.chips, it.text) })
        val again = refuse(Refusal.RETURN)
        assertEquals(Begun(setOf(Chip.FORM), "Phụ lục 1 ghi sai"), again.state.value.let { Begun(it.chips, it.text) })
        again.on(RefuseEvent.Send)
        again.on(RefuseEvent.SendNow)
        assertEquals(listOf("return 1: Sai thể thức. Phụ lục 1 ghi sai"), phone.asked)
        assertEquals(Begun(), refuse(Refusal.RETURN).state.value.let { Begun(it.chips, it.text) })
    }

    private fun leaving(): RefusePresenter = refuse(Refusal.REJECT).also {
        if (Chip.FORM !in it.state.value.chips) it.on(RefuseEvent.Toggle(Chip.FORM))
        it.on(RefuseEvent.Send)
        assertEquals(RefuseProgress.Leaving(5), it.state.value.progress)
    }

    @Test
    fun `for five seconds a refusal is neither signed nor sent and can be taken back`() {
        val refuse = leaving()
        scope.testScheduler.advanceTimeBy(4_900)
        assertEquals(RefuseProgress.Leaving(1), refuse.state.value.progress)
        refuse.on(RefuseEvent.Undo)
        scope.testScheduler.advanceTimeBy(60_000)
        assertEquals(RefuseProgress.Writing, refuse.state.value.progress)
        assertTrue(phone.asked.isEmpty())
    }

    @Test
    fun `whoever steps back or goes to another app takes a refusal back that is not signed yet`() {
        val steps = listOf<(RefusePresenter) -> Unit>({ assertTrue(it.back()) }, { it.left() })
        steps.forEach { step ->
            val refuse = leaving()
            step(refuse)
            scope.testScheduler.advanceTimeBy(60_000)
            assertEquals(RefuseProgress.Writing, refuse.state.value.progress)
            assertTrue(phone.asked.isEmpty())
        }
    }

    @Test
    fun `after a refusal the person goes to the next document, or to the list`() {
        val refuse = leaving()
        refuse.on(RefuseEvent.SendNow)
        assertEquals(RefuseProgress.Recorded("08:41", "2"), refuse.state.value.progress)
        refuse.on(RefuseEvent.Next)
        refuse.on(RefuseEvent.ToInbox)
        assertEquals(listOf(Place.Document("2"), Place.Inbox), went)
    }

    @Test
    fun `whoever does not want to wait refuses at once, and once only`() {
        val refuse = leaving()
        refuse.on(RefuseEvent.SendNow)
        refuse.on(RefuseEvent.SendNow)
        scope.testScheduler.advanceTimeBy(60_000)
        assertEquals(listOf("reject 1: Sai thể thức"), phone.asked)
    }

    @Test
    fun `who did not expect a request stops it with that reason`() {
        val notMe = NotMePresenter(phone, vietnamese, "1", scope, went::add)
        notMe.on(NotMeEvent.Tell)
        assertEquals(listOf("open 1", "reject 1: Tôi không biết yêu cầu ký này"), phone.asked)
        assertEquals(NotMeProgress.Told(recorded = true), notMe.state.value.progress)
    }

    @Test
    fun `several papers are signed only once each was viewed`() {
        val several = several()
        several.on(SeveralEvent.SignAll)
        assertTrue(phone.asked.isEmpty())
        several.on(SeveralEvent.OneByOne)
        assertEquals(listOf<Place>(Place.Document("1")), went)
        listOf("1", "2", "3").forEach(session::opened)
        several.load()
        several.on(SeveralEvent.SignAll)
        assertEquals(3, phone.asked.count { it == "approve" })
        assertTrue(several.state.value.rows.all { it.how == How.Signed("08:41") })
    }

    @Test
    fun `the person is told how often they will be asked, for as many papers as there are to sign`() {
        fun session(signatures: Int) = several(PromptPolicy.Session(60u.toUShort(), signatures.toUShort()))
        assertEquals(Prompts.Each, several().state.value.prompts)
        assertEquals(Prompts.Once, session(3).state.value.prompts)
        val short = session(2)
        assertEquals(Prompts.Every(2), short.state.value.prompts)
        phone.items = listOf(item("1"), item("2"), item("3", decision = "d"))
        short.load()
        assertEquals(Prompts.Once, short.state.value.prompts)
    }

    @Test
    fun `each of several papers has its own answer, and a dismissed prompt stops the rest`() {
        listOf("1", "2", "3").forEach(session::opened)
        val answers = mutableListOf({ FakePhone.OVERTAKEN }, { throw PhoneException.Signer(KeySignerException.Cancelled()) })
        phone.decides = { answers.removeFirst()() }
        val several = several()
        several.on(SeveralEvent.SignAll)
        val (first, second, third) = several.state.value.rows.map { it.how }
        assertInstanceOf(How.Not::class.java, first)
        assertInstanceOf(How.Not::class.java, second)
        assertEquals(How.Ready, third)
        assertEquals(Running.DONE, several.state.value.running)
    }

    private fun failing(why: PhoneException): SeveralPresenter {
        listOf("1", "2", "3").forEach(session::opened)
        phone.decides = { if (phone.asked.count { it == "approve" } == 3) throw why else RECORDED }
        return several().also { it.on(SeveralEvent.SignAll) }
    }

    private fun SeveralPresenter.mend() = state.value.rows.last().let { on(SeveralEvent.Mend(it.request, (it.how as How.Not).failure.remedy)) }

    @Test
    fun `a paper that got no signature is tried again, alone`() {
        val several = failing(PhoneException.Signer(KeySignerException.Locked()))
        several.mend()
        assertEquals(Running.NO, several.state.value.running)
        assertEquals(listOf(How.Signed("08:41"), How.Signed("08:41"), How.Ready), several.state.value.rows.map { it.how })
        several.on(SeveralEvent.SignAll)
        assertEquals(How.Signed("08:41"), several.state.value.rows.last().how)
        assertEquals(4, phone.asked.count { it == "approve" })
    }

    @Test
    fun `a paper that is another one by now is read again before it is signed`() {
        val several = failing(PhoneException.Changed("3"))
        several.mend()
        assertEquals(listOf<Place>(Place.Document("3")), went)
        several.on(SeveralEvent.SignAll)
        assertEquals(How.Unread, several.state.value.rows.last().how)
        document("3")
        several.load()
        several.on(SeveralEvent.SignAll)
        assertEquals(How.Signed("08:41"), several.state.value.rows.last().how)
    }

    @Test
    fun `a paper that somebody else decided leads to the list, and one that nobody read stands in no one's way`() {
        phone.decides = { FakePhone.OVERTAKEN }
        listOf("1", "2").forEach(session::opened)
        val several = several()
        assertFalse(several.state.value.canSign)
        phone.items = listOf(item("1"), item("2"))
        several.load()
        several.on(SeveralEvent.SignAll)
        several.mend()
        assertEquals(listOf<Place>(Place.Inbox), went)
    }
}
