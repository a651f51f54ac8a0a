package vn.trien.device

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.system.ErrnoException
import android.system.Os
import android.system.OsConstants
import java.io.File
import java.io.IOException
import java.security.GeneralSecurityException
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import vn.trien.core.SecretStore
import vn.trien.present.SecretFiles
import vn.trien.present.WrappingKeys

/** Small secrets in files that no backup takes, each with a key of Android Keystore around it. */
fun androidSecrets(context: Context): SecretStore = SecretFiles(File(context.noBackupFilesDir, "secrets"), KeystoreKeys, ::sync)

/** They work for this app only, and need no person. */
private object KeystoreKeys : WrappingKeys {
    private fun store() = java.security.KeyStore.getInstance("AndroidKeyStore").apply { load(null) }

    private fun alias(name: String) = "trien-secret-$name"

    override fun known(name: String): SecretKey? = store().getKey(alias(name), null) as? SecretKey

    override fun forget(name: String) = store().deleteEntry(alias(name))

    // UnrecoverableKeyException stands for every answer of the keystore but "no such key", a crash of its process among them.
    override fun isEnded(error: GeneralSecurityException) =
        error is KeyPermanentlyInvalidatedException || error.cause is KeyPermanentlyInvalidatedException

    override fun make(name: String): SecretKey = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, "AndroidKeyStore").run {
        init(
            KeyGenParameterSpec.Builder(alias(name), KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(256)
                .build(),
        )
        generateKey()
    }
}

private fun sync(folder: File) = try {
    val opened = Os.open(folder.path, OsConstants.O_RDONLY, 0)
    try {
        Os.fsync(opened)
    } finally {
        Os.close(opened)
    }
} catch (error: ErrnoException) {
    throw IOException(error)
}
