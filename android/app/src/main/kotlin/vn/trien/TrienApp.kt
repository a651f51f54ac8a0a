package vn.trien

import android.app.Application
import android.content.BroadcastReceiver
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import vn.trien.core.KeyStore
import vn.trien.core.Language
import vn.trien.core.Phone
import vn.trien.core.PhoneState
import vn.trien.core.SecretStore
import vn.trien.core.Setup
import vn.trien.device.AndroidDevice
import vn.trien.device.AndroidKeys
import vn.trien.device.KeySet
import vn.trien.device.Notices
import vn.trien.device.Person
import vn.trien.device.Sharing
import vn.trien.device.SyncJob
import vn.trien.device.UnifiedPush
import vn.trien.device.androidSecrets
import vn.trien.device.pushServices
import vn.trien.present.App
import vn.trien.present.PushPlace
import vn.trien.present.Texts
import vn.trien.present.Waking
import vn.trien.present.waitsOn

/** The parts of the app, put together once. */
class TrienApp : Application() {
    val unifiedPush by lazy { UnifiedPush(this) }
    val device: AndroidDevice by lazy { AndroidDevice(this, { keys }, { waking.isTold }, { AndroidKeys(this, person, KeySet.PRACTICE) }, { notices }) }
    val person by lazy { Person(::texts) }
    val notices by lazy { Notices(this, ::texts) }

    private val keys by lazy { AndroidKeys(this, person) }
    private val secrets by lazy { androidSecrets(this) }
    private val waking: Waking by lazy { Waking({ phone() }, secrets, pushServices(this, unifiedPush)) }
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main)
    private var phone: Deferred<Phone>? = null
    private var app: App? = null

    /** The core, opened once. What failed is tried again by whoever asks next. */
    suspend fun phone(): Phone = opening().await()

    /** The same, where the person gives up what no key opens any more. */
    suspend fun phoneAnew(): Phone = opening { setup, keys, secrets -> Phone.startOver(setup, keys, secrets) }.await()

    /** The screens that are open; they outlive a turn of the device. */
    suspend fun screens(): App {
        val phone = phone()
        return app ?: App(phone, device, waking, scope).also {
            app = it
            Sharing(this).clear()
            scope.launch { waking.start() }
            SyncJob.everyFifteenMinutes(this)
        }
    }

    /** The job has synced: screens that are open show it. */
    fun synced() {
        scope.launch { app?.synced() }
    }

    /** Removes what was shared long ago, and all that a phone which has ended since left outside the core. */
    suspend fun tidy() {
        Sharing(this).clearOld()
        if (phone().state() is PhoneState.Enrolled) return
        Sharing(this).clear()
        notices.follow(waitsOn(phone()))
        waking.synced()
    }

    /** How this phone is woken. */
    fun waking(): Waking = waking

    /** A push service says that there is something to fetch. */
    fun woken() {
        waking.woken()
        SyncJob.soon(this)
    }

    /** A push service gave a place. */
    fun placed(from: String, place: PushPlace) {
        scope.launch { waking.arrived(from, place) }
    }

    /** Goes on with what a broadcast brought after its receiver has returned, for as long as Android allows. */
    fun whileReceiving(broadcast: BroadcastReceiver.PendingResult, what: suspend TrienApp.() -> Unit) {
        scope.launch { withTimeoutOrNull(RECEIVING_MS) { what() } }.invokeOnCompletion { broadcast.finish() }
    }

    fun texts(): Texts = Texts(device.language())

    @Synchronized
    private fun opening(how: Opening = { setup, keys, secrets -> Phone.start(setup, keys, secrets) }): Deferred<Phone> {
        val running = phone
        if (running != null && !running.isCancelled) return running
        return scope.async(Dispatchers.IO) { open(how) }.also { phone = it }
    }

    private suspend fun open(how: Opening): Phone {
        val folder = File(noBackupFilesDir, "phone").apply { mkdirs() }
        val language: Language = device.language()
        return how(Setup(folder.path, device.app, device.model, language), keys, secrets)
    }

    private companion object {
        /** Android stops a receiver after ten seconds; what was not told by then is told after the next sync. */
        const val RECEIVING_MS = 8_000L
    }
}

private typealias Opening = suspend (Setup, KeyStore, SecretStore) -> Phone
