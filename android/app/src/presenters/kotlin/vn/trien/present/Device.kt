package vn.trien.present

import vn.trien.core.Language
import vn.trien.core.PracticeInterface

/** What the presenters ask of the device that they run on. */
interface Device {
    /** The app and its build. */
    val app: String

    /** The maker's name of the device. */
    val model: String

    /** What protects the person's keys. */
    fun keys(): KeyPlace

    /** Whether the person can be asked for with a finger or a face, or else, where that is allowed, with the passcode. */
    fun lock(passcode: Boolean): ScreenLock

    /** Whether and how a waiting paper can wake this device. */
    fun notifications(): Notifications

    /** Asks the person to let notifications through. */
    suspend fun allowNotifications(): Notifications

    /** So much waits as of the last sync: the number on the app's icon, and a notice that stands, follow without a sound. */
    fun waits(waits: Waits)

    /** Shows the system's settings where a finger or a face is added. */
    fun openSecurity()

    fun language(): Language

    fun speak(language: Language)

    /** A document to practise on, with a key of its own that is registered nowhere. */
    fun practice(): PracticeInterface

    /** Hands files to the system's share sheet; they stay in a private place until the next ones, for an hour or so at most. */
    suspend fun share(files: List<Shared>): Handing

    /** Removes from there what was handed over before. */
    suspend fun unshare()
}

enum class KeyPlace(val key: String) {
    STRONG_BOX("app-keys-strongbox"),
    TRUSTED_ENVIRONMENT("app-keys-tee"),
    UNKNOWN("app-keys-unknown"),
}

enum class ScreenLock {
    BIOMETRIC,
    NONE_ENROLLED,
    NO_HARDWARE,

    /** No finger and no face is read here: the passcode answers, where it may. */
    PASSCODE,

    /** The passcode may answer, and there is none. */
    NO_PASSCODE,
    ;

    /** Whether a key that asks for its person can be made here. */
    val asks: Boolean get() = this == BIOMETRIC || this == PASSCODE
}

enum class Notifications(val key: String) {
    /** A push service wakes the app. */
    PUSH("app-notifications-push"),

    /** Nobody wakes the app: it looks by itself from time to time. */
    BY_ITSELF("app-notifications-by-itself"),
    OFF("app-notifications-off"),
}
