package vn.trien

import android.content.Intent
import android.net.Uri
import android.os.Parcel
import android.os.Parcelable
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.trien.device.said
import vn.trien.device.stream

/** What other apps put into intents, by the way of Android's own parcels. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = android.app.Application::class)
class SaidTest {
    @Test
    fun `what was said is read`() {
        assertEquals("https://ky.example.vn/e#AB", received { putExtra("link", "https://ky.example.vn/e#AB") }.said("link"))
        assertEquals(Uri.parse("content://mail/1"), received { putExtra(Intent.EXTRA_STREAM, Uri.parse("content://mail/1")) }.stream())
    }

    @Test
    fun `an object that nobody can read is as if nothing had been said`() {
        assertNull(received { putExtra("link", Foreign()) }.said("link"))
        assertNull(received { putExtra(Intent.EXTRA_STREAM, Foreign()) }.stream())
    }

    private fun received(how: Intent.() -> Unit): Intent {
        val parcel = Parcel.obtain()
        Intent(Intent.ACTION_VIEW).apply(how).writeToParcel(parcel, 0)
        parcel.setDataPosition(0)
        return Intent.CREATOR.createFromParcel(parcel)
    }

    /** A class of another app: here it has no creator. */
    @Suppress("ParcelCreator")
    private class Foreign : Parcelable {
        override fun describeContents() = 0
        override fun writeToParcel(to: Parcel, flags: Int) = to.writeInt(1)
    }
}
