package vn.trien.device

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import vn.trien.core.SecretStore
import vn.trien.core.SecretStoreException

/** Small secrets in files that no backup takes, each encrypted with a key of Android Keystore and bound to its name. */
class AndroidSecrets(context: Context, private val keys: WrappingKey = KeystoreKey) : SecretStore {
    private val folder = File(context.noBackupFilesDir, "secrets")
    private val one = Mutex()

    override suspend fun put(name: String, secret: ByteArray) = guarded {
        val cipher = Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, keys.key()); updateAAD(name.encodeToByteArray()) }
        val sealed = cipher.doFinal(secret)
        folder.mkdirs()
        val fresh = File(folder, "$name.new")
        FileOutputStream(fresh).use { out ->
            out.write(byteArrayOf(cipher.iv.size.toByte()) + cipher.iv + sealed)
            out.fd.sync()
        }
        if (!fresh.renameTo(File(folder, name))) throw IOException("$name could not be replaced")
    }

    override suspend fun get(name: String): ByteArray? = guarded {
        val file = File(folder, name)
        if (!file.exists()) null else opened(name, file.readBytes())
    }

    override suspend fun remove(name: String) = guarded {
        val file = File(folder, name)
        if (file.exists() && !file.delete()) throw IOException("$name could not be removed")
        // What the flash still holds of it opens no more either.
        if (folder.list().isNullOrEmpty()) keys.forget()
    }

    // Lost with the hardware's key is as if it had never been put.
    private fun opened(name: String, bytes: ByteArray): ByteArray? = try {
        val iv = bytes.copyOfRange(1, 1 + bytes[0])
        keys.known()?.let { key ->
            Cipher.getInstance(GCM).run {
                init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, iv))
                updateAAD(name.encodeToByteArray())
                doFinal(bytes, 1 + iv.size, bytes.size - 1 - iv.size)
            }
        }
    } catch (_: AEADBadTagException) {
        null
    } catch (_: KeyPermanentlyInvalidatedException) {
        null
    } catch (_: UnrecoverableKeyException) {
        null
    }

    private suspend fun <T> guarded(work: () -> T): T = withContext(Dispatchers.IO) {
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
    }
}

/** The key around all secrets. */
interface WrappingKey {
    /** It, made if there is none. */
    fun key(): SecretKey

    /** It, if there is one. Another one would open nothing, and take its place for good. */
    fun known(): SecretKey?

    /** Destroys it. */
    fun forget()
}

/** It works for this app only, and needs no person. */
object KeystoreKey : WrappingKey {
    private const val ALIAS = "trien-secrets"

    private fun store() = java.security.KeyStore.getInstance("AndroidKeyStore").apply { load(null) }

    override fun known(): SecretKey? = store().getKey(ALIAS, null) as? SecretKey

    override fun forget() = store().deleteEntry(ALIAS)

    override fun key(): SecretKey {
        known()?.let { return it }
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, "AndroidKeyStore").run {
            init(
                KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                    .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                    .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                    .setKeySize(256)
                    .build(),
            )
            generateKey()
        }
    }
}
