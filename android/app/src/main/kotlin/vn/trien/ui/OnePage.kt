package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
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

/** One page alone, at the place on it that matters, and what is to be said of it. */
@Composable
fun ColumnScope.OnePage(page: MarkedPage, source: PageSource, words: String? = null) =
    Paged(listOf(page.size), source, listOf(page.mark), Start.MARK, words)

/** Where pages are opened. */
enum class Start { TOP, MARK }

/** Pages with their two buttons in all the room that is left, and what is to be said of them: above, or beside where the device lies on its side. */
@Composable
fun ColumnScope.Paged(sizes: List<PageSize>, source: PageSource, marks: List<Mark> = emptyList(), start: Start = Start.TOP, words: String? = null) {
    val pages = rememberPages(sizes)
    BoxWithConstraints(Modifier.weight(1f).fillMaxWidth()) {
        if (words != null && maxWidth > maxHeight * 3 / 2) {
            Row { Aside(words, Modifier.weight(0.6f).fillMaxHeight()); Reader(pages, source, sizes.size, Modifier.weight(1f), marks) }
        } else {
            Column { words?.let { Aside(it) }; Reader(pages, source, sizes.size, Modifier.weight(1f), marks) }
        }
    }
    val first = marks.firstOrNull()
    LaunchedEffect(pages) { if (start == Start.MARK && first != null) pages.goTo(first.page, first) }
}

/** Pages, and what enlarges them: never over a page, where it would hide the place of a signature. */
@Composable
fun Reader(pages: PagesState, source: PageSource, count: Int, modifier: Modifier, marks: List<Mark> = emptyList()) = BoxWithConstraints(modifier.fillMaxSize()) {
    val isLying = maxWidth > maxHeight
    val counts = maxHeight >= TWO_BUTTONS + FINGER
    if (isLying && maxHeight >= TWO_BUTTONS) {
        Row {
            Pages(pages, source, Modifier.weight(1f), marks)
            Surface(Modifier.fillMaxHeight(), color = MaterialTheme.colorScheme.surfaceContainer) {
                Column(verticalArrangement = Arrangement.Center, horizontalAlignment = Alignment.CenterHorizontally) {
                    if (counts) PageCount(pages, count)
                    ZoomButtons(pages)
                }
            }
        }
    } else if (!isLying && maxHeight >= PAGE_AND_BUTTONS) {
        Column {
            Pages(pages, source, Modifier.weight(1f), marks)
            Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
                Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.End, verticalAlignment = Alignment.CenterVertically) {
                    PageCount(pages, count)
                    ZoomButtons(pages)
                }
            }
        }
    } else {
        // The page needs what room there is, and two fingers enlarge it as well.
        Pages(pages, source, marks = marks)
    }
}

private val TWO_BUTTONS = FINGER * 2

/** Lower than this, buttons below a page would take too much of it. */
private val PAGE_AND_BUTTONS = 280.dp

// Of one page nothing is to be counted; which one it is, is said beside it.
@Composable
private fun PageCount(pages: PagesState, count: Int) {
    if (count > 1) Text(text("app-page-of", "page" to pages.page + 1, "pages" to count), Modifier.padding(horizontal = 8.dp), style = MaterialTheme.typography.bodyMedium)
}

@Composable
private fun ZoomButtons(pages: PagesState) {
    IconAction(Icons.Minus, text("app-zoom-out")) { if (pages.canReduce) pages.zoom-- }
    IconAction(Icons.Plus, text("app-zoom-in")) { if (pages.canEnlarge) pages.zoom++ }
}

/** Words beside pages, with room around them; more than fit are scrolled. */
@Composable
fun Aside(text: String, modifier: Modifier = Modifier) = Surface(modifier, color = MaterialTheme.colorScheme.surfaceContainer) {
    Text(
        text, Modifier.fillMaxWidth().heightIn(max = 160.dp).verticalScroll(rememberScrollState()).padding(horizontal = 16.dp, vertical = 8.dp),
        style = MaterialTheme.typography.bodyMedium,
    )
}
