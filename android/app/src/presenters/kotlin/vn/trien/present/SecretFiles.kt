package vn.trien.present

import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.ProviderException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import vn.trien.core.SecretStore
import vn.trien.core.SecretStoreException

/** The keys around the secrets, one for each: destroyed with it, whatever else is kept. They never leave the hardware. */
interface WrappingKeys {
    /** The key of this secret, or none: never made, or destroyed. A keystore that does not answer is a [GeneralSecurityException]. */
    fun known(name: String): SecretKey?

    /** Makes it, in place of any other. */
    fun make(name: String): SecretKey

    /** Destroys it, if it is there. */
    fun forget(name: String)

    /** Whether `error` says that the key has ended for good, and not that the keystore does not answer. */
    fun isEnded(error: GeneralSecurityException): Boolean
}

/**
 * Small secrets in the files of `folder`, each encrypted (AES-256-GCM) with its own key and bound to its name. What the key does not open any
 * more is as if it had never been put. `sync` writes a folder's entries through to the disk.
 */
class SecretFiles(private val folder: File, private val keys: WrappingKeys, private val sync: (File) -> Unit) : SecretStore {
    private val one = Mutex()

    override suspend fun put(name: String, secret: ByteArray) = guarded {
        val key = known(name) ?: keys.make(name)
        val cipher = Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, key); updateAAD(name.encodeToByteArray()) }
        val sealed = cipher.doFinal(secret)
        if (folder.mkdirs()) folder.parentFile?.let(sync)
        FileOutputStream(fresh(name)).use { out ->
            out.write(byteArrayOf(cipher.iv.size.toByte()) + cipher.iv + sealed)
            out.fd.sync()
        }
        if (!fresh(name).renameTo(file(name))) throw IOException("$name could not be replaced")
        sync(folder)
    }

    override suspend fun get(name: String): ByteArray? = guarded {
        if (file(name).exists()) opened(name, file(name).readBytes()) else null
    }

    // The key first: without it, what the flash still holds of the files opens no more either.
    override suspend fun remove(name: String) = guarded {
        try {
            keys.forget(name)
        } finally {
            listOf(file(name), fresh(name)).forEach { if (it.exists() && !it.delete()) throw IOException("${it.name} could not be removed") }
        }
    }

    private fun file(name: String) = File(folder, name)

    // What a cut left of it is written over by the next one.
    private fun fresh(name: String) = File(folder, "$name.new")

    private suspend fun opened(name: String, bytes: ByteArray): ByteArray? {
        val start = 1 + NONCE_BYTES
        if (bytes.size < start + TAG_BYTES || bytes[0].toInt() != NONCE_BYTES) return null
        val key = known(name) ?: return null
        return try {
            Cipher.getInstance(GCM).run {
                init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(8 * TAG_BYTES, bytes, 1, NONCE_BYTES))
                updateAAD(name.encodeToByteArray())
                doFinal(bytes, start, bytes.size - start)
            }
        } catch (_: AEADBadTagException) {
            null
        } catch (error: GeneralSecurityException) {
            if (keys.isEnded(error)) null else throw error
        }
    }

    // A keystore is a process of its own, which is restarted now and then. Taken for a lost key, its silence would cost everything kept.
    private suspend fun known(name: String): SecretKey? {
        repeat(TRIES - 1) {
            try {
                return keys.known(name)
            } catch (error: GeneralSecurityException) {
                if (keys.isEnded(error)) return null
            } catch (_: ProviderException) {
                // The same, by the way of other releases of Android.
            }
            delay(PAUSE_MS)
        }
        return keys.known(name)
    }

    private suspend fun <T> guarded(work: suspend () -> T): T = withContext(Dispatchers.IO) {
        one.withLock {
            try {
                work()
            } catch (error: GeneralSecurityException) {
                throw SecretStoreException.Unavailable(error.toString())
            } catch (error: ProviderException) {
                throw SecretStoreException.Unavailable(error.toString())
            } catch (error: IOException) {
                throw SecretStoreException.Unavailable(error.toString())
            }
        }
    }

    private companion object {
        const val GCM = "AES/GCM/NoPadding"
        const val NONCE_BYTES = 12
        const val TAG_BYTES = 16
        const val TRIES = 4
        const val PAUSE_MS = 150L
    }
}
