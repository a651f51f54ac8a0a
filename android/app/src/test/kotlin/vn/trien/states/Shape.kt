package vn.trien.states

import java.lang.reflect.Modifier
import org.junit.Assert.assertEquals
import org.junit.Test
import vn.trien.present.Chip
import vn.trien.present.Failure
import vn.trien.present.Remedy
import vn.trien.present.SheetContent
import vn.trien.present.Words
import vn.trien.present.words

/**
 * What a state is made of: its cases, the keys of its texts, what is there, what is missing, and what is zero. Names, times and numbers of a
 * sample are made up, and left out.
 */
internal fun shape(value: Any?): String = when (value) {
    null -> "nothing"
    is Words.Ours -> "\"${value.key}\"(${value.arguments.keys.sorted().joinToString()})"
    is Words.Theirs -> "theirs"
    is String -> if (value.isEmpty()) "no text" else "text"
    is ByteArray -> if (value.isEmpty()) "no bytes" else "bytes"
    is Boolean -> "$value"
    is Float, is Double -> "share"
    is Number -> if (value.toLong() == 0L) "0" else "number"
    is ULong -> if (value == 0uL) "0" else "number"
    is Enum<*> -> value.name
    is List<*> -> "[${value.joinToString { shape(it) }}]"
    is Set<*> -> "{${value.map { shape(it) }.sorted().joinToString()}}"
    else -> structure(value)
}

private fun structure(value: Any): String {
    val fields = value.javaClass.declaredFields.filterNot { Modifier.isStatic(it.modifiers) || it.isSynthetic }
    val inside = fields.map { field ->
        field.isAccessible = true
        "${field.name}: ${shape(field.get(value))}"
    }
    return value.javaClass.simpleName + if (inside.isEmpty()) "" else inside.joinToString(prefix = "(", postfix = ")")
}

class ShapeTest {
    private fun failed(what: String, remedy: Remedy = Remedy.TRY_AGAIN, detail: String? = null) =
        SheetContent.Failed(Failure(words(what), remedy, detail))

    @Test
    fun `states that differ in more than names and numbers differ in shape`() {
        val states = listOf(
            SheetContent.Preparing, SheetContent.Kept(null), SheetContent.Kept("1"),
            SheetContent.Signed("08:41", null), SheetContent.Signed("", null),
            SheetContent.Refused(words("a"), words("b"), null), SheetContent.Refused(words("b"), words("a"), null),
            failed("a"), failed("b"), failed("a", Remedy.GO_BACK), failed("a", detail = "why"), words("a"), words("a", "count" to 1),
            listOf(Chip.FORM), listOf(Chip.FORM, Chip.CONTENT), setOf(Chip.FORM), setOf(Chip.CONTENT), listOf(0, 1), listOf(1, 0), 0uL, 1uL,
        )
        assertEquals(states.size, states.map(::shape).toSet().size)
    }

    @Test
    fun `names, times and numbers are no shape`() {
        assertEquals(shape(SheetContent.Signed("08:41", "1")), shape(SheetContent.Signed("17:00", "2")))
        assertEquals(shape(words("a", "count" to 1)), shape(words("a", "count" to 2)))
        assertEquals(shape(setOf(Chip.FORM, Chip.CONTENT)), shape(setOf(Chip.CONTENT, Chip.FORM)))
    }
}
