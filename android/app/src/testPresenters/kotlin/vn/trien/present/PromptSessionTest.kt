package vn.trien.present

import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class PromptSessionTest {
    private var now = 1_000L
    private val session = PromptSession(seconds = 60, signatures = 3) { now }

    @Test
    fun `nothing is signed before the person has confirmed`() = assertFalse(session.take())

    @Test
    fun `one prompt is good for as many signatures as are allowed`() {
        session.begin()
        assertTrue(session.take() && session.take())
        assertFalse(session.take(), "the fourth")
        session.begin()
        assertTrue(session.take())
    }

    @Test
    fun `and for as long as is allowed`() {
        session.begin()
        now += 59_999
        assertTrue(session.take())
        now += 1
        assertFalse(session.take())
    }
}
