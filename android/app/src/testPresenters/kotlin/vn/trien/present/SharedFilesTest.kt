package vn.trien.present

import java.io.File
import java.io.IOException
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class SharedFilesTest {
    @TempDir
    lateinit var parent: Path

    private var now = Instant.now()
    private val folder by lazy { File(parent.toFile(), "shared") }
    private val shared by lazy { SharedFiles(folder) { now } }
    private val file = Shared("Kế hoạch.signed.pdf", byteArrayOf(1, 2, 3))

    private fun names() = folder.list().orEmpty().toList()

    @Test
    fun `what is shared next takes the place of what was shared before`() {
        val laid = shared.lay(listOf(file))
        assertTrue(laid.single().readBytes().contentEquals(file.bytes))
        shared.lay(listOf(Shared("other.pdf", ByteArray(1)), Shared("other.txt", ByteArray(1))))
        assertEquals(setOf("other.pdf", "other.txt"), names().toSet())
    }

    @Test
    fun `a name that leads out of the folder is refused`() {
        for (name in listOf("../out.pdf", "a/b.pdf", "..")) {
            assertThrows(IOException::class.java, { shared.lay(listOf(Shared(name, ByteArray(1)))) }, name)
        }
        assertEquals(listOf("shared"), parent.toFile().list()?.toList())
    }

    @Test
    fun `files that lie for an hour are removed, and younger ones are not`() {
        shared.lay(listOf(file))
        now += Duration.ofMinutes(59)
        shared.clearOld()
        assertEquals(listOf(file.name), names())
        now += Duration.ofMinutes(2)
        shared.clearOld()
        assertFalse(folder.exists())
        shared.clearOld()
    }

    @Test
    fun `files of a clock that was set back do not stay`() {
        shared.lay(listOf(file))
        now -= Duration.ofDays(1)
        shared.clearOld()
        assertFalse(folder.exists())
    }
}
