package vn.trien.story

import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** The list of stories and the tests that tell them. */
class ListTest {
    @Test
    fun `each story of the list is told by one test, and each such test is in the list`() {
        assertEquals(listed().sorted().joinToString("\n"), told().sorted().joinToString("\n"))
    }

    @Test
    fun `a story has one line`() {
        val ids = listed().map { it.substringBefore(SEPARATOR) }
        assertEquals(ids.distinct(), ids)
    }

    private fun listed(): List<String> = Files.readAllLines(Path.of(System.getProperty("trien.stories"))).filter { it.isNotBlank() && it[0] != '#' }

    private fun told(): List<String> {
        val loader = javaClass.classLoader
        val folder = Path.of(javaClass.protectionDomain.codeSource.location.toURI())
        val classes = Files.walk(folder).use { files ->
            files.filter { "$it".endsWith(".class") }.map { folder.relativize(it).joinToString(".").removeSuffix(".class") }.toList()
        }
        return classes.flatMap { loader.loadClass(it).declaredMethods.toList() }
            .mapNotNull { method -> method.getAnnotation(Story::class.java)?.let { it.id + SEPARATOR + method.name } }
    }

    private companion object {
        const val SEPARATOR = " | "
    }
}
