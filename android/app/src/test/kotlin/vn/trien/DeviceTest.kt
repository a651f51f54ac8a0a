package vn.trien

import android.Manifest
import android.app.Application
import android.app.Notification
import android.app.NotificationManager
import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Intent
import android.content.RestrictionsManager
import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Bundle
import android.view.WindowManager
import androidx.activity.ComponentActivity
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import vn.trien.core.Language
import vn.trien.device.Notices
import vn.trien.device.SyncJob
import vn.trien.device.protect
import vn.trien.present.Texts
import vn.trien.present.Waits

/** What the app asks of Android, as Android's own classes take it. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = Application::class)
class DeviceTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val texts = Texts(Language.VIETNAMESE)
    private val notices = Notices(context) { texts }
    private val manager = context.getSystemService(NotificationManager::class.java)!!

    private fun shown(): Notification? = manager.activeNotifications.singleOrNull()?.notification
    private fun some(count: Int) = Waits(count, "trien://ky.example.vn/requests")

    @Test
    fun `no other app photographs a screen, unless the office allows it`() {
        assertTrue(isSecure())
        restrict("screenshots" to false)
        assertTrue(isSecure())
        restrict("screenshots" to true)
        assertFalse(isSecure())
    }

    private fun isSecure(): Boolean =
        opened().window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0

    private fun restrict(policy: Pair<String, Boolean>) = shadowOf(context.getSystemService(RestrictionsManager::class.java))
        .setApplicationRestrictions(Bundle().apply { putBoolean(policy.first, policy.second) })

    @Test
    fun `no other app lays a window over a screen or passes touches through one`() {
        val window = opened().window
        assertTrue(window.decorView.filterTouchesWhenObscured)
        // A field that the SDK hides, and the flag SYSTEM_FLAG_HIDE_NON_SYSTEM_OVERLAY_WINDOWS of it.
        val private = WindowManager.LayoutParams::class.java.getField("privateFlags").getInt(window.attributes)
        assertTrue(private and 0x0008_0000 != 0)
    }

    private fun opened(): ComponentActivity {
        // The manifest asks for it, and every device grants it.
        shadowOf(context).grantPermissions(Manifest.permission.HIDE_OVERLAY_WINDOWS)
        return Robolectric.buildActivity(ComponentActivity::class.java).create().get().also { it.protect() }
    }

    @Test
    fun `the app syncs every fifteen minutes where there is a network, also after a restart`() {
        SyncJob.everyFifteenMinutes(context)
        val job = jobs().single()
        assertEquals(15 * 60_000L, job.intervalMillis)
        assertTrue(job.isPeriodic && job.isPersisted)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, job.networkType)
        assertEquals(ComponentName(context, SyncJob::class.java), job.service)
    }

    @Test
    fun `however often the phone is woken, one sync is due, and soon`() {
        SyncJob.soon(context)
        val job = jobs().single()
        assertTrue(job.isExpedited)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, job.networkType)
        repeat(3) { SyncJob.soon(context) }
        assertEquals(listOf(job), jobs())
    }

    private fun jobs(): List<JobInfo> = context.getSystemService(JobScheduler::class.java)!!.allPendingJobs

    @Test
    fun `nothing is backed up and nothing is said in clear`() {
        val flags = context.applicationInfo.flags
        assertEquals(0, flags and ApplicationInfo.FLAG_ALLOW_BACKUP)
        assertEquals(0, flags and ApplicationInfo.FLAG_USES_CLEARTEXT_TRAFFIC)
        assertTrue(permissions().contains(Manifest.permission.HIDE_OVERLAY_WINDOWS))
    }

    @Test
    fun `other apps open the window, and tell how it is woken, and nothing else`() {
        val what = PackageManager.GET_ACTIVITIES or PackageManager.GET_SERVICES or PackageManager.GET_RECEIVERS or PackageManager.GET_PROVIDERS
        val info = context.packageManager.getPackageInfo(context.packageName, what)
        val parts = listOf(info.activities, info.services, info.receivers, info.providers).flatMap { it.orEmpty().toList() }
        val open = parts.filter { it.exported && it.name.startsWith("vn.trien.") }.map { it.name.removePrefix("vn.trien.") }
        assertEquals(listOf("MainActivity", "device.UnifiedPushReceiver"), open.sorted())
    }

    private fun permissions() =
        context.packageManager.getPackageInfo(context.packageName, PackageManager.GET_PERMISSIONS).requestedPermissions.orEmpty().toList()

    @Test
    fun `links of mails and invitations open the app, and no other page of a server does`() {
        val id = "0193b0c1-7d2e-7c3a-9f10-2b6d5e8a4c11"
        assertTrue(opens("https://ky.example.vn/e"))
        assertTrue(opens("https://ky.example.vn:8443/r/$id"))
        assertTrue(opens("trien://ky.example.vn/requests/$id"))
        assertFalse(opens("https://ky.example.vn/"))
        assertFalse(opens("https://ky.example.vn/console/requests/$id"))
        assertFalse(opens("http://ky.example.vn/r/$id"))
    }

    private fun opens(link: String): Boolean {
        val intent = Intent(Intent.ACTION_VIEW, Uri.parse(link)).addCategory(Intent.CATEGORY_BROWSABLE)
        return context.packageManager.queryIntentActivities(intent, PackageManager.MATCH_DEFAULT_ONLY).any { it.activityInfo.name == "vn.trien.MainActivity" }
    }

    @Test
    fun `a notice names nothing, decides nothing and leads to what waits`() {
        notices.somethingWaits(Waits(1, "trien://ky.example.vn/requests/0193b0c1"))
        val notice = requireNotNull(shown())
        assertNull(notice.actions)
        assertEquals(texts["app-notice-title"], notice.extras.getCharSequence(Notification.EXTRA_TITLE))
        assertEquals(texts["app-notice-text"], notice.extras.getCharSequence(Notification.EXTRA_TEXT))
        listOf(Notification.EXTRA_SUB_TEXT, Notification.EXTRA_BIG_TEXT, Notification.EXTRA_INFO_TEXT, Notification.EXTRA_SUMMARY_TEXT).forEach {
            assertNull(it, notice.extras.getCharSequence(it))
        }
        assertNull(notice.tickerText)
        val opening = shadowOf(notice.contentIntent)
        assertTrue(opening.isImmutable)
        assertEquals(ComponentName(context, MainActivity::class.java), opening.savedIntent.component)
        assertEquals("trien://ky.example.vn/requests/0193b0c1", opening.savedIntent.dataString)
    }

    @Test
    fun `the number stays for as long as something waits, and goes with the last`() {
        notices.somethingWaits(some(3))
        assertEquals(3, shown()?.number)
        assertEquals(0, requireNotNull(shown()).flags and Notification.FLAG_AUTO_CANCEL)
        notices.follow(some(2))
        assertEquals(2, shown()?.number)
        notices.follow(some(0))
        assertNull(shown())
    }

    @Test
    fun `the number follows without a sound, also where no notice is shown yet`() {
        notices.follow(some(1))
        val notice = requireNotNull(shown())
        assertEquals(1, notice.number)
        assertEquals(Notification.GROUP_ALERT_SUMMARY, notice.groupAlertBehavior)
        assertNotNull(notice.group)
        notices.somethingWaits(some(2))
        assertNull("what is new may be heard", shown()?.group)
    }

    @Test
    fun `a notice that the person put away stays away until there is another number`() {
        notices.somethingWaits(some(2))
        manager.cancelAll()
        notices.follow(some(2))
        assertNull(shown())
        // Also by an app that was started anew.
        Notices(context) { texts }.follow(some(2))
        assertNull(shown())
        notices.follow(some(1))
        assertEquals(1, shown()?.number)
    }
}
