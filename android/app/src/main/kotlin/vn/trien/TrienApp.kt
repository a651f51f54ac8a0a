package vn.trien

import android.app.Application
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import vn.trien.core.KeyStore
import vn.trien.core.Language
import vn.trien.core.Phone
import vn.trien.core.SecretStore
import vn.trien.core.Setup
import vn.trien.device.AndroidDevice
import vn.trien.device.AndroidKeys
import vn.trien.device.AndroidSecrets
import vn.trien.device.KeySet
import vn.trien.device.Notices
import vn.trien.device.Person
import vn.trien.device.Push
import vn.trien.device.Sharing
import vn.trien.device.SyncJob
import vn.trien.device.UnifiedPush
import vn.trien.present.App
import vn.trien.present.Texts

/** The parts of the app, put together once. */
class TrienApp : Application() {
    val unifiedPush by lazy { UnifiedPush(this) }
    val push by lazy { Push(this, listOf(unifiedPush)) }
    val device: AndroidDevice by lazy { AndroidDevice(this, { keys }, push, { AndroidKeys(this, person, KeySet.PRACTICE) }) }
    val person by lazy { Person(::texts) }
    val notices by lazy { Notices(this, ::texts) }

    private val keys by lazy { AndroidKeys(this, person) }
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
        return app ?: App(phone, device, scope).also {
            app = it
            Sharing(this).clear()
            push.start()
            SyncJob.everyFifteenMinutes(this)
        }
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
        return how(Setup(folder.path, device.app, device.model, language), keys, AndroidSecrets(this))
    }
}

private typealias Opening = suspend (Setup, KeyStore, SecretStore) -> Phone
