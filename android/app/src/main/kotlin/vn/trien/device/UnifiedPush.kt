package vn.trien.device

import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import java.security.SecureRandom
import vn.trien.TrienApp

/** UnifiedPush (AND_3) by plain broadcasts: any distributor that the person has installed. */
class UnifiedPush(private val context: Context) : PushService {
    private val kept = context.getSharedPreferences("unified-push", Context.MODE_PRIVATE)

    override val name = "unified-push"

    override fun isThere() = distributor() != null

    override fun register() {
        val distributor = distributor() ?: return
        // The distributor learns from it who asks; it may not start anything.
        val identity = PendingIntent.getBroadcast(context, 0, Intent("vn.trien.NOTHING").setPackage(context.packageName), PendingIntent.FLAG_IMMUTABLE)
        context.sendBroadcast(
            Intent(REGISTER).setPackage(distributor).putExtra("token", token()).putExtra("pi", identity).putExtra("application", context.packageName),
        )
    }

    override fun unregister() {
        val distributor = distributor() ?: return
        context.sendBroadcast(Intent(UNREGISTER).setPackage(distributor).putExtra("token", token()))
        kept.edit().clear().apply()
    }

    /** Whether a broadcast names the token that this device chose: the only proof that a distributor has. */
    fun isOurs(intent: Intent): Boolean = intent.getStringExtra("token")?.let { it == kept.getString(TOKEN, null) } ?: false

    fun acknowledge(intent: Intent) {
        val id = intent.getStringExtra("id") ?: return
        val distributor = distributor() ?: return
        context.sendBroadcast(Intent(MESSAGE_ACK).setPackage(distributor).putExtra("token", token()).putExtra("id", id))
    }

    private fun distributor(): String? =
        context.packageManager.queryBroadcastReceivers(Intent(REGISTER), 0).firstOrNull()?.activityInfo?.packageName

    private fun token(): String = kept.getString(TOKEN, null) ?: ByteArray(TOKEN_BYTES).let { bytes ->
        SecureRandom().nextBytes(bytes)
        bytes.joinToString("") { "%02x".format(it) }.also { kept.edit().putString(TOKEN, it).commit() }
    }

    private companion object {
        const val TOKEN = "token"
        const val TOKEN_BYTES = 16
        const val REGISTER = "org.unifiedpush.android.distributor.REGISTER"
        const val UNREGISTER = "org.unifiedpush.android.distributor.UNREGISTER"
        const val MESSAGE_ACK = "org.unifiedpush.android.distributor.MESSAGE_ACK"
    }
}

/** What a distributor tells. Whatever a message holds, it means: sync. */
class UnifiedPushReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val app = context.applicationContext as TrienApp
        if (!app.unifiedPush.isOurs(intent)) return
        when (intent.action) {
            "org.unifiedpush.android.connector.NEW_ENDPOINT" ->
                intent.getStringExtra("endpoint")?.takeIf { it.startsWith("https://") }?.let { app.push.arrived(PushAddress(app.unifiedPush.name, it)) }
            "org.unifiedpush.android.connector.MESSAGE" -> {
                app.unifiedPush.acknowledge(intent)
                SyncJob.soon(context)
            }
            "org.unifiedpush.android.connector.UNREGISTERED",
            "org.unifiedpush.android.connector.REGISTRATION_FAILED" -> app.push.ended()
        }
    }
}
