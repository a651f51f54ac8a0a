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
import vn.trien.core.PhoneState

@OptIn(ExperimentalCoroutinesApi::class)
class AppTest {
    private val phone = FakePhone().apply { items = listOf(item("1"), item("2")) }
    private val app = App(phone, FakeDevice(), TestScope(UnconfinedTestDispatcher()))

    private fun places() = app.scenes.value.map { it.place }

    @Test
    fun `a phone that is not enrolled begins with the enrollment`() {
        phone.stands = PhoneState.NotEnrolled
        val fresh = App(phone, FakeDevice(), TestScope(UnconfinedTestDispatcher()))
        assertEquals(listOf<Place>(Place.Enrollment(null)), fresh.scenes.value.map { it.place })
        phone.stands = PhoneState.Enrolled(PROFILE)
        fresh.go(Place.Inbox)
        assertEquals(listOf<Place>(Place.Inbox), fresh.scenes.value.map { it.place })
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
