package vn.trien.ui

import androidx.compose.foundation.ScrollState
import androidx.compose.foundation.gestures.animateScrollBy
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.rememberScrollState
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import vn.trien.present.Look
import vn.trien.present.PageSource
import vn.trien.present.Prompt
import vn.trien.present.SheetContent
import vn.trien.present.SheetLines
import vn.trien.present.SignEvent
import vn.trien.present.SignState
import vn.trien.present.Stamped

/** What will be signed, as whom, with what, when; then the prompt. A signature cannot be undone. */
@Composable
fun SignScreen(state: SignState, pages: (Stamped) -> PageSource, on: (SignEvent) -> Unit) {
    val sheet = state.sheet
    val ready = sheet as? SheetContent.Ready
    val scroll = rememberScrollState()
    val reading = remember(ready?.lines) { ReadThrough() }
    val stamped = ready?.stamped?.takeIf { ready.look == Look.PAGE }
    if (ready != null && stamped != null) return StampedScreen(state.title, ready, stamped, pages, on)
    Frame(
        title = if (isOver(sheet)) state.title else text("app-sign-title"),
        under = state.title.takeIf { it.isNotEmpty() && !isOver(sheet) },
        underLines = Int.MAX_VALUE,
        onBack = if (sheet is SheetContent.Signing || isOver(sheet)) null else ({ on(SignEvent.Cancel) }),
        below = { if (ready != null && !reading.isDone) ReadOn(scroll, on) else SheetActions(sheet, on) },
    ) {
        Scrolling(scroll) {
            if (state.subject.isNotEmpty()) Body(state.subject)
            when (sheet) {
                SheetContent.Preparing -> Working(text("app-sign-preparing"))
                is SheetContent.Ready -> Ready(sheet, reading, on)
                is SheetContent.Signing -> { SheetTable(sheet.lines); Working(text("app-sign-signing")) }
                is SheetContent.Signed -> Signed(sheet)
                is SheetContent.Kept -> Note(Tone.CAREFUL) {
                    Body(text(if (sheet.signer == null) "app-signed-kept" else "app-approved-kept"))
                    sheet.signer?.let { Body(text(it)) }
                }
                is SheetContent.Refused -> Note(Tone.BAD) { Heading(text(sheet.why)); Body(text(sheet.what)); Body(text("app-signed-refused")) }
                is SheetContent.Failed -> FailureCard(sheet.failure) { on(SignEvent.Mend(it)) }
            }
        }
    }
}

@Composable
private fun Signed(sheet: SheetContent.Signed) {
    Note(Tone.GOOD) {
        Body(text(if (sheet.signer == null) "app-signed-at" else "app-approved-at", "at" to sheet.at))
        Body(text("app-signed-recorded"))
    }
    sheet.signer?.let { Note(Tone.CAREFUL) { Body(text(it)) } }
}

/** The page as it will be signed, with the place of the signature in a frame. */
@Composable
private fun StampedScreen(title: String, sheet: SheetContent.Ready, stamped: Stamped, pages: (Stamped) -> PageSource, on: (SignEvent) -> Unit) = Frame(
    title = text("app-preview-title"),
    under = title.ifEmpty { null },
    onBack = { on(SignEvent.Cancel) },
    below = { ActionBar { Main(text("app-preview-to-sheet")) { on(SignEvent.Show(Look.LINES)) } } },
) {
    OnePage(stamped.page, remember(stamped.sheet) { pages(stamped) }, text("app-preview-what", "page" to stamped.page.page + 1, "at" to sheet.lines.at))
}

private fun isOver(sheet: SheetContent) = sheet is SheetContent.Signed || sheet is SheetContent.Kept || sheet is SheetContent.Refused

@Composable
private fun ColumnScope.Ready(sheet: SheetContent.Ready, reading: ReadThrough, on: (SignEvent) -> Unit) {
    if (sheet.prompt == Prompt.RENEWED) Note(Tone.PLAIN) { Body(text("app-sign-renewed")) }
    SheetTable(sheet.lines, Modifier.readBy(reading))
    if (sheet.stamped != null) WideOther(text("app-preview")) { on(SignEvent.Show(Look.PAGE)) }
    Quiet(text("app-not-me")) { on(SignEvent.NotMe) }
}

@Composable
private fun SheetTable(lines: SheetLines, modifier: Modifier = Modifier) = Column(modifier, verticalArrangement = Arrangement.spacedBy(10.dp)) {
    lines.inPlaceOf?.let { place ->
        Note(Tone.PLAIN) {
            Line(text("app-sign-in-place-of"), place.name)
            Line(text("app-sign-title-above"), place.title)
            Line(text("app-sign-delegation-until"), place.until)
        }
    }
    Line(text(if (lines.inPlaceOf == null) "app-sign-as" else "app-sign-as-delegate"), lines.position)
    Line(text("app-sign-certificate"), "…${lines.certificate}" + lines.certificateUntil?.let { " · " + text("app-sign-until", "day" to it) }.orEmpty())
    Line(text("app-sign-time"), lines.at)
    Line(text("app-sign-place"), lines.page?.let { text("app-page", "page" to it + 1) } ?: text("app-sign-no-stamp"))
    if (lines.meanwhile > 0) Note(Tone.PLAIN) { Body(text("app-signed-meanwhile", "count" to lines.meanwhile)) }
    lines.findings.forEach { Note(Tone.CAREFUL) { Body(text(it)) } }
    Text(text("app-sign-final"), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
}

/** Stands in the place of *Sign* until all that is signed was in sight: on large letters it does not fit a screen. */
@Composable
private fun ReadOn(scroll: ScrollState, on: (SignEvent) -> Unit) = ActionBar {
    val scope = rememberCoroutineScope()
    Other(text("app-cancel")) { on(SignEvent.Cancel) }
    Main(text("app-sign-read-on")) { scope.launch { scroll.animateScrollBy(scroll.viewportSize * 0.8f) } }
}

@Composable
private fun SheetActions(sheet: SheetContent, on: (SignEvent) -> Unit) = when (sheet) {
    is SheetContent.Ready -> ActionBar {
        Other(text("app-cancel")) { on(SignEvent.Cancel) }
        Main(text("app-sign-with-finger")) { on(SignEvent.Sign) }
    }
    is SheetContent.Signed -> Onwards(sheet.next, on)
    is SheetContent.Kept -> Onwards(sheet.next, on)
    is SheetContent.Refused -> Onwards(sheet.next, on)
    SheetContent.Preparing, is SheetContent.Signing, is SheetContent.Failed -> Unit
}

@Composable
private fun Onwards(next: String?, on: (SignEvent) -> Unit) = ActionBar {
    if (next == null) {
        Main(text("app-to-inbox")) { on(SignEvent.ToInbox) }
    } else {
        Other(text("app-to-inbox")) { on(SignEvent.ToInbox) }
        Main(text("app-next-document")) { on(SignEvent.Next) }
    }
}
