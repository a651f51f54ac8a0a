package vn.trien

import java.util.concurrent.ConcurrentHashMap
import vn.trien.core.SecretStore

/** Secrets in memory; a phone encrypts them with a key of Android Keystore and keeps them on disk. */
class JavaSecrets : SecretStore {
    private val secrets = ConcurrentHashMap<String, ByteArray>()

    /** What is stored now. */
    val names: Set<String> get() = secrets.keys.toSet()

    override suspend fun put(name: String, secret: ByteArray) {
        secrets[name] = secret
    }

    override suspend fun get(name: String): ByteArray? = secrets[name]

    override suspend fun remove(name: String) {
        secrets.remove(name)
    }
}
