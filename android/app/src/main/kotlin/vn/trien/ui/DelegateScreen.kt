package vn.trien.ui

import androidx.compose.foundation.ScrollState
import androidx.compose.foundation.gestures.animateScrollBy
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import vn.trien.present.DelegateEvent
import vn.trien.present.DelegateState
import vn.trien.present.DelegateStep
import vn.trien.present.Lasting
import vn.trien.present.People
import vn.trien.present.PersonLine
import vn.trien.present.formMeaning
import vn.trien.present.formWords

/** Whom, how, about what and how long; then all that will be signed, and the prompt. */
@Composable
fun DelegateScreen(state: DelegateState, on: (DelegateEvent) -> Unit) {
    val step = state.step
    val scroll = rememberScrollState()
    val reading = remember((step as? DelegateStep.Sheet)?.terms) { ReadThrough() }
    Frame(
        title = text(titleOf(step)),
        onBack = if (step is DelegateStep.Signing || isOver(step)) null else ({ on(DelegateEvent.Back) }),
        below = { Actions(state, reading, scroll, on) },
    ) {
        Scrolling(scroll) {
            when (step) {
                DelegateStep.Choosing -> Choosing(state, on)
                DelegateStep.Writing -> Writing(state, on)
                is DelegateStep.Sheet -> Sheet(step, reading)
                is DelegateStep.Signing -> { Terms(step.terms, text("app-delegation-whom")); Working(text("app-delegate-signing")) }
                is DelegateStep.Given -> {
                    Note(Tone.GOOD) { Body(text("app-delegate-given", "name" to step.terms.name)) }
                    Terms(step.terms, text("app-delegation-whom"))
                }
                DelegateStep.Unknown -> Note(Tone.CAREFUL) { Body(text("app-delegate-unknown")) }
                is DelegateStep.Failed -> FailureCard(step.failure) { on(DelegateEvent.Mend(it)) }
            }
        }
    }
}

private fun titleOf(step: DelegateStep) = when (step) {
    DelegateStep.Choosing -> "app-delegate-whom"
    DelegateStep.Writing -> "app-delegate-terms"
    else -> "app-delegate-sheet"
}

private fun isOver(step: DelegateStep) = step is DelegateStep.Given || step == DelegateStep.Unknown

@Composable
private fun Choosing(state: DelegateState, on: (DelegateEvent) -> Unit) = when (val people = state.people) {
    People.Asking -> Working(text("app-delegate-asking"))
    is People.Failed -> FailureCard(people.failure) { on(DelegateEvent.Mend(it)) }
    is People.Known -> {
        if (people.lines.isEmpty() && state.search.isEmpty()) {
            Body(text("app-delegate-none"))
        } else {
            Field(state.search, "app-delegate-search") { on(DelegateEvent.Search(it)) }
            if (people.lines.isEmpty()) Body(text("app-delegate-not-found"))
        }
        people.lines.forEach { Person(it) { on(DelegateEvent.Choose(it.id)) } }
    }
}

@Composable
private fun Person(line: PersonLine, onClick: () -> Unit) = Card(
    onClick, Modifier.fillMaxWidth().heightIn(min = FINGER), colors = CardDefaults.cardColors(containerColor = MaterialTheme.colorScheme.surfaceContainerHigh),
) {
    Column(Modifier.padding(12.dp), verticalArrangement = Arrangement.spacedBy(3.dp)) { PersonText(line) }
}

@Composable
private fun PersonText(line: PersonLine) {
    Text(line.name, style = MaterialTheme.typography.titleMedium)
    val deputy = if (line.deputy) " · " + text("app-delegate-deputy") else ""
    Text("${line.position}, ${line.unit}$deputy", style = MaterialTheme.typography.bodyMedium)
}

@Composable
private fun ColumnScope.Writing(state: DelegateState, on: (DelegateEvent) -> Unit) {
    state.whom?.let { whom ->
        Note(Tone.PLAIN) {
            PersonText(whom)
            WideOther(text("app-delegate-another")) { on(DelegateEvent.Another) }
        }
        Heading(text("app-delegate-form"))
        Choices { whom.forms.forEach { form -> Choice(text(formWords(form)), form == state.form) { on(DelegateEvent.Form(form)) } } }
        Small(text(formMeaning(state.form)))
    }
    Heading(text("app-delegation-units"))
    Choices { state.scopes.forEachIndexed { number, scope -> Choice(text(scope.words), number == state.scope) { on(DelegateEvent.Scope(number)) } } }
    Field(state.kinds, "app-delegate-kinds") { on(DelegateEvent.Kinds(it)) }
    Small(text("app-delegate-kinds-hint"))
    Heading(text("app-delegation-time"))
    Choices { Lasting.entries.forEach { lasting -> Choice(text(lasting.key), false) { on(DelegateEvent.Last(lasting)) } } }
    Field(state.from, "app-delegate-from", KeyboardType.Number) { on(DelegateEvent.From(it)) }
    Field(state.until, "app-delegate-until", KeyboardType.Number) { on(DelegateEvent.Until(it)) }
    Field(state.reason, "app-delegate-reason", lines = 2) { on(DelegateEvent.Reason(it)) }
    state.fault?.let { Text(text(it), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant) }
}

@Composable
private fun Choices(content: @Composable () -> Unit) =
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) { content() }

@Composable
private fun Field(value: String, label: String, keyboard: KeyboardType = KeyboardType.Text, lines: Int = 1, onChange: (String) -> Unit) = OutlinedTextField(
    value, onChange, Modifier.fillMaxWidth(), label = { Text(text(label)) }, singleLine = lines == 1, minLines = lines,
    keyboardOptions = KeyboardOptions(keyboardType = keyboard),
)

@Composable
private fun ColumnScope.Sheet(step: DelegateStep.Sheet, reading: ReadThrough) = Column(Modifier.readBy(reading), verticalArrangement = Arrangement.spacedBy(10.dp)) {
    Note(Tone.CAREFUL) { Body(text("app-delegate-sheet-what", "name" to step.terms.name)) }
    Terms(step.terms, text("app-delegation-whom"))
    Text(text("app-delegate-sheet-final"), style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
}

@Composable
private fun Actions(state: DelegateState, reading: ReadThrough, scroll: ScrollState, on: (DelegateEvent) -> Unit) = when (state.step) {
    DelegateStep.Writing -> ActionBar { Main(text("app-delegate-look"), state.fault == null) { on(DelegateEvent.Look) } }
    is DelegateStep.Sheet -> ActionBar {
        Other(text("app-cancel")) { on(DelegateEvent.Back) }
        if (reading.isDone) Main(text("app-sign-with-finger")) { on(DelegateEvent.Sign) } else ReadOn(scroll)
    }
    is DelegateStep.Given, DelegateStep.Unknown -> ActionBar { Main(text("app-delegate-to-list")) { on(DelegateEvent.Done) } }
    DelegateStep.Choosing, is DelegateStep.Signing, is DelegateStep.Failed -> Unit
}

/** Stands in the place of *Sign* until all that is signed was in sight. */
@Composable
private fun RowScope.ReadOn(scroll: ScrollState) {
    val scope = rememberCoroutineScope()
    Main(text("app-sign-read-on")) { scope.launch { scroll.animateScrollBy(scroll.viewportSize * 0.8f) } }
}
