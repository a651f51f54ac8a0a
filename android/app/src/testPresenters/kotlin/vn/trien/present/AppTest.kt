package vn.trien.present

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.isActive
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import vn.trien.core.Erasure
import vn.trien.core.PhoneState

@OptIn(ExperimentalCoroutinesApi::class)
class AppTest {
    private val phone = FakePhone().apply { items = listOf(item("1"), item("2")) }
    private val app = appOf(phone)

    private fun appOf(phone: FakePhone, device: FakeDevice = FakeDevice()) = App(phone, device, wakingOf(phone), TestScope(UnconfinedTestDispatcher()))

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
