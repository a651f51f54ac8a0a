package vn.trien.device

import android.content.Intent
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.content.pm.ServiceInfo
import com.google.firebase.FirebaseApp
import com.google.firebase.messaging.RemoteMessage
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowApplication
import vn.trien.TrienApp
import vn.trien.core.PushKind
import vn.trien.present.PushPlace
import vn.trien.present.PushProvider

/** The flavour `fcm` over stand-ins for Google's library. A device that lies on its side has the names of a project, one that stands has none. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = TrienApp::class, shadows = [Told::class], instrumentedPackages = ["vn.trien"])
class FcmTest {
    private val app = RuntimeEnvironment.getApplication() as TrienApp
    private val told = Shadow.extract<Told>(app)
    private val fcm = Fcm(app)

    // Robolectric keeps what is static from test to test.
    @Before
    fun asAfterAStart() = FirebaseApp::class.java.getDeclaredField("only").run {
        isAccessible = true
        set(null, null)
    }

    private fun receiver() = Robolectric.buildService(FcmReceiver::class.java).create().get()

    private fun installGoogle(enabled: Boolean = true) = shadowOf(app.packageManager).installPackage(
        PackageInfo().apply {
            packageName = Fcm.GOOGLE
            applicationInfo = ApplicationInfo().also {
                it.packageName = Fcm.GOOGLE
                it.enabled = enabled
            }
        },
    )

    @Test
    fun `without the names of a project nobody is asked`() {
        installGoogle()
        assertEquals(emptyList<PushProvider>(), fcm.providers())
        fcm.forget()
        assertEquals(emptyList<FirebaseApp>(), FirebaseApp.getApps(app))
    }

    @Test
    @Config(qualifiers = "land")
    fun `a phone without Google's service is left alone too`() {
        assertEquals(emptyList<PushProvider>(), fcm.providers())
        installGoogle(enabled = false)
        assertEquals(emptyList<PushProvider>(), fcm.providers())
    }

    @Test
    @Config(qualifiers = "land")
    fun `the app offers Google where it is there, and gets a place of the publisher's project`() {
        installGoogle()
        assertEquals(listOf(PushProvider(Fcm.GOOGLE, "Google")), app.waking().providers())
        assertEquals(PushKind.FCM, fcm.kind)
        fcm.register(Fcm.GOOGLE, ByteArray(65))
        assertEquals(listOf("a-project", "1:23:android:45", "a-key", "23"), FirebaseApp.getInstance().options.run { listOf(projectId, applicationId, apiKey, gcmSenderId) })
        val (from, first) = told.places.single()
        assertEquals(Fcm.GOOGLE, from)
        fcm.unregister(Fcm.GOOGLE)
        fcm.register(Fcm.GOOGLE, ByteArray(65))
        val second = told.places.last().second
        assertEquals(listOf(true, true), listOf(first, second).map { it is PushPlace.Fcm && it.text.startsWith("23-") })
        assertFalse("a place that was given up is not used again", first == second)
    }

    @Test
    fun `a new token is a new place, and a message wakes the app`() {
        receiver().onNewToken("token")
        assertEquals(listOf<Pair<String, PushPlace>>(Fcm.GOOGLE to PushPlace.Fcm("token")), told.places)
        receiver().onMessageReceived(RemoteMessage.Builder("somebody").build())
        assertEquals(1, told.woken)
    }

    @Test
    fun `Google's service reaches the receiver, other apps do not, and nothing is counted`() {
        val found = app.packageManager.queryIntentServices(Intent("com.google.firebase.MESSAGING_EVENT"), 0).single().serviceInfo
        assertEquals("vn.trien.device.FcmReceiver" to false, found.let { service: ServiceInfo -> service.name to service.exported })
        val info = app.packageManager.getApplicationInfo(app.packageName, PackageManager.GET_META_DATA).metaData
        listOf("firebase_messaging_auto_init_enabled", "firebase_analytics_collection_enabled", "delivery_metrics_exported_to_big_query_enabled").forEach {
            assertEquals(it, false, info.getBoolean(it, true))
        }
    }
}

/** What the app is told, instead of what it does about it: that is tested on the JVM. */
@Implements(TrienApp::class, isInAndroidSdk = false)
class Told : ShadowApplication() {
    val places = mutableListOf<Pair<String, PushPlace>>()
    var woken = 0

    @Implementation
    fun placed(from: String, place: PushPlace) {
        places += from to place
    }

    @Implementation
    fun woken() {
        woken++
    }
}
