package vn.trien

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.text.TextLayoutResult

/** A finger needs 48 dp (WCAG 2.5.5 has 44, Android asks for 48). */
private const val FINGER_DP = 48

/** What keeps a person from reading or using a screen; `merged` is as a screen reader sees it, `all` has each text. */
fun faultsOf(merged: SemanticsNode, all: SemanticsNode): List<String> =
    nodes(merged).flatMap { clickable(it) } + nodes(all).flatMap { text(it) }

private fun nodes(root: SemanticsNode): List<SemanticsNode> = listOf(root) + root.children.flatMap { nodes(it) }

private fun clickable(node: SemanticsNode): List<String> {
    if (SemanticsActions.OnClick !in node.config) return emptyList()
    val name = label(node)
    val density = node.layoutInfo.density.density
    val touched = node.touchBoundsInRoot
    val width = maxOf(node.size.width.toFloat(), touched.width) / density
    val height = maxOf(node.size.height.toFloat(), touched.height) / density
    return buildList {
        if (name.isBlank()) add("something can be pressed that has no name, at ${node.boundsInRoot}")
        if (width < FINGER_DP - 0.5f || height < FINGER_DP - 0.5f) add("\"$name\" is only $width × $height dp")
        if (!scrolls(node) && cut(node)) add("\"$name\" is cut off: ${node.size} shows as ${node.boundsInRoot}")
    }
}

private fun label(node: SemanticsNode): String {
    val config = node.config
    val texts = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
    val described = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()
    val written = listOfNotNull(config.getOrNull(SemanticsProperties.EditableText)?.text)
    return (texts + described + written).joinToString(" ")
}

private fun scrolls(node: SemanticsNode): Boolean = generateSequence(node.parent) { it.parent }.any {
    SemanticsProperties.VerticalScrollAxisRange in it.config || SemanticsProperties.HorizontalScrollAxisRange in it.config
}

private fun cut(node: SemanticsNode): Boolean =
    node.boundsInRoot.width < node.size.width - 1 || node.boundsInRoot.height < node.size.height - 1

private fun text(node: SemanticsNode): List<String> {
    val results = mutableListOf<TextLayoutResult>()
    node.config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(results)
    return results.flatMap { result ->
        val text = result.layoutInput.text.text
        buildList {
            if (KEY.containsMatchIn(text)) add("a key or an argument is shown: \"$text\"")
            if (result.layoutInput.maxLines == Int.MAX_VALUE && cutText(result, node)) add("\"$text\" does not fit")
        }
    }
}

// What overflows by the library's own word is less by fractions of a pixel. Lines that do not fit may not be laid out at all.
private fun cutText(result: TextLayoutResult, node: SemanticsNode): Boolean {
    val last = result.lineCount - 1
    val isShort = result.getLineEnd(last) < result.layoutInput.text.length || result.multiParagraph.height > node.size.height + 1
    return isShort || !scrollsSideways(node) && widest(result) > node.size.width + 1
}

private fun widest(result: TextLayoutResult): Float =
    (0 until result.lineCount).maxOfOrNull { result.getLineRight(it) - result.getLineLeft(it) } ?: 0f

// Where all moves sideways, a text has as much room as it wants.
private fun scrollsSideways(node: SemanticsNode): Boolean =
    generateSequence(node.parent) { it.parent }.any { SemanticsProperties.HorizontalScrollAxisRange in it.config }

private val KEY = Regex("\\b(app|pdf|verify|problem)-[a-z]+-|\\{[a-z]+\\}")
