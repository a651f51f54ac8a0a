package vn.trien.device

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import vn.trien.MainActivity
import vn.trien.R
import vn.trien.present.Texts

/**
 * One notice, which names no document and offers no approval: a locked screen shows it to everybody. Launchers that show numbers take
 * theirs from it.
 */
class Notices(private val context: Context, private val texts: () -> Texts) {
    /** Something new is among what waits. */
    fun somethingWaits(count: Int) = show(count, alerts = true)

    /** Some of it was decided meanwhile, here or on another device: the number follows without a sound. */
    fun fewerWait(count: Int) {
        val shown = context.getSystemService(NotificationManager::class.java)?.activeNotifications.orEmpty().any { it.id == WAITING }
        if (count == 0) nothingWaits() else if (shown) show(count, alerts = false)
    }

    private fun show(count: Int, alerts: Boolean) {
        val manager = context.getSystemService(NotificationManager::class.java) ?: return
        manager.createNotificationChannel(NotificationChannel(CHANNEL, texts()["app-notice-channel"], NotificationManager.IMPORTANCE_HIGH).apply { setShowBadge(true) })
        val open = PendingIntent.getActivity(
            context, 0, Intent(context, MainActivity::class.java), PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT,
        )
        val notice = Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.notice)
            .setContentTitle(texts()["app-notice-title"])
            .setContentText(texts()["app-notice-text"])
            .setContentIntent(open)
            .setAutoCancel(true)
            .setOnlyAlertOnce(!alerts)
            .setNumber(count)
            .setBadgeIconType(Notification.BADGE_ICON_SMALL)
            .build()
        // The same number: a second paper does not add a second notice.
        manager.notify(WAITING, notice)
    }

    fun nothingWaits() {
        context.getSystemService(NotificationManager::class.java)?.cancel(WAITING)
    }

    private companion object {
        const val CHANNEL = "waiting"
        const val WAITING = 1
    }
}
