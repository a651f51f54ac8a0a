package vn.trien.ui

import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
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
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import vn.trien.core.Verdict
import vn.trien.present.AttachmentLine
import vn.trien.present.Changed
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentState
import vn.trien.present.PageSource
import vn.trien.present.Panel
import vn.trien.present.Remedy
import vn.trien.present.RouteLine
import vn.trien.present.SignatureLine
import vn.trien.present.Standpoint
import vn.trien.present.verdictWords

/** The document first; what to know about it beside; the two answers always in sight. */
@Composable
fun DocumentScreen(state: DocumentState, source: PageSource, on: (DocumentEvent) -> Unit) {
    val content = state.content
    Frame(
        title = state.title.ifEmpty { text("app-document") },
        under = state.subject.ifEmpty { null },
        onBack = { on(DocumentEvent.Back) },
        below = { if (content is DocumentContent.Open) Answers(content, on) },
    ) {
        when (content) {
            DocumentContent.Opening -> Working(text("app-document-opening"))
            is DocumentContent.Failed -> Scrolling { FailureCard(content.failure) { on(DocumentEvent.Mend(it)) } }
            is DocumentContent.Over -> Scrolling {
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
private fun ColumnScope.Opened(state: DocumentState, open: DocumentContent.Open, source: PageSource, on: (DocumentEvent) -> Unit) {
    val pages = rememberPages(open.pages)
    var wanted by remember { mutableStateOf<Int?>(null) }
    GoTo(pages, wanted, open.mark) { wanted = null }
    BoxWithConstraints(Modifier.weight(1f).fillMaxWidth()) {
        // Beside the document where the device lies on its side, below it where it stands.
        if (maxWidth > maxHeight * 3 / 2) {
            Row { Paper(pages, open, source, Modifier.weight(1f)); Panel(state.panel, open, on, Modifier.weight(1f)) }
        } else {
            Column { Paper(pages, open, source, Modifier.weight(1f)); Panel(state.panel, open, on, Modifier.weight(1f)) }
        }
    }
    Beside(state.panel, open, on) { wanted = it }
}

@Composable
private fun Paper(pages: PagesState, open: DocumentContent.Open, source: PageSource, modifier: Modifier) = Box(modifier) {
    Pages(pages, source, marks = listOfNotNull(open.mark))
    ZoomButtons(pages, open.pages.size, Modifier.align(Alignment.BottomEnd).padding(8.dp))
}

@Composable
private fun Panel(panel: Panel?, open: DocumentContent.Open, on: (DocumentEvent) -> Unit, modifier: Modifier) {
    if (panel == null) return
    Surface(modifier, color = MaterialTheme.colorScheme.surfaceContainer) {
        Column(
            Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(12.dp),
            verticalArrangement = Arrangement.spacedBy(10.dp),
        ) { PanelContent(panel, open, on) }
    }
}

@Composable
fun ZoomButtons(pages: PagesState, count: Int, modifier: Modifier) =
    Surface(modifier, shape = MaterialTheme.shapes.large, color = MaterialTheme.colorScheme.surfaceContainerHigh, shadowElevation = 2.dp) {
        Row(verticalAlignment = Alignment.CenterVertically) {
            Text(text("app-page-of", "page" to pages.page + 1, "pages" to count), Modifier.padding(start = 12.dp), style = MaterialTheme.typography.bodyMedium)
            IconAction(Icons.Minus, text("app-zoom-out")) { if (pages.canReduce) pages.zoom-- }
            IconAction(Icons.Plus, text("app-zoom-in")) { if (pages.canEnlarge) pages.zoom++ }
        }
    }

/** One line between document and answers: where the signature goes, and what else there is to look at. */
@Composable
private fun Beside(panel: Panel?, open: DocumentContent.Open, on: (DocumentEvent) -> Unit, goTo: (Int) -> Unit) =
    Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
        Row(
            Modifier.fillMaxWidth().horizontalScroll(rememberScrollState()).padding(horizontal = 8.dp),
            horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.CenterVertically,
        ) {
            open.place?.let { place -> Quiet(text("app-signature-on-page", "page" to place + 1)) { goTo(place) } }
            if (open.place != null) Quiet(text("app-preview")) { on(DocumentEvent.Preview) }
            val notable = open.findings.size + open.signatures.size
            if (notable > 0) PanelChip(Panel.FINDINGS, panel, text("app-panel-findings", "count" to notable), on)
            if (open.attachments.isNotEmpty()) PanelChip(Panel.FILES, panel, text("app-panel-files", "count" to open.attachments.size), on)
            PanelChip(Panel.ROUTE, panel, text("app-panel-route"), on)
            PanelChip(Panel.FACTS, panel, text("app-panel-facts"), on)
        }
    }

@Composable
private fun PanelChip(panel: Panel, open: Panel?, label: String, on: (DocumentEvent) -> Unit) = FilterChip(
    selected = panel == open, onClick = { on(DocumentEvent.Toggle(panel)) }, label = { Text(label) }, modifier = Modifier.heightIn(min = FINGER),
)

@Composable
private fun PanelContent(panel: Panel, open: DocumentContent.Open, on: (DocumentEvent) -> Unit) = when (panel) {
    Panel.FINDINGS -> {
        if (open.meanwhile > 0) Note(Tone.PLAIN) { Body(text("app-signed-meanwhile", "count" to open.meanwhile)) }
        open.findings.forEach { Note(Tone.CAREFUL) { Body(text(it)) } }
        if (open.changed == Changed.YES) Wide(text("app-changes-look")) { on(DocumentEvent.Compare) }
        open.signatures.forEach { SignatureNote(it) }
    }
    Panel.ROUTE -> open.route.forEach { RouteNote(it) }
    Panel.FILES -> open.attachments.forEach { AttachmentNote(it, on) }
    Panel.FACTS -> {
        Lines(open.facts)
        WideOther(text("app-not-me")) { on(DocumentEvent.NotMe) }
    }
}

@Composable
private fun AttachmentNote(file: AttachmentLine, on: (DocumentEvent) -> Unit) {
    Line(file.name, text(file.size))
    if (file.place == null) Small(text("app-attachment-elsewhere")) else WideOther(text("app-attachment-read", "name" to file.name)) { on(DocumentEvent.Read(file)) }
}

@Composable
fun SignatureNote(line: SignatureLine) = Note(
    when (line.verdict) {
        Verdict.VALID -> Tone.GOOD
        Verdict.UNDETERMINED -> Tone.CAREFUL
        Verdict.NOT_VALID -> Tone.BAD
    },
) {
    Text(line.name.ifEmpty { text("app-signature-nameless") }, style = MaterialTheme.typography.titleMedium)
    Text(text(verdictWords(line.verdict)), style = MaterialTheme.typography.labelLarge, fontWeight = FontWeight.Bold)
    line.why.forEach { Body(text(it)) }
}

@Composable
fun RouteNote(line: RouteLine) = Row(horizontalArrangement = Arrangement.spacedBy(10.dp)) {
    val (icon, color) = when (line.how) {
        Standpoint.APPROVED -> Icons.Check to MaterialTheme.colorScheme.primary
        Standpoint.REJECTED, Standpoint.RETURNED -> Icons.Close to MaterialTheme.colorScheme.error
        Standpoint.NOW -> Icons.Dot to MaterialTheme.colorScheme.primary
        Standpoint.WAITS, Standpoint.RELEASED -> Icons.Clock to MaterialTheme.colorScheme.onSurfaceVariant
    }
    Icon(icon, contentDescription = null, tint = color)
    Column(Modifier.weight(1f)) {
        Text("${line.name}, ${line.position}", style = MaterialTheme.typography.bodyLarge)
        val how = text(line.how.key) + line.when_?.let { " $it" }.orEmpty()
        Text("${text(line.role)} · $how", style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
        line.reason?.let { Text("“$it”", style = MaterialTheme.typography.bodyMedium) }
    }
}

@Composable
private fun Answers(open: DocumentContent.Open, on: (DocumentEvent) -> Unit) = ActionBar {
    Other(text("app-reject"), color = MaterialTheme.colorScheme.error) { on(DocumentEvent.Reject) }
    Other(text("app-return")) { on(DocumentEvent.Return) }
    Main(text(open.agree)) { on(DocumentEvent.Agree) }
}
