package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
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
import vn.trien.present.Panel
import vn.trien.present.RouteLine
import vn.trien.present.SignatureLine
import vn.trien.present.Standpoint
import vn.trien.present.verdictWords

/** A line of its own for what has to be noticed, with its count: it opens and closes the notes. */
@Composable
internal fun Notable(open: DocumentContent.Open, isOpen: Boolean, modifier: Modifier, onClick: () -> Unit) {
    val count = open.findings.size + open.signatures.size + if (open.meanwhile > 0) 1 else 0
    if (count == 0) return
    val tone = toneOf(open)
    val (paper, ink) = coloursOf(tone)
    Surface(isOpen, onClick, modifier, color = paper, contentColor = ink) {
        Row(
            Modifier.heightIn(min = FINGER).padding(horizontal = 16.dp, vertical = 6.dp),
            horizontalArrangement = Arrangement.spacedBy(12.dp), verticalAlignment = Alignment.CenterVertically,
        ) {
            iconOf(tone)?.let { Icon(it, contentDescription = null) }
            Text(text("app-panel-findings", "count" to count), Modifier.weight(1f, fill = false), style = MaterialTheme.typography.labelLarge, fontWeight = FontWeight.Bold)
            Icon(if (isOpen) Icons.Down else Icons.Up, contentDescription = null)
        }
    }
}

private fun toneOf(open: DocumentContent.Open): Tone {
    val verdicts = open.signatures.map { it.verdict }
    return when {
        open.changed == Changed.YES || Verdict.NOT_VALID in verdicts -> Tone.BAD
        open.findings.isNotEmpty() || Verdict.UNDETERMINED in verdicts -> Tone.CAREFUL
        else -> Tone.PLAIN
    }
}

/** What is laid beside the pages: the notes, or one of the others with the choice among them above it. */
@Composable
internal fun DocumentPanel(state: DocumentState, open: DocumentContent.Open, page: Int, on: (DocumentEvent) -> Unit, modifier: Modifier) {
    val panel = state.panel ?: return
    Surface(modifier, color = MaterialTheme.colorScheme.surfaceContainer) {
        Column(
            Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(12.dp),
            verticalArrangement = Arrangement.spacedBy(10.dp),
        ) {
            if (panel != Panel.FINDINGS) Panels(panel, open, page, on)
            PanelContent(panel, state.subject, open, on)
        }
    }
}

@Composable
private fun Panels(chosen: Panel, open: DocumentContent.Open, page: Int, on: (DocumentEvent) -> Unit) =
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Choice(text("app-panel-facts"), chosen == Panel.FACTS) { on(DocumentEvent.Toggle(Panel.FACTS)) }
        Choice(text("app-panel-route"), chosen == Panel.ROUTE) { on(DocumentEvent.Toggle(Panel.ROUTE)) }
        if (open.attachments.isNotEmpty()) {
            Choice(text("app-panel-files", "count" to open.attachments.size), chosen == Panel.FILES) { on(DocumentEvent.Toggle(Panel.FILES)) }
        }
        // Beside the page that stands at the upper edge.
        Quiet(text("app-comments")) { on(DocumentEvent.Comments(page + 1)) }
        if (open.place != null) Quiet(text("app-preview")) { on(DocumentEvent.Preview) }
    }

@Composable
private fun PanelContent(panel: Panel, subject: String, open: DocumentContent.Open, on: (DocumentEvent) -> Unit) = when (panel) {
    Panel.FINDINGS -> {
        if (open.meanwhile > 0) Note(Tone.PLAIN) { Body(text("app-signed-meanwhile", "count" to open.meanwhile)) }
        open.findings.forEach { Note(Tone.CAREFUL) { Body(text(it)) } }
        if (open.changed == Changed.YES) Wide(text("app-changes-look")) { on(DocumentEvent.Compare) }
        open.signatures.forEach { SignatureNote(it) }
    }
    Panel.ROUTE -> open.route.forEach { RouteNote(it) }
    Panel.FILES -> open.attachments.forEach { AttachmentNote(it, on) }
    Panel.FACTS -> Facts(subject, open, on)
}

/** What comes for information asks nothing, so nobody can say that it was not expected. */
@Composable
private fun Facts(subject: String, open: DocumentContent.Open, on: (DocumentEvent) -> Unit) {
    if (open.agree == null) Note(Tone.PLAIN) { Body(text("app-copy-what")) }
    Line(text("app-fact-subject"), subject)
    open.paper?.let { Line(text("app-fact-paper"), text(it)) }
    Lines(open.facts)
    if (open.agree != null) WideOther(text("app-not-me")) { on(DocumentEvent.NotMe) }
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
        line.by?.let { Text(text(it), style = MaterialTheme.typography.bodyMedium) }
        line.awaits?.let { Text(text(it), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.tertiary) }
        line.absent?.let { Text(text(it), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.tertiary) }
        line.reason?.let { Text("“$it”", style = MaterialTheme.typography.bodyMedium) }
    }
}
