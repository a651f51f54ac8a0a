package vn.trien.device

import android.app.Activity
import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricPrompt
import android.os.CancellationSignal
import java.lang.ref.WeakReference
import java.security.Signature
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import vn.trien.core.KeySignerException
import vn.trien.present.ScreenLock
import vn.trien.present.Texts

/** The person before the screen, asked by the system's own prompt for a finger or a face, or the passcode where the key takes it. */
class Person(private val texts: () -> Texts) {
    private var front = WeakReference<Activity>(null)

    /** Without a screen in front nobody can be asked, and nothing is signed. */
    fun isBefore(activity: Activity) {
        front = WeakReference(activity)
    }

    fun isGone(activity: Activity) {
        if (front.get() === activity) front.clear()
    }

    /** Whether the app is in front. */
    fun isThere(): Boolean = front.get() != null

    /** Shows what is about to be signed. Gives the operation back, opened, where there was one. */
    suspend fun confirm(prompt: String, operation: Signature?, passcode: Boolean): Signature? = withContext(Dispatchers.Main) {
        val activity = front.get() ?: throw KeySignerException.Unavailable("the app is not in front")
        suspendCancellableCoroutine { waiting ->
            val cancel = CancellationSignal()
            waiting.invokeOnCancellation { cancel.cancel() }
            val answer = object : BiometricPrompt.AuthenticationCallback() {
                override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) =
                    waiting.resume(result.cryptoObject?.signature)

                override fun onAuthenticationError(code: Int, message: CharSequence) {
                    if (waiting.isActive) waiting.resumeWithException(refusal(code, message))
                }
            }
            val built = build(activity, prompt, passcode) { if (waiting.isActive) waiting.resumeWithException(KeySignerException.Cancelled()) }
            if (operation == null) {
                built.authenticate(cancel, activity.mainExecutor, answer)
            } else {
                built.authenticate(BiometricPrompt.CryptoObject(operation), cancel, activity.mainExecutor, answer)
            }
        }
    }

    private fun build(activity: Activity, prompt: String, passcode: Boolean, cancelled: () -> Unit): BiometricPrompt {
        val built = BiometricPrompt.Builder(activity)
            .setTitle(texts()["app-prompt-title"])
            .setDescription(prompt)
            .setConfirmationRequired(true)
        // The passcode stands where the button would: the framework takes one of both.
        if (passcode) return built.setAllowedAuthenticators(STRONG or PASSCODE).build()
        return built
            .setAllowedAuthenticators(STRONG)
            // The framework tells this listener alone, and no onAuthenticationError.
            .setNegativeButton(texts()["app-cancel"], activity.mainExecutor) { _, _ -> cancelled() }
            .build()
    }

    companion object {
        fun lock(activity: android.content.Context, passcode: Boolean): ScreenLock {
            val manager = activity.getSystemService(BiometricManager::class.java) ?: return ScreenLock.NO_HARDWARE
            val strong = manager.canAuthenticate(STRONG)
            return when {
                strong == BiometricManager.BIOMETRIC_SUCCESS -> ScreenLock.BIOMETRIC
                passcode && manager.canAuthenticate(PASSCODE) == BiometricManager.BIOMETRIC_SUCCESS -> ScreenLock.PASSCODE
                passcode -> ScreenLock.NO_PASSCODE
                strong == BiometricManager.BIOMETRIC_ERROR_NONE_ENROLLED -> ScreenLock.NONE_ENROLLED
                else -> ScreenLock.NO_HARDWARE
            }
        }

        internal fun refusal(code: Int, message: CharSequence): KeySignerException = when (code) {
            BiometricPrompt.BIOMETRIC_ERROR_USER_CANCELED, BiometricPrompt.BIOMETRIC_ERROR_CANCELED, NEGATIVE_BUTTON ->
                KeySignerException.Cancelled()
            BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT, BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT_PERMANENT ->
                KeySignerException.Locked()
            else -> KeySignerException.Unavailable("$code: $message")
        }

        private const val STRONG = BiometricManager.Authenticators.BIOMETRIC_STRONG
        private const val PASSCODE = BiometricManager.Authenticators.DEVICE_CREDENTIAL

        /** `BIOMETRIC_ERROR_NEGATIVE_BUTTON`, which the framework's class hides. */
        private const val NEGATIVE_BUTTON = 13
    }
}
