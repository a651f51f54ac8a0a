package vn.trien.present

import java.io.File
import java.io.IOException
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import vn.trien.core.SecretStoreException

class SecretFilesTest {
    @TempDir
    lateinit var parent: Path

    private val folder by lazy { File(parent.toFile(), "secrets") }
    private val keys = FakeWrappingKeys()
    private val synced = mutableListOf<File>()
    private val secrets by lazy { SecretFiles(folder, keys, { synced += it }) }
    private val secret = "đây là khoá".encodeToByteArray()

    @Test
    fun `a secret comes back, and no file has it in clear`() = runBlocking {
        secrets.put("data-key", secret)
        assertArrayEquals(secret, SecretFiles(folder, keys) {}.get("data-key"))
        assertNull(secrets.get("invitation"))
        assertFalse(String(File(folder, "data-key").readBytes(), Charsets.ISO_8859_1).contains(String(secret, Charsets.ISO_8859_1)))
    }

    @Test
    fun `the folder is written through after each secret, and the one above it when it was made`() = runBlocking {
        secrets.put("data-key", secret)
        assertEquals(listOf(parent.toFile(), folder), synced)
        secrets.put("data-key", secret)
        assertEquals(listOf(parent.toFile(), folder, folder), synced)
    }

    @Test
    fun `a removed secret takes its own key along, and no other`() = runBlocking {
        secrets.put("data-key", secret)
        secrets.put("push-address", secret)
        val before = File(folder, "data-key").readBytes()
        secrets.remove("data-key")
        assertEquals(setOf("push-address"), keys.made.keys)
        assertArrayEquals(secret, secrets.get("push-address"))
        // A copy of the flash brings the file back, and it opens no more, not even beside another of its name.
        File(folder, "data-key").writeBytes(before)
        assertNull(secrets.get("data-key"))
        secrets.put("data-key", secret)
        File(folder, "data-key").writeBytes(before)
        assertNull(secrets.get("data-key"))
    }

    @Test
    fun `what a cut write left goes with its secret`() = runBlocking {
        secrets.put("data-key", secret)
        File(folder, "data-key.new").writeBytes(ByteArray(40))
        secrets.remove("data-key")
        assertEquals(emptyList<String>(), folder.list()?.toList())
        secrets.remove("data-key")
    }

    @Test
    fun `the file goes even where the keystore does not let its key go`() = runBlocking {
        secrets.put("data-key", secret)
        keys.failures = List(1) { ProviderException("no answer") }
        assertUnavailable { secrets.remove("data-key") }
        assertFalse(File(folder, "data-key").exists())
    }

    @Test
    fun `a keystore that does not answer is asked again, and is no lost key`() = runBlocking {
        secrets.put("data-key", secret)
        keys.failures = listOf(UnrecoverableKeyException("Failed to obtain information about key"), ProviderException("no answer"))
        assertArrayEquals(secret, secrets.get("data-key"))
        keys.failures = List(20) { UnrecoverableKeyException("Failed to obtain information about key").apply { initCause(IOException("system error")) } }
        assertUnavailable { secrets.get("data-key") }
        // Nor is it a reason to make another key, which would take the place of this one.
        assertUnavailable { secrets.put("data-key", secret) }
        keys.failures = emptyList()
        assertArrayEquals(secret, secrets.get("data-key"))
    }

    @Test
    fun `a key that is gone or has ended for good opens nothing`() = runBlocking {
        secrets.put("data-key", secret)
        keys.failures = listOf(InvalidKeyException("ended"))
        assertNull(secrets.get("data-key"))
        keys.made.clear()
        assertNull(secrets.get("data-key"))
    }

    @Test
    fun `a file that was cut, changed or renamed is as if it had never been put`() = runBlocking {
        secrets.put("data-key", secret)
        val file = File(folder, "data-key")
        val whole = file.readBytes()
        for (length in whole.indices) {
            file.writeBytes(whole.copyOf(length))
            assertNull(secrets.get("data-key"), "$length bytes")
        }
        for (place in whole.indices) {
            file.writeBytes(whole.copyOf().also { it[place] = (it[place].toInt() xor 0x81).toByte() })
            assertNull(secrets.get("data-key"), "byte $place")
        }
        keys.made["invitation"] = keys.made.getValue("data-key")
        File(folder, "invitation").writeBytes(whole)
        assertNull(secrets.get("invitation"))
    }

    private fun assertUnavailable(what: suspend () -> Unit) {
        val thrown = assertThrows(SecretStoreException.Unavailable::class.java) { runBlocking { what() } }
        assertTrue(thrown.message.orEmpty().isNotEmpty())
    }
}

/** A keystore that answers, or fails first as often as it is told to. */
private class FakeWrappingKeys : WrappingKeys {
    val made = mutableMapOf<String, SecretKey>()
    var failures: List<Exception> = emptyList()

    private fun fail() = failures.firstOrNull()?.let { failures = failures.drop(1); throw it }

    override fun known(name: String): SecretKey? {
        fail()
        return made[name]
    }

    override fun make(name: String): SecretKey =
        KeyGenerator.getInstance("AES").apply { init(256) }.generateKey().also { made[name] = it }

    override fun forget(name: String) {
        fail()
        made.remove(name)
    }

    override fun isEnded(error: GeneralSecurityException) = error is InvalidKeyException
}
