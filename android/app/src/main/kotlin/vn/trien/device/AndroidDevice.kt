package vn.trien.device

import android.Manifest
import android.app.NotificationManager
import android.content.Context
import android.content.Intent
import android.os.Build
import android.provider.Settings
import java.util.Locale
import kotlinx.coroutines.CompletableDeferred
import vn.trien.core.Language
import vn.trien.core.Practice
import vn.trien.core.PracticeInterface
import vn.trien.present.Device
import vn.trien.present.Handing
import vn.trien.present.KeyPlace
import vn.trien.present.Notifications
import vn.trien.present.ScreenLock
import vn.trien.present.Shared
import vn.trien.present.Waits

/** What Android tells and does for the presenters. */
class AndroidDevice(
    private val context: Context,
    private val keys: () -> AndroidKeys,
    private val isWoken: () -> Boolean,
    private val practiceKeys: () -> AndroidKeys,
    private val notices: () -> Notices,
) : Device {
    private val kept = context.getSharedPreferences("device", Context.MODE_PRIVATE)
    private var asking: CompletableDeferred<Unit>? = null

    /** Shows the system's question about notifications; set by the activity in front. */
    var askPermission: ((String) -> Unit)? = null

    override val app: String = "Trien Android " + context.packageManager.getPackageInfo(context.packageName, 0).versionName.orEmpty()
    override val model: String = "${Build.MANUFACTURER} ${Build.MODEL}".take(LONGEST_MODEL)

    override fun keys(): KeyPlace = keys.invoke().place()

    override fun lock(passcode: Boolean): ScreenLock = Person.lock(context, passcode)

    override fun notifications(): Notifications = when {
        context.getSystemService(NotificationManager::class.java)?.areNotificationsEnabled() != true -> Notifications.OFF
        isWoken() -> Notifications.PUSH
        else -> Notifications.BY_ITSELF
    }

    override suspend fun allowNotifications(): Notifications {
        val ask = askPermission
        if (Build.VERSION.SDK_INT >= 33 && ask != null && context.checkSelfPermission(Manifest.permission.POST_NOTIFICATIONS) != GRANTED) {
            val answered = CompletableDeferred<Unit>().also { asking = it }
            ask(Manifest.permission.POST_NOTIFICATIONS)
            answered.await()
        }
        // Who refused twice is not asked again by the system, and can only change it there.
        if (notifications() == Notifications.OFF) context.startActivity(systemSettings())
        return notifications()
    }

    override fun waits(waits: Waits) = notices().follow(waits)

    override fun openSecurity() = context.openSecuritySettings()

    fun answered() {
        asking?.complete(Unit)
    }

    override fun language(): Language = when (kept.getString(LANGUAGE, null)) {
        "vi" -> Language.VIETNAMESE
        "en" -> Language.ENGLISH
        else -> if (Locale.getDefault().language == "en") Language.ENGLISH else Language.VIETNAMESE
    }

    override fun speak(language: Language) {
        kept.edit().putString(LANGUAGE, if (language == Language.ENGLISH) "en" else "vi").apply()
    }

    override fun practice(): PracticeInterface = Practice(practiceKeys(), language())

    override suspend fun share(files: List<Shared>): Handing = Sharing(context).hand(files)

    override suspend fun unshare() = Sharing(context).clear()

    private fun systemSettings() = Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS)
        .putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName)
        .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)

    private companion object {
        const val GRANTED = android.content.pm.PackageManager.PERMISSION_GRANTED
        const val LANGUAGE = "language"
        const val LONGEST_MODEL = 100
    }
}
