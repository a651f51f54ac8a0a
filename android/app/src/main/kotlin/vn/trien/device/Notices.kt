package vn.trien.device

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.net.Uri
import vn.trien.MainActivity
import vn.trien.R
import vn.trien.present.Texts
import vn.trien.present.Waits

/**
 * One notice, which names no document and offers no approval: a locked screen shows it to everybody. Launchers that show numbers take
 * theirs from it, so that it stays for as long as something waits.
 */
class Notices(private val context: Context, private val texts: () -> Texts) {
    private val kept = context.getSharedPreferences("notices", Context.MODE_PRIVATE)

    /** Something new is among what waits. */
    fun somethingWaits(waits: Waits) = show(waits, Loudness.ALERT)

    /** The number follows what waits, without a sound. A notice that the person put away stays away until there is another number. */
    fun follow(waits: Waits) = when {
        waits.count == 0 -> nothingWaits()
        isShown() || waits.count != kept.getInt(COUNT, 0) -> show(waits, Loudness.SILENT)
        else -> Unit
    }

    private fun nothingWaits() {
        manager()?.cancel(WAITING)
        keep(0)
    }

    private fun show(waits: Waits, loudness: Loudness) {
        val manager = manager()?.takeIf { it.areNotificationsEnabled() } ?: return
        manager.createNotificationChannel(NotificationChannel(CHANNEL, texts()["app-notice-channel"], NotificationManager.IMPORTANCE_HIGH).apply { setShowBadge(true) })
        val notice = Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.notice)
            .setContentTitle(texts()["app-notice-title"])
            .setContentText(texts()["app-notice-text"])
            .setContentIntent(opening(waits.link))
            .setNumber(waits.count)
            .setBadgeIconType(Notification.BADGE_ICON_SMALL)
        // In a group that only its summary alerts for, and that has none, a notice is silent.
        if (loudness == Loudness.SILENT) notice.setOnlyAlertOnce(true).setGroup(CHANNEL).setGroupAlertBehavior(Notification.GROUP_ALERT_SUMMARY)
        // The same id: a second paper does not add a second notice.
        manager.notify(WAITING, notice.build())
        keep(waits.count)
    }

    // The link is ours, and goes to this app alone.
    private fun opening(link: String?): PendingIntent {
        val intent = Intent(context, MainActivity::class.java)
        if (link != null) intent.setAction(Intent.ACTION_VIEW).setData(Uri.parse(link))
        return PendingIntent.getActivity(context, 0, intent, PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT)
    }

    private fun isShown() = manager()?.activeNotifications.orEmpty().any { it.id == WAITING }

    private fun keep(count: Int) = kept.edit().putInt(COUNT, count).apply()

    private fun manager(): NotificationManager? = context.getSystemService(NotificationManager::class.java)

    private enum class Loudness { ALERT, SILENT }

    private companion object {
        const val CHANNEL = "waiting"
        const val WAITING = 1
        const val COUNT = "count"
    }
}
