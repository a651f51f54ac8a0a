package vn.trien.present

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.isActive
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import vn.trien.core.Erasure
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind
import vn.trien.core.Synced

@OptIn(ExperimentalCoroutinesApi::class)
class AppTest {
    private val phone = FakePhone().apply { items = listOf(item("1"), item("2")) }
    private val app = appOf(phone)

    private val news = Channel<Synced?>(Channel.UNLIMITED)

    private fun appOf(phone: FakePhone, device: FakeDevice = FakeDevice()) = App(phone, device, wakingOf(phone), TestScope(UnconfinedTestDispatcher()))

    private fun list(app: App) = (app.scenes.value.first().presenter as InboxPresenter).state.value

    private companion object {
        const val ID = "0193b0c1-7d2e-7c3a-9f10-2b6d5e8a4c11"
    }

    private fun places() = app.scenes.value.map { it.place }

    @Test
    fun `a phone that is not enrolled begins with the enrollment`() {
        phone.stands = PhoneState.NotEnrolled
        val fresh = appOf(phone)
        assertEquals(listOf<Place>(Place.Enrollment(null)), fresh.scenes.value.map { it.place })
        phone.stands = PhoneState.Enrolled(PROFILE)
        fresh.go(Place.Inbox)
        assertEquals(listOf<Place>(Place.Inbox), fresh.scenes.value.map { it.place })
    }

    @Test
    fun `on a phone that was erased no file is left that it shared`() {
        val device = FakeDevice().apply { handed += Shared("a.signed.pdf", ByteArray(1)) }
        val app = appOf(phone, device)
        app.go(Place.Settings)
        assertEquals(1, device.handed.size)
        phone.stands = PhoneState.Erased(Erasure.Revoked(0u))
        app.go(Place.Inbox)
        assertEquals(0, device.handed.size)
    }

    @Test
    fun `the next document takes the place of the one before and of its sheet`() {
        app.go(Place.Document("1"))
        app.go(Place.Sign("1"))
        val sheet = app.scenes.value.last()
        app.go(Place.Document("2"))
        assertEquals(listOf(Place.Inbox, Place.Document("2")), places())
        assertFalse(sheet.scope.isActive)
        app.go(Place.Back)
        app.go(Place.Back)
        assertEquals(listOf<Place>(Place.Inbox), places())
    }

    @Test
    fun `a link to a request of the own office opens it, and one of another office opens nothing`() {
        app.link("https://elsewhere.vn/console/requests/$ID")
        assertEquals(listOf<Place>(Place.Inbox), places())
        app.link("trien://ky.example.vn/requests/$ID")
        assertEquals(listOf(Place.Inbox, Place.Document(ID)), places())
    }

    @Test
    fun `a link from a mail opens its request`() {
        assertEquals(Link.Request("https://ky.example.vn", ID), linkOf("https://ky.example.vn/r/$ID"))
        app.link("trien://ky.example.vn/r/$ID")
        assertEquals(listOf(Place.Inbox, Place.Document(ID)), places())
    }

    @Test
    fun `a notice leads to the list, or to the one request that waits, and says no more than how many there are`() {
        assertEquals(Waits(2, "trien://ky.example.vn/requests"), waitsOn(phone))
        app.go(Place.Document("1"))
        app.link(requireNotNull(waitsOn(phone).link))
        assertEquals(listOf<Place>(Place.Inbox), places())
        phone.items = listOf(item(ID, subject = "Bổ nhiệm ông An"), item("2", decision = "d"))
        assertEquals(Waits(1, "trien://ky.example.vn/requests/$ID"), waitsOn(phone))
        app.link(requireNotNull(waitsOn(phone).link))
        assertEquals(listOf(Place.Inbox, Place.Document(ID)), places())
    }

    @Test
    fun `while the app is in front what is new comes into the list without being asked for`() {
        val device = FakeDevice()
        val app = appOf(phone.apply { news = { this@AppTest.news.receive() } }, device)
        app.go(Place.Document("1"))
        app.returned()
        phone.items = phone.items + item("3")
        phone.asked.clear()
        news.trySend(FakePhone.SYNCED)
        assertEquals(3, list(app).waiting)
        assertEquals(3, device.waits?.count)
        assertEquals(listOf("flush", "listen"), phone.asked)
        app.left()
        phone.asked.clear()
        news.trySend(FakePhone.SYNCED)
        assertEquals(emptyList<String>(), phone.asked)
    }

    @Test
    fun `a phone that may act no more says so at once, and one that was erased shows that`() {
        val suspended = PhoneException.Problem(ProblemKind.DEVICE_SUSPENDED, "Tạm khóa", "Hãy hỏi cán bộ", null)
        app.go(Place.Document("1"))
        phone.news = { throw suspended }
        phone.refuses = suspended
        app.returned()
        assertEquals(failureOf(suspended), (list(app).sync as SyncStatus.Failed).failure)
        app.left()
        phone.news = {
            phone.stands = PhoneState.Erased(Erasure.Revoked(0u))
            throw suspended
        }
        app.go(Place.Sign("1"))
        app.returned()
        assertEquals(listOf<Place>(Place.Enrollment(null)), places())
    }

    @Test
    fun `what the job has synced shows in a list that is open`() {
        phone.items = phone.items + item("3")
        assertEquals(2, list(app).waiting)
        app.synced()
        assertEquals(3, list(app).waiting)
    }

    @Test
    fun `the number on the icon follows what waits, and what is decided here waits no more`() {
        val device = FakeDevice()
        val app = appOf(phone, device)
        assertEquals(2, device.waits?.count)
        phone.items = listOf(item("1"), item("2", decision = "d"))
        app.go(Place.Document("1"))
        assertEquals(1, device.waits?.count)
    }

    @Test
    fun `the system's settings are no screen of this app`() {
        val device = FakeDevice()
        val app = appOf(phone, device)
        app.go(Place.Security)
        assertEquals(1, device.securityOpened)
        assertEquals(1, app.scenes.value.size)
    }

    @Test
    fun `what failed last stands in the diagnostics with its detail`() {
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "timed out")
        app.go(Place.Document("1"))
        phone.entries = listOf(entry("d", WAITING))
        app.go(Place.Diagnostics)
        val facts = (app.scenes.value.last().presenter as DiagnosticsPresenter).state.value.facts.associate { it.name to it.value }
        assertEquals("08:41 – Chưa kết nối được với ky.example.vn. Hãy kiểm tra mạng rồi thử lại. – timed out", facts[words("app-fact-last-failure")])
        assertEquals("1 – no answer yet", facts[words("app-fact-unsent")])
    }

    @Test
    fun `a link closes nothing that is being decided`() {
        app.go(Place.Document("1"))
        app.go(Place.Sign("1"))
        app.link("trien://ky.example.vn/requests/$ID")
        assertEquals(listOf(Place.Inbox, Place.Document("1"), Place.Sign("1")), places())
    }

    @Test
    fun `an invitation that a browser handed over keeps what was behind the hash`() {
        val invitation = Link.Invitation("https://ky.example.vn:8443/e#pQFQB_-")
        assertEquals(invitation, linkOf("https://ky.example.vn:8443/e#pQFQB_-"))
        assertEquals(invitation, linkOf("trien://ky.example.vn:8443/e#pQFQB_-"))
        assertEquals(invitation, linkOf("trien://ky.example.vn:8443/e", "https://ky.example.vn:8443/e#pQFQB_-"))
    }

    @Test
    fun `what is no link of ours leads nowhere`() {
        val strangers = listOf(
            "http://ky.example.vn/e#A", "https://ky.example.vn/", "https://ky.example.vn/e/x", "https:///e#A", "https://ky.example.vn@evil.vn/e#A",
            "javascript:alert(1)", "https://ky.example.vn/requests/1", "https://ky.example.vn/console/requests/$ID/document", "trien:e", "::", "", "https://" + "a".repeat(5000) + "/e",
        )
        assertEquals(emptyList<String>(), strangers.filter { linkOf(it) != null })
        assertNull(linkOf("trien://ky.example.vn/e", "content://x"))
    }

    @Test
    fun `the list that lies beneath shows what a screen on it has changed`() {
        app.go(Place.Document("1"))
        phone.items = listOf(item("2"))
        app.go(Place.Document("2"))
        val list = app.scenes.value.first().presenter as InboxPresenter
        assertEquals(1, list.state.value.waiting)
    }

    @Test
    fun `a code is read from the brightness of a picture and nothing is read where there is none`() {
        val link = "https://ky.example.vn/e#pQFQBQUFBQUFBQUFBQUFBQUFBQJYIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        val code = QRCodeWriter().encode(link, BarcodeFormat.QR_CODE, 300, 300)
        val stride = 320
        val luma = ByteArray(stride * 300) { at -> if (at % stride < 300 && code[at % stride, at / stride]) 0 else -1 }
        assertEquals(link, readQr(luma, stride, 300, 300))
        assertNull(readQr(ByteArray(stride * 300), stride, 300, 300))
        assertNull(readQr(ByteArray(0), stride, 300, 300))
    }
}
