package vn.trien.ui

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.ScrollState
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
import androidx.compose.runtime.saveable.listSaver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.runtime.snapshotFlow
import androidx.compose.runtime.snapshots.Snapshot
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
import kotlin.math.abs
import kotlin.math.roundToInt
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

/** Where the person is in a document. */
@Stable
class PagesState internal constructor(private val pages: List<PageSize>, zoom: Int = 0, private val begin: Spot = Spot(0, 0f)) {
    val list = LazyListState()
    var zoom by mutableStateOf(zoom)
    internal var strips by mutableStateOf(Strips(emptyList(), 0))
        private set

    val page: Int by derivedStateOf { spot().page }
    val canEnlarge: Boolean get() = zoom < ZOOMS.lastIndex
    val canReduce: Boolean get() = zoom > 0

    /** Shows a page, from a little above the place on it that is looked for. */
    suspend fun goTo(page: Int, mark: Mark? = null) {
        // Nothing is laid out before the room for it is known.
        val room = snapshotFlow { if (strips.count == 0) 0 else list.layoutInfo.viewportSize.height }.first { it > 0 }
        if (page !in pages.indices) return
        val top = if (mark == null) 0 else topFor(mark, strips.height(page), room)
        val strip = strips.at(page, top)
        list.animateScrollToItem(strip, top - strips[strip].top)
    }

    /** Cuts the pages for another width; what stood at the upper edge stays there. */
    internal fun layOut(width: Int) = Snapshot.withoutReadObservation {
        if (pages.isEmpty()) return@withoutReadObservation
        val spot = spot()
        strips = Strips(pages, width)
        val top = (spot.down * strips.height(spot.page)).roundToInt()
        val strip = strips.at(spot.page, top)
        list.requestScrollToItem(strip, top - strips[strip].top)
    }

    /** What stands at the upper edge. */
    internal fun spot(): Spot {
        if (strips.count == 0) return begin
        val strip = strips[list.firstVisibleItemIndex.coerceAtMost(strips.count - 1)]
        return Spot(strip.page, (strip.top + list.firstVisibleItemScrollOffset) / strips.height(strip.page).toFloat())
    }

    internal companion object {
        fun saver(pages: List<PageSize>) = listSaver<PagesState, Any>(
            save = { state -> state.spot().let { listOf(state.zoom, it.page, it.down) } },
            restore = { (zoom, page, down) -> PagesState(pages, zoom as Int, Spot((page as Int).coerceIn(0, maxOf(pages.lastIndex, 0)), down as Float)) },
        )
    }
}

/** A place in a document: a page, and how far down on it, of its height. */
internal data class Spot(val page: Int, val down: Float)

/** Where on a page a window of `room` pixels begins, so that a place is whole in sight where it fits, with what stands above it. */
internal fun topFor(mark: Mark, page: Int, room: Int): Int {
    val left = room - (mark.bottom - mark.top) * page
    val above = minOf(room / 3f, left / 2).coerceAtLeast(0f)
    return (mark.top * page - above).toInt().coerceAtLeast(0)
}

@Composable
fun rememberPages(pages: List<PageSize>): PagesState = rememberSaveable(pages, saver = PagesState.saver(pages)) { PagesState(pages) }

/** The pages one below the other, as strips that the core draws when they come into sight; what matters on them has a frame. */
@Composable
fun Pages(state: PagesState, source: PageSource, modifier: Modifier = Modifier, marks: List<Mark> = emptyList()) = BoxWithConstraints(modifier.fillMaxSize()) {
    val density = LocalDensity.current
    val width = (constraints.maxWidth * ZOOMS[state.zoom]).toInt()
    remember(state, width) { state.layOut(width) }
    var pinched by remember { mutableStateOf(1f) }
    val pinch = rememberTransformableState { _, change, _, _ ->
        pinched *= change
        if (pinched > 1.25f && state.canEnlarge) { state.zoom++; pinched = 1f }
        if (pinched < 0.8f && state.canReduce) { state.zoom--; pinched = 1f }
    }
    val wide = with(density) { width.toDp() }
    val across = rememberScrollState()
    StayInTheMiddle(across, width, constraints.maxWidth)
    Box(Modifier.fillMaxSize().transformable(pinch).horizontalScroll(across)) {
        LazyColumn(Modifier.width(wide).fillMaxHeight().testTag(PAGES), state.list) {
            val strips = state.strips
            items(strips.count) { index ->
                val strip = strips[index]
                Column {
                    StripPicture(strip, source, Modifier.width(wide).height(with(density) { strip.height.toDp() }).frames(strips.height(strip.page), strip, marks))
                    if (strips.isBeforeNextPage(index)) Box(Modifier.height(8.dp))
                }
            }
        }
    }
}

/** What stood in the middle of the window stays there when pages become wider or narrower. */
@Composable
private fun StayInTheMiddle(across: ScrollState, width: Int, room: Int) {
    var before by remember { mutableStateOf(width to room) }
    LaunchedEffect(width, room) {
        val (oldWidth, oldRoom) = before
        before = width to room
        if (oldWidth == width && oldRoom == room) return@LaunchedEffect
        val middle = (across.value + oldRoom / 2f) * width / maxOf(oldWidth, 1)
        // It cannot be moved further than what is laid out by now.
        snapshotFlow { across.maxValue }.first { abs(it - (width - room)) <= 1 }
        across.scrollTo((middle - room / 2f).roundToInt())
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
