package vn.trien.device

import android.app.BroadcastOptions
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.os.Build
import java.security.SecureRandom
import java.util.Base64
import vn.trien.TrienApp
import vn.trien.core.PushKind
import vn.trien.present.PushPlace
import vn.trien.present.PushProvider
import vn.trien.present.PushService

/**
 * UnifiedPush for Android (AND_3) by plain broadcasts: any distributor that the person has installed. The registration bears the server's
 * key (RFC 8292), so that the distributor's service takes messages from this server alone.
 */
class UnifiedPush(private val context: Context) : PushService {
    private val kept = context.getSharedPreferences("unified-push", Context.MODE_PRIVATE)

    override val kind = PushKind.UNIFIEDPUSH

    override fun providers(): List<PushProvider> {
        val packages = context.packageManager
        return packages.queryBroadcastReceivers(Intent(REGISTER), 0).mapNotNull { it.activityInfo?.applicationInfo }
            .distinctBy { it.packageName }
            .map { PushProvider(it.packageName, it.loadLabel(packages).toString()) }
    }

    override fun register(provider: String, vapid: ByteArray) {
        kept.edit().putString(DISTRIBUTOR, provider).apply()
        send(provider) {
            setAction(REGISTER)
            putExtra("vapid", Base64.getUrlEncoder().withoutPadding().encodeToString(vapid))
            // How distributors of AND_2 learn who asks.
            putExtra("application", context.packageName)
        }
    }

    override fun unregister(provider: String) {
        send(provider) { setAction(UNREGISTER) }
        renew()
    }

    override fun forget() {
        distributor()?.let(::unregister)
        kept.edit().clear().commit()
    }

    /** Another registration needs another token: after a failed one, and after one that was given up. */
    fun renew() = kept.edit().remove(TOKEN).apply()

    /** Who was asked last: whose place an answer brings. */
    fun distributor(): String? = kept.getString(DISTRIBUTOR, null)

    /** Whether a broadcast names the token that this device chose: the only proof that a distributor has. */
    fun isOurs(intent: Intent): Boolean = intent.said("token")?.let { it == kept.getString(TOKEN, null) } ?: false

    /** A distributor that numbers its messages waits to hear that one came. */
    fun acknowledge(intent: Intent) {
        val id = intent.said("id") ?: return
        distributor()?.let { send(it) { setAction(MESSAGE_ACK).putExtra("id", id) } }
    }

    // The distributor learns who asks from Android itself, before version 14 from a pending intent that starts nothing.
    private fun send(distributor: String, how: Intent.() -> Unit) {
        val intent = Intent().setPackage(distributor).putExtra("token", token()).apply(how)
        if (Build.VERSION.SDK_INT >= 34) {
            context.sendBroadcast(intent, null, BroadcastOptions.makeBasic().setShareIdentityEnabled(true).toBundle())
        } else {
            val nothing = Intent("vn.trien.NOTHING").setPackage(context.packageName)
            context.sendBroadcast(intent.putExtra("pi", PendingIntent.getBroadcast(context, 0, nothing, PendingIntent.FLAG_IMMUTABLE)))
        }
    }

    private fun token(): String = kept.getString(TOKEN, null) ?: ByteArray(TOKEN_BYTES).let { bytes ->
        SecureRandom().nextBytes(bytes)
        bytes.joinToString("") { "%02x".format(it) }.also { kept.edit().putString(TOKEN, it).commit() }
    }

    private companion object {
        const val TOKEN = "token"
        const val TOKEN_BYTES = 16
        const val DISTRIBUTOR = "distributor"
        const val REGISTER = "org.unifiedpush.android.distributor.REGISTER"
        const val UNREGISTER = "org.unifiedpush.android.distributor.UNREGISTER"
        const val MESSAGE_ACK = "org.unifiedpush.android.distributor.MESSAGE_ACK"
    }
}

/** What a distributor tells. Whatever a message holds, it means: sync. */
class UnifiedPushReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val app = context.applicationContext as TrienApp
        val push = app.unifiedPush
        if (!push.isOurs(intent)) return
        when (intent.action) {
            "org.unifiedpush.android.connector.NEW_ENDPOINT" -> {
                val endpoint = intent.said("endpoint")?.takeIf { it.startsWith("https://") }
                val distributor = push.distributor()
                if (endpoint != null && distributor != null) app.whileReceiving(goAsync()) { waking().arrived(distributor, PushPlace.Unified(endpoint)) }
            }
            "org.unifiedpush.android.connector.MESSAGE" -> {
                push.acknowledge(intent)
                app.woken()
            }
            "org.unifiedpush.android.connector.UNREGISTERED",
            "org.unifiedpush.android.connector.REGISTRATION_FAILED" -> {
                push.renew()
                app.whileReceiving(goAsync()) { waking().ended() }
            }
        }
    }
}
