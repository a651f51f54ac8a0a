package vn.trien.ui

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.ScrollState
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.compositionLocalOf
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import vn.trien.present.Fact
import vn.trien.present.Failure
import vn.trien.present.Prompts
import vn.trien.present.Remedy
import vn.trien.present.Replacement

/** What a finger needs, and what Android asks for. */
val FINGER = 48.dp

/** A screen: its name above, what it does below and always in sight, and all else between. A line under the name may be cut after `underLines`. */
@Composable
fun Frame(
    title: String,
    onBack: (() -> Unit)?,
    below: @Composable ColumnScope.() -> Unit = {},
    beside: @Composable RowScope.() -> Unit = {},
    under: String? = null,
    underLines: Int = 1,
    content: @Composable ColumnScope.() -> Unit,
) = Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) {
    Column(Modifier.safeDrawingPadding()) {
        Row(Modifier.fillMaxWidth().padding(horizontal = 4.dp), verticalAlignment = Alignment.CenterVertically) {
            if (onBack != null) IconAction(Icons.Back, text("app-go-back"), onBack)
            Column(Modifier.weight(1f).padding(start = if (onBack == null) 12.dp else 4.dp, top = 6.dp, bottom = 6.dp)) {
                Text(title, Modifier.semantics { heading() }, style = MaterialTheme.typography.titleLarge)
                if (under != null) Text(under, style = MaterialTheme.typography.bodyMedium, maxLines = underLines, overflow = TextOverflow.Ellipsis)
            }
            beside()
        }
        Column(Modifier.weight(1f).fillMaxWidth(), content = content)
        below()
    }
}

/** What scrolls inside a frame; that there is more below is to be seen. */
@Composable
fun Scrolling(scroll: ScrollState = rememberScrollState(), content: @Composable ColumnScope.() -> Unit) = Box(Modifier.fillMaxSize()) {
    Box(Modifier.fillMaxSize().verticalScroll(scroll), contentAlignment = Alignment.TopCenter) {
        // Lines longer than this are hard to read on.
        Column(Modifier.widthIn(max = 640.dp).fillMaxWidth().padding(16.dp), verticalArrangement = Arrangement.spacedBy(14.dp), content = content)
    }
    // An edge without words needs no hint, which would lie over the words above it.
    val edge = with(LocalDensity.current) { 24.dp.roundToPx() }
    if (scroll.maxValue - scroll.value > edge) MoreBelow(Modifier.align(Alignment.BottomCenter))
}

// A finger moves what lies below it.
@Composable
private fun MoreBelow(modifier: Modifier) = Icon(
    Icons.Down, contentDescription = null,
    modifier.padding(bottom = 2.dp).background(MaterialTheme.colorScheme.surfaceContainerHighest, MaterialTheme.shapes.large)
        .border(line(), MaterialTheme.shapes.large).padding(horizontal = 12.dp).size(20.dp),
)

@Composable
fun IconAction(icon: ImageVector, label: String, onClick: () -> Unit) =
    IconButton(onClick, Modifier.size(FINGER)) { Icon(icon, contentDescription = label) }

/** The actions of a screen, always in sight: the one that goes on to the right. */
@Composable
fun ActionBar(content: @Composable RowScope.() -> Unit) = Surface(color = MaterialTheme.colorScheme.surfaceContainerHigh) {
    Row(
        Modifier.fillMaxWidth().height(IntrinsicSize.Min).padding(horizontal = 12.dp, vertical = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(8.dp),
        content = content,
    )
}

@Composable
fun RowScope.Main(label: String, enabled: Boolean = true, onClick: () -> Unit) = Button(
    onClick, Modifier.weight(1.3f).fillMaxHeight().heightIn(min = FINGER), enabled,
    shape = MaterialTheme.shapes.large, contentPadding = PaddingValues(horizontal = 12.dp, vertical = 8.dp),
) { Label(label) }

@Composable
fun RowScope.Other(label: String, enabled: Boolean = true, color: Color = Color.Unspecified, onClick: () -> Unit) = OutlinedButton(
    onClick, Modifier.weight(1f).fillMaxHeight().heightIn(min = FINGER), enabled, MaterialTheme.shapes.large, border = line(enabled),
    colors = if (color == Color.Unspecified) ButtonDefaults.outlinedButtonColors() else ButtonDefaults.outlinedButtonColors(contentColor = color),
    contentPadding = PaddingValues(horizontal = 12.dp, vertical = 8.dp),
) { Label(label) }

/** A button as wide as the screen. */
@Composable
fun Wide(label: String, enabled: Boolean = true, onClick: () -> Unit) =
    Button(onClick, Modifier.fillMaxWidth().heightIn(min = FINGER), enabled, MaterialTheme.shapes.large) { Label(label) }

@Composable
fun WideOther(label: String, enabled: Boolean = true, onClick: () -> Unit) =
    OutlinedButton(onClick, Modifier.fillMaxWidth().heightIn(min = FINGER), enabled, MaterialTheme.shapes.large, border = line(enabled)) { Label(label) }

@Composable
fun Quiet(label: String, onClick: () -> Unit) = TextButton(onClick, Modifier.heightIn(min = FINGER)) { Label(label) }

/** One of a few choices; the chosen one is told by a tick too, never by colour alone. */
@Composable
fun Choice(label: String, chosen: Boolean, onClick: () -> Unit) = FilterChip(
    chosen, onClick, { Text(label) }, Modifier.heightIn(min = FINGER), border = line(),
    leadingIcon = if (chosen) ({ Icon(Icons.Check, contentDescription = null, Modifier.size(18.dp)) }) else null,
)

/** The line around what can be pressed. Material's own has 1.4 to 1 on our papers, and 3 to 1 is needed (WCAG 2.2 §1.4.11). */
@Composable
fun line(enabled: Boolean = true): BorderStroke {
    val ink = LocalLine.current ?: MaterialTheme.colorScheme.outline
    return BorderStroke(1.dp, if (enabled) ink else ink.copy(alpha = 0.38f))
}

/** The ink of lines where the paper is not the screen's own. */
private val LocalLine = compositionLocalOf<Color?> { null }

@Composable
private fun Label(text: String) = Text(text, textAlign = TextAlign.Center, style = MaterialTheme.typography.labelLarge)

/** A failure: a sentence, and what can be done. */
@Composable
fun FailureCard(failure: Failure, onMend: (Remedy) -> Unit) = Note(Tone.BAD) {
    Text(text(failure.what), Modifier.semantics { liveRegion = LiveRegionMode.Polite }, style = MaterialTheme.typography.bodyLarge)
    failure.tell?.let { tell ->
        Small(text("app-failure-tell"))
        Body(text(tell))
    }
    Wide(text(failure.remedy.key)) { onMend(failure.remedy) }
}

enum class Tone { PLAIN, GOOD, CAREFUL, BAD }

/** Something to be noticed; its tone is said by an icon too, never by colour alone. */
@Composable
fun Note(tone: Tone, content: @Composable ColumnScope.() -> Unit) {
    val (paper, ink) = coloursOf(tone)
    Card(colors = CardDefaults.cardColors(containerColor = paper, contentColor = ink)) {
        Row(Modifier.padding(14.dp), horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            iconOf(tone)?.let { Icon(it, contentDescription = null, Modifier.padding(top = 2.dp)) }
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(10.dp)) {
                CompositionLocalProvider(LocalLine provides ink) { content() }
            }
        }
    }
}

/** The paper of a tone, and the ink on it. */
@Composable
internal fun coloursOf(tone: Tone): Pair<Color, Color> = MaterialTheme.colorScheme.run {
    when (tone) {
        Tone.PLAIN -> surfaceContainerHigh to onSurface
        Tone.GOOD -> primaryContainer to onPrimaryContainer
        Tone.CAREFUL -> tertiaryContainer to onTertiaryContainer
        Tone.BAD -> errorContainer to onErrorContainer
    }
}

internal fun iconOf(tone: Tone): ImageVector? = when (tone) {
    Tone.PLAIN -> null
    Tone.GOOD -> Icons.Check
    Tone.CAREFUL, Tone.BAD -> Icons.Warning
}

@Composable
fun Heading(text: String) =
    Text(text, Modifier.semantics { heading() }, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)

@Composable
fun Body(text: String) = Text(text, style = MaterialTheme.typography.bodyLarge)

@Composable
fun Small(text: String) = Text(text, style = MaterialTheme.typography.bodySmall)

/** A name and its value, beside each other where there is room. */
@Composable
fun Line(name: String, value: String) = FlowRow(
    Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.SpaceBetween, verticalArrangement = Arrangement.spacedBy(2.dp),
) {
    Text(name, Modifier.padding(end = 12.dp), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
    Text(value, style = MaterialTheme.typography.bodyLarge)
}

@Composable
fun Lines(facts: List<Fact>) = facts.forEach { Line(text(it.name), it.value) }

/** How often a signature asks for a finger or a face, and whether a passcode does. */
@Composable
fun PromptsLine(prompts: Prompts, passcode: Boolean) {
    val often = when (prompts) {
        Prompts.Each -> text("app-prompts-each")
        Prompts.Once -> text("app-prompts-once")
        is Prompts.Every -> text("app-prompts-every", "papers" to prompts.papers)
    }
    Line(text("app-enroll-prompts"), if (passcode) "$often; ${text("app-prompts-passcode")}" else often)
}

/** Asking the officer for another phone, or another certificate; once asked, the way to the invitation. */
@Composable
fun Asking(replacement: Replacement, ask: String, onAsk: () -> Unit, onOpen: () -> Unit, onMend: (Remedy) -> Unit) = when (replacement) {
    Replacement.NotAsked -> WideOther(ask, onClick = onAsk)
    Replacement.Asking -> Working(text("app-enroll-asking"))
    Replacement.Asked -> Note(Tone.GOOD) {
        Body(text("app-replace-asked"))
        Wide(text("app-replace-open"), onClick = onOpen)
    }
    is Replacement.Failed -> FailureCard(replacement.failure, onMend)
}

/** Something is under way; what, is said. */
@Composable
fun Working(label: String) = Row(
    Modifier.fillMaxWidth().padding(24.dp), horizontalArrangement = Arrangement.spacedBy(16.dp, Alignment.CenterHorizontally),
    verticalAlignment = Alignment.CenterVertically,
) {
    CircularProgressIndicator(Modifier.size(28.dp))
    Text(label, Modifier.semantics { liveRegion = LiveRegionMode.Polite }, style = MaterialTheme.typography.bodyLarge)
}
