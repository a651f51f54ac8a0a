package vn.trien.ui

import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.core.PageSize
import vn.trien.present.Mark
import vn.trien.present.MarkedPage
import vn.trien.present.PageSource

/** One page alone, at the place on it that matters. */
@Composable
fun ColumnScope.OnePage(page: MarkedPage, source: PageSource) = Paged(listOf(page.size), source, listOf(page.mark), Start.MARK)

/** Lower than this, buttons over a page would be cut. */
private val ROOM_FOR_BUTTONS = 96.dp

/** Where pages are opened. */
enum class Start { TOP, MARK }

/** Pages with their two buttons, in all the room that is left. */
@Composable
fun ColumnScope.Paged(sizes: List<PageSize>, source: PageSource, marks: List<Mark> = emptyList(), start: Start = Start.TOP) {
    val pages = rememberPages(sizes)
    BoxWithConstraints(Modifier.weight(1f).fillMaxWidth()) {
        Pages(pages, source, marks = marks)
        // Large letters on a phone that lies on its side leave a narrow band: the page needs it, and two fingers enlarge it as well.
        if (maxHeight >= ROOM_FOR_BUTTONS) ZoomButtons(pages, sizes.size, Modifier.align(Alignment.BottomEnd).padding(8.dp))
    }
    val first = marks.firstOrNull()
    LaunchedEffect(pages) { if (start == Start.MARK && first != null) pages.goTo(first.page, first) }
}

/** A line beside pages, with room around it. */
@Composable
fun Aside(text: String) = Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
    Text(text, Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp), style = MaterialTheme.typography.bodyMedium)
}
