package vn.trien

import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.text.TextLayoutResult
import androidx.compose.ui.unit.toSize

/** A finger needs 48 dp (WCAG 2.5.5 has 44, Android asks for 48). */
private const val FINGER_DP = 48

/** What is smaller is not found by a finger, however much room there is around it (WCAG 2.5.8). */
private const val LEAST_DP = 24

/** What keeps a person from reading or using one screen, over all its states. */
class Faults {
    private val found = linkedSetOf<String>()
    private val cut = linkedMapOf<String, String>()
    private val whole = mutableSetOf<String>()

    /** Looks at one state; `merged` is as a screen reader sees it, `all` has each text. */
    fun look(where: String, merged: SemanticsNode, all: SemanticsNode) {
        val pressed = nodes(merged).filter { SemanticsActions.OnClick in it.config }
        pressed.forEach { node -> found += pressable(node, pressed).map { "$where: $it" } }
        nodes(all).forEach { node -> text(node, where) }
    }

    /** What was found; a text that was cut off is a fault unless some state of the screen has it whole. */
    fun all(): List<String> = found.toList() + cut.filterKeys { it !in whole }.map { (text, where) -> "$where: \"$text\" is cut off, and whole nowhere" }

    private fun text(node: SemanticsNode, where: String) {
        // What is typed moves under the finger.
        if (SemanticsProperties.EditableText in node.config) return
        val results = mutableListOf<TextLayoutResult>()
        node.config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(results)
        results.forEach { result ->
            val text = result.layoutInput.text.text
            if (KEY.containsMatchIn(text)) found += "$where: a key or an argument is shown: \"$text\""
            when {
                !isCut(result, node) -> whole += text
                result.layoutInput.maxLines == Int.MAX_VALUE -> found += "$where: \"$text\" does not fit"
                else -> cut.putIfAbsent(text, where)
            }
        }
    }
}

private fun nodes(root: SemanticsNode): List<SemanticsNode> = listOf(root) + root.children.flatMap { nodes(it) }

private fun pressable(node: SemanticsNode, all: List<SemanticsNode>): List<String> {
    val name = label(node)
    return buildList {
        if (name.isBlank()) add("something can be pressed that has no name, at ${node.boundsInRoot}")
        if (isTooSmall(node, all)) add("\"$name\" is only ${size(node)} dp")
        if (!scrolls(node) && isCutOff(node)) add("\"$name\" is cut off: ${node.size} shows as ${node.boundsInRoot}")
    }
}

/** Its own size counts, and the room around it that belongs to nothing else: Compose takes touches there for it. */
private fun isTooSmall(node: SemanticsNode, all: List<SemanticsNode>): Boolean {
    val density = node.layoutInfo.density.density
    val (width, height) = node.size.width / density to node.size.height / density
    if (minOf(width, height) > FINGER_DP - 0.5f) return false
    if (minOf(width, height) < LEAST_DP) return true
    val room = place(node).inflated((FINGER_DP - width) / 2 * density, (FINGER_DP - height) / 2 * density)
    val screen = generateSequence(node) { it.parent }.last().let(::place)
    val isCrowded = all.any { other -> other.id != node.id && place(other).overlaps(room) }
    return isCrowded || room.left < screen.left || room.top < screen.top || room.right > screen.right || room.bottom > screen.bottom
}

private fun place(node: SemanticsNode) = Rect(node.positionInRoot, node.size.toSize())

private fun Rect.inflated(sideways: Float, upright: Float) =
    Rect(left - maxOf(sideways, 0f), top - maxOf(upright, 0f), right + maxOf(sideways, 0f), bottom + maxOf(upright, 0f))

private fun size(node: SemanticsNode) = node.layoutInfo.density.density.let { "${node.size.width / it} × ${node.size.height / it}" }

/** What a screen reader calls it. */
fun label(node: SemanticsNode): String {
    val config = node.config
    val texts = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
    val described = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()
    val written = listOfNotNull(config.getOrNull(SemanticsProperties.EditableText)?.text)
    return (texts + described + written).joinToString(" ")
}

private fun scrolls(node: SemanticsNode): Boolean = generateSequence(node.parent) { it.parent }.any {
    SemanticsProperties.VerticalScrollAxisRange in it.config || SemanticsProperties.HorizontalScrollAxisRange in it.config
}

private fun isCutOff(node: SemanticsNode): Boolean =
    node.boundsInRoot.width < node.size.width - 1 || node.boundsInRoot.height < node.size.height - 1

// What overflows by the library's own word is less by fractions of a pixel. Lines that do not fit may not be laid out at all.
private fun isCut(result: TextLayoutResult, node: SemanticsNode): Boolean {
    val last = result.lineCount - 1
    // A line that ends in dots says that it ends with the text, and that it is as wide as its room.
    val wanted = result.multiParagraph.intrinsics.maxIntrinsicWidth
    val isDotted = result.isLineEllipsized(last) || wanted > result.layoutInput.maxLines.toFloat() * (node.size.width + 1)
    val isShort = isDotted || result.getLineEnd(last) < result.layoutInput.text.length
    val scrolls = SemanticsProperties.VerticalScrollAxisRange in node.config
    val isLow = !scrolls && result.multiParagraph.height > node.size.height + 1
    return isShort || isLow || !scrollsSideways(node) && widest(result) > node.size.width + 1
}

private fun widest(result: TextLayoutResult): Float =
    (0 until result.lineCount).maxOfOrNull { result.getLineRight(it) - result.getLineLeft(it) } ?: 0f

// Where all moves sideways, a text has as much room as it wants.
private fun scrollsSideways(node: SemanticsNode): Boolean =
    generateSequence(node.parent) { it.parent }.any { SemanticsProperties.HorizontalScrollAxisRange in it.config }

private val KEY = Regex("\\b(app|pdf|verify|problem)-[a-z]+-|\\{[a-z]+\\}")
