package vn.trien.story

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import vn.trien.Mishap
import vn.trien.present.SheetContent
import vn.trien.present.SyncStatus

/** The system ends an app as it likes: here a process of its own, by SIGKILL. */
class KilledTest : Telling() {
    @Story("killed-before-sending")
    fun `an app that is killed between signing and sending sends what was signed, once`() = runBlocking<Unit> {
        val request = killedWhile(Mishap.HELD_UP, "Lý Thường Kiệt") { recordedNothing(it) }
        recordedOnce(request)
    }

    @Story("killed-before-the-answer")
    fun `an app that is killed before the answer came learns it later, and nothing stands twice`() = runBlocking<Unit> {
        val request = killedWhile(Mishap.ANSWER_HELD_UP, "Trần Nhật Duật") { recordedOnce(it) }
        recordedOnce(request)
    }

    /** Kills the app in the middle of its sending, and starts it again; gives the request. */
    private suspend fun killedWhile(mishap: Mishap, name: String, meanwhile: (String) -> Unit): String {
        val folder = Files.createTempDirectory(office.folder, "killed")
        Handset(folder).use { it.enroll(office, office.invite(name)) }
        val request = submitted(name, "Tờ trình")
        val sending = office.road.next(DECISION, mishap)
        val app = start(folder, request)
        try {
            sending.await()
        } finally {
            app.destroyForcibly()
        }
        assertEquals(KILLED, app.waitFor(), Files.readString(log(folder)))
        meanwhile(request)

        val handset = ending(Handset(folder))
        assertEquals(1, handset.phone.outbox().size, "what was signed is on disk")
        val inbox = handset.home()
        assertIs<SyncStatus.Done>(inbox.sync)
        assertEquals(0 to 0, inbox.unsent to inbox.waiting)
        return request
    }

    private fun start(folder: Path, request: String): Process {
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val library = "-Djna.library.path=" + System.getProperty("jna.library.path")
        val java = Path.of(System.getProperty("java.home"), "bin", "java")
        return ProcessBuilder("$java", library, "-cp", classes, KilledApp::class.java.name, "$folder", request)
            .redirectErrorStream(true).redirectOutput(log(folder).toFile()).start()
    }

    private fun log(folder: Path) = folder.resolve("app.log")

    private companion object {
        /** How the system says that SIGKILL ended a process. */
        const val KILLED = 128 + 9
    }
}

/** The app in a process of its own, whose person signs one request. */
object KilledApp {
    @JvmStatic
    fun main(words: Array<String>) = runBlocking<Unit> {
        val handset = Handset(Path.of(words[0]))
        assertIs<SyncStatus.Done>(handset.home().sync)
        assertIs<SheetContent.Signed>(handset.sign(words[1]))
    }
}
