package vn.trien.story

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.Failure
import vn.trien.present.SheetContent
import vn.trien.present.SignEvent
import vn.trien.present.SignPresenter
import vn.trien.present.SyncStatus

/** A phone whose storage is full: here a small disk in memory, which a process of its own alone sees. */
class FullTest : Telling() {
    @Story("no-space")
    fun `a phone without room signs nothing and says so, and goes on once there is some`() = runBlocking<Unit> {
        val folder = Files.createTempDirectory(office.folder, "full")
        Handset(folder).use { it.enroll(office, office.invite("Nguyễn Công Trứ")) }
        val request = submitted("Nguyễn Công Trứ", "Khẩn hoang")
        val log = folder.resolve("app.log")
        val app = start(folder, Files.createTempDirectory(office.folder, "disk"), log, request)
        assertEquals(0, app.waitFor(), Files.readString(log))
        recordedOnce(request)
    }

    private fun start(folder: Path, disk: Path, log: Path, request: String): Process {
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val library = "-Djna.library.path=" + System.getProperty("jna.library.path")
        val java = Path.of(System.getProperty("java.home"), "bin", "java")
        val small = "mount -t tmpfs -o size=8m full \"$disk\" && cp -a \"$folder/.\" \"$disk\" && exec \"$@\""
        return ProcessBuilder(
            "unshare", "--map-root-user", "--mount", "sh", "-c", small, "sh",
            "$java", library, "-cp", classes, FullApp::class.java.name, "$disk", request,
        ).redirectErrorStream(true).redirectOutput(log.toFile()).start()
    }
}

/** The app on a small disk, whose person wants to sign one request. */
object FullApp {
    @JvmStatic
    fun main(words: Array<String>) = runBlocking<Unit> {
        val (disk, request) = Path.of(words[0]) to words[1]
        val handset = Handset(disk)
        assertIs<SyncStatus.Done>(handset.home().sync)

        // Less than the document needs.
        fill(disk, leaving = 20_000)
        says(assertIs<DocumentContent.Failed>(handset.open(request)).failure)
        Files.delete(disk.resolve(BALLAST))
        handset.at<DocumentPresenter>().on(DocumentEvent.Mend((handset.opened() as DocumentContent.Failed).failure.remedy))
        assertIs<DocumentContent.Open>(handset.opened())

        fill(disk, leaving = 0)
        assertIs<SheetContent.Ready>(handset.sheet())
        val failure = assertIs<SheetContent.Failed>(handset.confirm()).failure
        says(failure)
        assertEquals(0, handset.phone.outbox().size)
        Files.delete(disk.resolve(BALLAST))
        handset.at<SignPresenter>().on(SignEvent.Mend(failure.remedy))
        handset.at<SignPresenter>().until { it.sheet is SheetContent.Ready }
        assertIs<SheetContent.Signed>(handset.confirm())
        handset.close()
    }

    private fun says(failure: Failure) = assertTrue("hết chỗ" in said(failure), said(failure))

    // As full as it gets, and then as much less.
    private fun fill(disk: Path, leaving: Long) {
        val ballast = disk.resolve(BALLAST)
        Files.newByteChannel(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE).use { file ->
            try {
                while (true) file.write(java.nio.ByteBuffer.allocate(4_096))
            } catch (_: IOException) {
                file.truncate(maxOf(0, file.size() - leaving))
            }
        }
    }

    private const val BALLAST = "ballast"
}
