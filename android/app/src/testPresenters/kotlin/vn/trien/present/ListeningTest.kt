package vn.trien.present

import kotlin.random.Random
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind

@OptIn(ExperimentalCoroutinesApi::class)
class ListeningTest {
    private val phone = FakePhone()
    private val scope = TestScope(UnconfinedTestDispatcher())
    private val heard = mutableListOf<Failure?>()
    private val listening = Listening(phone, scope, scope.testScheduler.timeSource, Random(7)) { heard += it }

    private fun passes(seconds: Int) = scope.testScheduler.advanceTimeBy(seconds * 1_000L)
    private fun lines() = phone.asked.count { it == "listen" }

    @Test
    fun `what happens is heard until the app is left`() {
        phone.news = { delay(60_000); FakePhone.SYNCED }
        listening.start()
        listening.start()
        passes(181)
        assertEquals(listOf<Failure?>(null, null, null), heard)
        listening.stop()
        passes(600)
        assertEquals(3, heard.size)
    }

    @Test
    fun `a line that the server ends after a quarter of an hour is opened again at once`() {
        phone.news = { delay(900_000); null }
        listening.start()
        passes(4 * 903)
        assertEquals(5, lines())
    }

    @Test
    fun `without a network the phone asks less and less often, and nobody is told`() {
        phone.news = { throw PhoneException.Unreachable("https://ky.example.vn", "no route") }
        listening.start()
        passes(600)
        assertTrue(lines() in 8..13, "${lines()} lines in ten minutes")
        passes(3_600)
        assertTrue(lines() in 20..40, "${lines()} lines in an hour more")
        assertEquals(emptyList<Failure?>(), heard)
    }

    @Test
    fun `a line that ends as soon as it has greeted is opened less and less often`() {
        var greets = false
        phone.news = { greets = !greets; if (greets) FakePhone.SYNCED else null }
        listening.start()
        passes(600)
        assertTrue(heard.size in 8..13, "${heard.size} syncs in ten minutes")
    }

    @Test
    fun `why the server says no is told`() {
        val suspended = PhoneException.Problem(ProblemKind.DEVICE_SUSPENDED, "Tạm khóa", "Hãy hỏi cán bộ", null)
        phone.news = { throw suspended }
        listening.start()
        assertEquals(listOf<Failure?>(failureOf(suspended)), heard)
    }

    @Test
    fun `a phone that is not enrolled hears nobody, and one that ends hears no more`() {
        phone.stands = PhoneState.NotEnrolled
        listening.start()
        assertEquals(0, lines())
        phone.stands = PhoneState.Enrolled(PROFILE)
        phone.news = { phone.stands = PhoneState.NotEnrolled; null }
        listening.start()
        passes(3_600)
        assertEquals(1, lines())
    }
}
