package vn.trien.present

import java.time.Duration
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.PhoneException
import vn.trien.core.Urgency

@OptIn(ExperimentalCoroutinesApi::class)
class InboxTest {
    private val phone = FakePhone()
    private val went = mutableListOf<Place>()
    private val scope = TestScope(UnconfinedTestDispatcher())
    private val session = Session(phone)

    private fun inbox() = InboxPresenter(phone, session, scope, went::add)

    @Test
    fun `urgent papers come first, by urgency and then by deadline`() {
        phone.items = listOf(
            item("later"), item("today", left = Duration.ofHours(5)),
            item("urgent", urgency = Urgency.URGENT, left = Duration.ofHours(1)),
            item("flash-late", urgency = Urgency.FLASH, left = Duration.ofHours(3)), item("flash", urgency = Urgency.FLASH, left = Duration.ofMinutes(25)),
        )
        val sections = inbox().state.value.sections
        assertEquals(listOf(Heading.URGENT, Heading.TODAY, Heading.LATER), sections.map { it.heading })
        assertEquals(listOf("flash", "flash-late", "urgent", "today", "later"), sections.flatMap { it.rows }.map { it.request })
        val deadline = sections[0].rows[0].deadline
        assertEquals(Nearness.SOON, deadline.nearness)
        assertEquals("hạn 09:06 (còn 25 phút)", Texts(vn.trien.core.Language.VIETNAMESE).of(deadline.words))
    }

    @Test
    fun `a word typed without marks finds what is written with them`() {
        phone.items = listOf(item("1", "Bổ nhiệm cán bộ"), item("2", "Đẩy mạnh cải cách"))
        val inbox = inbox()
        fun found(text: String): List<String> {
            inbox.on(InboxEvent.Search(text))
            return inbox.state.value.sections.flatMap { it.rows }.map { it.request }
        }
        assertEquals(listOf("1"), found("can bo"))
        assertEquals(listOf("2"), found("ĐẨY"))
        assertEquals(listOf("1", "2"), found("12/kh"))
        assertEquals(emptyList<String>(), found("kho bạc"))
    }

    @Test
    fun `what was decided here waits no more, and what was not sent is counted`() {
        phone.items = listOf(item("1"), item("2", decision = "d"))
        phone.entries = listOf(entry("d", WAITING), entry("e", RECORDED), entry("f", FakePhone.OVERTAKEN))
        val inbox = inbox()
        assertEquals(1 to 1, inbox.state.value.run { waiting to unsent })
        inbox.on(InboxEvent.Show(InboxTab.DONE))
        assertEquals(listOf(Standing.REFUSED, Standing.RECORDED), inbox.state.value.decisions.map { it.standing })
        inbox.on(InboxEvent.Show(InboxTab.UNSENT))
        assertEquals(listOf("d"), inbox.state.value.decisions.map { it.decision })
    }

    @Test
    fun `a sync that fails keeps the last time and says what to do`() {
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        val inbox = inbox()
        val failed = inbox.state.value.sync as SyncStatus.Failed
        assertEquals("08:41", failed.last)
        assertEquals(Remedy.TRY_AGAIN, failed.failure.remedy)
        phone.refuses = null
        inbox.on(InboxEvent.Mend(failed.failure.remedy))
        assertEquals(SyncStatus.Done("08:41"), inbox.state.value.sync)
        assertTrue("flush" in phone.asked)
    }

    @Test
    fun `an empty list says whether this phone will tell, and leads to where that is changed`() {
        var told = Notifications.OFF
        val inbox = InboxPresenter(phone, session, scope, went::add, { told })
        assertEquals(Notifications.OFF, inbox.state.value.notifications)
        inbox.on(InboxEvent.Notifications)
        assertEquals(listOf<Place>(Place.Notifications(First.NO)), went)
        told = Notifications.PUSH
        inbox.load()
        assertEquals(Notifications.PUSH, inbox.state.value.notifications)
    }

    @Test
    fun `after a sync what could not be told before is told, and after one that failed it is not tried`() {
        var told = 0
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        val inbox = InboxPresenter(phone, session, scope, went::add, synced = { told++ })
        assertEquals(0, told)
        phone.refuses = null
        inbox.on(InboxEvent.Refresh)
        assertEquals(1, told)
    }

    @Test
    fun `a list that was pulled shows so until the sync has ended, however it ended`() {
        val inbox = inbox()
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        inbox.on(InboxEvent.Pull)
        assertFalse(inbox.state.value.pulled)
        assertEquals(2, phone.asked.count { it == "sync" })
    }

    @Test
    fun `no more papers are picked than the core keeps sheets open for`() {
        phone.items = (1..60).map { item("$it") }
        val inbox = inbox()
        phone.items.forEach { inbox.on(InboxEvent.Pick(it.request)) }
        assertEquals(MOST_TOGETHER, inbox.state.value.picked.size)
        inbox.on(InboxEvent.Together)
        assertEquals(MOST_TOGETHER, (went.single() as Place.Several).requests.size)
        assertEquals(emptySet<String>(), inbox.state.value.picked)
    }
}
