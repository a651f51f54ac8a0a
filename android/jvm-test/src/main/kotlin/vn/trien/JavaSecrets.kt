package vn.trien

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import vn.trien.core.SecretStore

/**
 * Secrets in memory, and in a [folder] where there is one; a phone encrypts them with a key of Android Keystore and keeps
 * them on disk.
 */
class JavaSecrets(private val folder: Path? = null) : SecretStore {
    private val secrets = ConcurrentHashMap<String, ByteArray>()

    /** What is stored now. */
    val names: Set<String> get() = secrets.keys.toSet()

    init {
        folder?.let { Files.list(it).use { files -> files.forEach { file -> secrets[file.fileName.toString()] = Files.readAllBytes(file) } } }
    }

    override suspend fun put(name: String, secret: ByteArray) {
        folder?.let { Files.write(it.resolve(name), secret) }
        secrets[name] = secret
    }

    override suspend fun get(name: String): ByteArray? = secrets[name]

    override suspend fun remove(name: String) {
        folder?.let { Files.deleteIfExists(it.resolve(name)) }
        secrets.remove(name)
    }
}
