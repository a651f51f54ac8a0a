package vn.trien.device

import android.content.Context
import android.content.pm.PackageManager
import com.google.firebase.FirebaseApp
import com.google.firebase.FirebaseOptions
import com.google.firebase.messaging.FirebaseMessaging
import com.google.firebase.messaging.FirebaseMessagingService
import com.google.firebase.messaging.RemoteMessage
import vn.trien.R
import vn.trien.TrienApp
import vn.trien.core.PushKind
import vn.trien.present.PushPlace
import vn.trien.present.PushProvider
import vn.trien.present.PushService

/** Google's Firebase Cloud Messaging. The project's names are those of whoever publishes the app; none of them is a secret. */
class Fcm(private val context: Context) : PushService {
    override val kind = PushKind.FCM

    override fun providers(): List<PushProvider> =
        if (isThere() && context.getString(R.string.fcm_application).isNotEmpty()) listOf(PushProvider(GOOGLE, "Google")) else emptyList()

    // Google's service takes no key of the server's.
    override fun register(provider: String, vapid: ByteArray) {
        messaging().token.addOnSuccessListener { (context.applicationContext as TrienApp).placed(GOOGLE, PushPlace.Fcm(it)) }
    }

    override fun unregister(provider: String) {
        messaging().deleteToken()
    }

    override fun forget() {
        if (providers().isNotEmpty()) unregister(GOOGLE)
    }

    private fun messaging(): FirebaseMessaging {
        if (FirebaseApp.getApps(context).isEmpty()) FirebaseApp.initializeApp(context, options())
        return FirebaseMessaging.getInstance()
    }

    private fun options() = FirebaseOptions.Builder()
        .setProjectId(context.getString(R.string.fcm_project))
        .setApplicationId(context.getString(R.string.fcm_application))
        .setApiKey(context.getString(R.string.fcm_key))
        .setGcmSenderId(context.getString(R.string.fcm_sender))
        .build()

    private fun isThere() = try {
        context.packageManager.getPackageInfo(GOOGLE, 0).applicationInfo?.enabled == true
    } catch (_: PackageManager.NameNotFoundException) {
        false
    }

    companion object {
        const val GOOGLE = "com.google.android.gms"
    }
}

/** What Google's service tells. Whatever a message holds, it means: sync. */
class FcmReceiver : FirebaseMessagingService() {
    override fun onNewToken(token: String) = (applicationContext as TrienApp).placed(Fcm.GOOGLE, PushPlace.Fcm(token))

    override fun onMessageReceived(message: RemoteMessage) = (applicationContext as TrienApp).woken()
}
