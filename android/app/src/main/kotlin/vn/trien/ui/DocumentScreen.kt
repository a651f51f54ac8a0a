package vn.trien.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentState
import vn.trien.present.PageSource
import vn.trien.present.Panel
import vn.trien.present.Remedy
import vn.trien.present.Words

/** The document first; what to know about it beside; the two answers always in sight. */
@Composable
fun DocumentScreen(state: DocumentState, source: PageSource, on: (DocumentEvent) -> Unit) {
    val content = state.content
    Frame(
        title = state.title.ifEmpty { text("app-document") },
        // Beside the pages it may be cut: the summary has it whole.
        under = state.subject.takeIf { it.isNotEmpty() && content is DocumentContent.Open },
        onBack = { on(DocumentEvent.Back) },
        below = { if (content is DocumentContent.Open) content.agree?.let { Answers(content, it, on) } },
    ) {
        when (content) {
            DocumentContent.Opening -> Scrolling { Subject(state); Working(text("app-document-opening")) }
            is DocumentContent.Failed -> Scrolling { Subject(state); FailureCard(content.failure) { on(DocumentEvent.Mend(it)) } }
            is DocumentContent.Over -> Scrolling {
                Subject(state)
                Note(Tone.PLAIN) { Body(text(content.what)) }
                content.decision?.let { WideOther(text("app-over-receipt")) { on(DocumentEvent.Receipt(it)) } }
                Wide(text("app-go-back")) { on(DocumentEvent.Mend(Remedy.GO_BACK)) }
                if (content.route.isNotEmpty()) Heading(text("app-panel-route"))
                content.route.forEach { RouteNote(it) }
            }
            is DocumentContent.Open -> Opened(state, content, source, on)
        }
    }
}

@Composable
private fun Subject(state: DocumentState) {
    if (state.subject.isNotEmpty()) Body(state.subject)
}

@Composable
private fun ColumnScope.Opened(state: DocumentState, open: DocumentContent.Open, source: PageSource, on: (DocumentEvent) -> Unit) {
    val pages = rememberPages(open.pages)
    var wanted by remember { mutableStateOf<Int?>(null) }
    GoTo(pages, wanted, open.mark) { wanted = null }
    val marks = listOfNotNull(open.mark)
    BoxWithConstraints(Modifier.weight(1f).fillMaxWidth()) {
        // Beside the document where the device lies on its side, below it where it stands.
        if (maxWidth > maxHeight * 3 / 2) {
            Row { Reader(pages, source, open.pages.size, Modifier.weight(1f), marks); DocumentPanel(state, open, pages.page, on, Modifier.weight(1f)) }
        } else {
            Column { Reader(pages, source, open.pages.size, Modifier.weight(1f), marks); DocumentPanel(state, open, pages.page, on, Modifier.weight(1.2f)) }
        }
    }
    Ways(state.panel, open, on) { wanted = it }
}

/** Between document and answers: what has to be noticed, where the signature goes, and what else there is to look at. */
@Composable
private fun Ways(panel: Panel?, open: DocumentContent.Open, on: (DocumentEvent) -> Unit, goTo: (Int) -> Unit) = Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
    BoxWithConstraints {
        if (maxWidth >= ONE_LINE) {
            Row(Modifier.fillMaxWidth().padding(end = 8.dp), verticalAlignment = Alignment.CenterVertically) {
                Notable(open, panel == Panel.FINDINGS, Modifier.weight(1f, fill = false)) { on(DocumentEvent.Toggle(Panel.FINDINGS)) }
                ToPlaceAndMore(panel, open, on, goTo)
            }
        } else {
            Column {
                Notable(open, panel == Panel.FINDINGS, Modifier.fillMaxWidth()) { on(DocumentEvent.Toggle(Panel.FINDINGS)) }
                Row(Modifier.fillMaxWidth().padding(horizontal = 8.dp), verticalAlignment = Alignment.CenterVertically) { ToPlaceAndMore(panel, open, on, goTo) }
            }
        }
    }
}

/** So wide, all of it fits one line on large letters too. */
private val ONE_LINE = 600.dp

@Composable
private fun RowScope.ToPlaceAndMore(
    panel: Panel?, open: DocumentContent.Open, on: (DocumentEvent) -> Unit, goTo: (Int) -> Unit,
) {
    Box(Modifier.weight(1f)) {
        open.place?.let { place -> Quiet(text("app-signature-on-page", "page" to place + 1)) { goTo(place) } }
    }
    if (panel == null || panel == Panel.FINDINGS) {
        Choice(text("app-more"), chosen = false) { on(DocumentEvent.Toggle(Panel.FACTS)) }
    } else {
        Choice(text("app-close"), chosen = false) { on(DocumentEvent.Toggle(panel)) }
    }
}

@Composable
private fun Answers(open: DocumentContent.Open, agree: Words, on: (DocumentEvent) -> Unit) = Column {
    open.inPlaceOf?.let { InPlace(it) }
    ActionBar {
        Other(text("app-reject"), color = MaterialTheme.colorScheme.error) { on(DocumentEvent.Reject) }
        Other(text("app-return")) { on(DocumentEvent.Return) }
        Main(text(agree)) { on(DocumentEvent.Agree) }
    }
}

/** Whose part it is, before either answer. */
@Composable
private fun InPlace(name: String) = Surface(color = MaterialTheme.colorScheme.secondaryContainer) {
    Text(
        text("app-deciding-in-place-of", "name" to name), Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp),
        style = MaterialTheme.typography.labelLarge,
    )
}
