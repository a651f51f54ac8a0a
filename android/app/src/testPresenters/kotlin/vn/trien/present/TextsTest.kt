package vn.trien.present

import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.Language
import vn.trien.core.ProblemKind

class TextsTest {
    private val languages = Language.entries.map(::Texts)

    @Test
    fun `every key that the app names has its text in both languages`() {
        val sources = File(System.getProperty("trien.root") ?: ".", "android/app/src").walk().filter { it.extension == "kt" }
        val keys = sources.flatMap { KEY.findAll(it.readText()).map { found -> found.groupValues[1] } }.toSortedSet()
        assertTrue(keys.size > 200, "$keys")
        assertEquals(emptyList<String>(), languages.flatMap { texts -> keys.filter { texts[it] == it } })
    }

    @Test
    fun `every problem of the server has a title and a way out`() {
        for (texts in languages) {
            for (kind in ProblemKind.entries) {
                for (words in listOf(problemTitle(kind), problemDetail(kind))) {
                    assertTrue(' ' in texts.of(words), "$kind in ${texts.language}: ${texts.of(words)}")
                }
            }
        }
    }

    @Test
    fun `a choice follows its value`() {
        val texts = Texts(Language.ENGLISH)
        assertEquals("1 decision not sent", texts("app-unsent-count", "count" to 1))
        assertEquals("2 decisions not sent", texts("app-unsent-count", "count" to 2))
    }

    @Test
    fun `a value that was not given stays visible`() {
        assertEquals("due {at}", Texts(Language.ENGLISH)["app-deadline"])
    }

    private companion object {
        val KEY = Regex("\"((?:app|pdf|problem|verify)-[a-z0-9-]+)\"")
    }
}
