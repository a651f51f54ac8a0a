package vn.trien

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import vn.trien.core.Language
import vn.trien.core.Phone
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.Setup
import vn.trien.core.StorageException

/** What a phone does before it knows any office. */
class PhoneAloneTest {
    @Test
    fun `a link that is no invitation is refused with its own error`(@TempDir folder: Path) = runBlocking<Unit> {
        val phone = started(folder, JavaKeys())
        refused<PhoneException.Invitation> { phone.beginEnrollment("https://example.vn/e") }
        refused<PhoneException.NotEnrolled> { phone.sync() }
        assertEquals(PhoneState.NotEnrolled, phone.state())
    }

    @Test
    fun `one folder is one phone`(@TempDir folder: Path) = runBlocking<Unit> {
        started(folder, JavaKeys()).use {
            val error = refused<PhoneException.Storage> { started(folder, JavaKeys()) }
            assertInstanceOf(StorageException.InUse::class.java, error.source)
        }
    }

    @Test
    fun `an app without a name is refused`(@TempDir folder: Path) = runBlocking<Unit> {
        val error = refused<PhoneException.Argument> { Phone.start(Setup("$folder", "", "JVM", Language.ENGLISH), JavaKeys(), JavaSecrets()) }
        assertEquals("app", error.name)
    }
}

internal suspend fun started(folder: Path, keys: JavaKeys, secrets: JavaSecrets = JavaSecrets()): Phone =
    Phone.start(Setup("$folder", "Trien JVM test 0.1", "JVM", Language.VIETNAMESE), keys, secrets)

internal inline fun <reified E : Throwable> refused(crossinline what: suspend () -> Any): E =
    assertThrows(E::class.java) { runBlocking { what() } }
