package vn.trien.ui

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.gestures.rememberTransformableState
import androidx.compose.foundation.gestures.transformable
import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.rememberScrollState
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.Stable
import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.produceState
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.runtime.snapshotFlow
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawWithContent
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.drawscope.clipRect
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.present.Mark
import vn.trien.present.PageSource
import vn.trien.present.Strip
import vn.trien.present.failureOf

/** How far a page can be enlarged; each step is drawn anew, so that letters stay sharp. */
private val ZOOMS = listOf(1f, 1.5f, 2f, 3f)

/** What a test finds the pages by. */
const val PAGES = "pages"

/** Pixels of a strip's height: at three times the width of a wide screen, some thirteen megabytes. */
private const val STRIP = 512

/** Where the person is in a document. */
@Stable
class PagesState(val list: LazyListState, private val pages: List<PageSize>) {
    var zoom by mutableStateOf(0)
    internal var strips by mutableStateOf<List<Strip>>(emptyList())

    val page: Int by derivedStateOf { strips.getOrNull(list.firstVisibleItemIndex)?.page ?: 0 }
    val canEnlarge: Boolean get() = zoom < ZOOMS.lastIndex
    val canReduce: Boolean get() = zoom > 0

    /** Shows a page, from a little above the place on it that is looked for. */
    suspend fun goTo(page: Int, mark: Mark? = null) {
        // Nothing is laid out before the room for it is known.
        val room = snapshotFlow { if (strips.isEmpty()) 0 else list.layoutInfo.viewportSize.height }.first { it > 0 }
        val first = strips.indexOfFirst { it.page == page }
        if (first < 0) return
        val top = if (mark == null) 0 else topFor(mark, height(strips[first]), room)
        val strip = strips.drop(first).takeWhile { it.page == page }.lastOrNull { it.top <= top } ?: strips[first]
        list.animateScrollToItem(strips.indexOf(strip), top - strip.top)
    }

    /** How high the whole page of a strip is, in pixels. */
    internal fun height(strip: Strip): Int = pages[strip.page].let { (strip.pageWidth.toLong() * it.height / maxOf(it.width, 1)).toInt() }

    internal fun layOut(width: Int) {
        strips = pages.flatMapIndexed { number, size ->
            val height = (width.toLong() * size.height / maxOf(size.width, 1)).toInt()
            (0 until height step STRIP).map { top -> Strip(number, width, top, minOf(STRIP, height - top)) }
        }
    }
}

/** Where on a page a window of `room` pixels begins, so that a place is whole in sight where it fits, with what stands above it. */
internal fun topFor(mark: Mark, page: Int, room: Int): Int {
    val left = room - (mark.bottom - mark.top) * page
    val above = minOf(room / 3f, left / 2).coerceAtLeast(0f)
    return (mark.top * page - above).toInt().coerceAtLeast(0)
}

@Composable
fun rememberPages(pages: List<PageSize>): PagesState {
    val list = androidx.compose.foundation.lazy.rememberLazyListState()
    var zoom by rememberSaveable { mutableStateOf(0) }
    val state = remember(pages) { PagesState(list, pages).also { it.zoom = zoom } }
    zoom = state.zoom
    return state
}

/** The pages one below the other, as strips that the core draws when they come into sight; what matters on them has a frame. */
@Composable
fun Pages(state: PagesState, source: PageSource, modifier: Modifier = Modifier, marks: List<Mark> = emptyList()) = BoxWithConstraints(modifier.fillMaxSize()) {
    val density = LocalDensity.current
    val width = (constraints.maxWidth * ZOOMS[state.zoom]).toInt()
    remember(width) { state.layOut(width) }
    var pinched by remember { mutableStateOf(1f) }
    val pinch = rememberTransformableState { _, change, _, _ ->
        pinched *= change
        if (pinched > 1.25f && state.canEnlarge) { state.zoom++; pinched = 1f }
        if (pinched < 0.8f && state.canReduce) { state.zoom--; pinched = 1f }
    }
    val wide = with(density) { width.toDp() }
    Box(Modifier.fillMaxSize().transformable(pinch).horizontalScroll(rememberScrollState())) {
        LazyColumn(Modifier.width(wide).fillMaxHeight().testTag(PAGES), state.list) {
            itemsIndexed(state.strips, key = { _, strip -> "${strip.page} ${strip.top} ${strip.pageWidth}" }) { _, strip ->
                Column {
                    if (strip.top == 0 && strip.page > 0) Box(Modifier.height(8.dp))
                    StripPicture(strip, source, Modifier.width(wide).height(with(density) { strip.height.toDp() }).frames(state.height(strip), strip, marks))
                }
            }
        }
    }
}

private sealed interface Drawn {
    data object NotYet : Drawn
    class Picture(val bitmap: ImageBitmap) : Drawn
    class Failed(val error: PhoneException) : Drawn
}

@Composable
private fun StripPicture(strip: Strip, source: PageSource, modifier: Modifier) {
    val drawn by produceState<Drawn>(Drawn.NotYet, strip, source) {
        value = withContext(Dispatchers.Default) {
            try {
                val png = source.draw(strip)
                BitmapFactory.decodeByteArray(png, 0, png.size)?.let { Drawn.Picture(it.asImageBitmap()) } ?: Drawn.NotYet
            } catch (error: PhoneException) {
                Drawn.Failed(error)
            }
        }
    }
    val label = text("app-page", "page" to strip.page + 1)
    // Paper is white by night too: the person sees what everybody else will see.
    Box(modifier.background(Color.White).semantics { if (strip.top == 0) contentDescription = label }) {
        when (val picture = drawn) {
            Drawn.NotYet -> Unit
            is Drawn.Picture -> Image(picture.bitmap, contentDescription = null, Modifier.fillMaxSize(), contentScale = ContentScale.FillBounds)
            is Drawn.Failed -> Surface(Modifier.align(Alignment.Center), color = MaterialTheme.colorScheme.errorContainer) {
                Text(text(failureOf(picture.error).what), Modifier.padding(12.dp))
            }
        }
    }
}

/** A frame around each place that lies on this strip. */
@Composable
internal fun Modifier.frames(height: Int, strip: Strip, marks: List<Mark>): Modifier {
    val ink = MarkInk
    val here = marks.filter { it.page == strip.page }
    if (here.isEmpty()) return this
    return drawWithContent {
        drawContent()
        clipRect {
            here.forEach { mark ->
                val left = Offset(mark.left * size.width, mark.top * height - strip.top)
                val extent = Size((mark.right - mark.left) * size.width, (mark.bottom - mark.top) * height)
                drawRect(ink, left, extent, style = Stroke(3.dp.toPx()))
            }
        }
    }
}

/** A colour that stands out on white paper by day and by night. */
private val MarkInk = Color(0xFFB3261E)

/** Follows a request to show a page. */
@Composable
fun GoTo(state: PagesState, page: Int?, mark: Mark? = null, done: () -> Unit) = LaunchedEffect(page) {
    if (page != null) {
        state.goTo(page, mark)
        done()
    }
}
