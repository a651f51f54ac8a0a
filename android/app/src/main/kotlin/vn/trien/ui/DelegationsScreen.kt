package vn.trien.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.size
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.core.DelegationState
import vn.trien.present.Delegated
import vn.trien.present.DelegationLine
import vn.trien.present.DelegationTerms
import vn.trien.present.DelegationsEvent
import vn.trien.present.DelegationsState
import vn.trien.present.Ending
import vn.trien.present.Side
import vn.trien.present.standingWords

/** Who may decide in this person's place, in whose place this person may, and how a delegation ends. */
@Composable
fun DelegationsScreen(state: DelegationsState, on: (DelegationsEvent) -> Unit) {
    val ending = state.ending
    Frame(
        title = text(titleOf(ending)),
        onBack = { on(DelegationsEvent.Back) },
        below = { if (ending != null) ReallyEnd(ending, on) else if (state.list is Delegated.Known) Give(on) },
    ) {
        Scrolling { if (ending == null) All(state, on) else End(ending, on) }
    }
}

private fun titleOf(ending: Ending?) = when (ending?.line?.side) {
    null -> "app-delegations"
    Side.GIVEN -> "app-delegation-end-title"
    Side.RECEIVED -> "app-delegation-lay-down-title"
}

/** What the other one is to this person. */
private fun otherOf(side: Side) = if (side == Side.GIVEN) "app-delegation-whom" else "app-delegation-who"

@Composable
private fun Give(on: (DelegationsEvent) -> Unit) = ActionBar { Main(text("app-delegation-give")) { on(DelegationsEvent.Give) } }

@Composable
private fun ColumnScope.All(state: DelegationsState, on: (DelegationsEvent) -> Unit) = when (val list = state.list) {
    Delegated.Asking -> Working(text("app-delegations-asking"))
    is Delegated.Failed -> FailureCard(list.failure) { on(DelegationsEvent.Mend(it)) }
    is Delegated.Known -> {
        list.failure?.let { failure -> FailureCard(failure) { on(DelegationsEvent.Mend(it)) } }
        list.done?.let { Note(Tone.GOOD) { Body(text(it)) } }
        Body(text("app-delegations-what"))
        Heading(text("app-delegations-given"))
        if (list.given.isEmpty()) Body(text("app-delegations-given-none"))
        list.given.forEach { DelegationNote(it, "app-delegation-end", on) }
        HorizontalDivider()
        Heading(text("app-delegations-received"))
        if (list.received.isEmpty()) Body(text("app-delegations-received-none"))
        list.received.forEach { DelegationNote(it, "app-delegation-lay-down", on) }
    }
}

@Composable
private fun DelegationNote(line: DelegationLine, end: String, on: (DelegationsEvent) -> Unit) =
    Note(Tone.PLAIN) {
        Heading(line.terms.title)
        Standing(line.state)
        Terms(line.terms, text(otherOf(line.side)))
        if (line.state != DelegationState.ENDED) WideOther(text(end)) { on(DelegationsEvent.End(line)) }
    }

@Composable
private fun Standing(state: DelegationState) = Row(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalAlignment = Alignment.CenterVertically) {
    val icon = when (state) {
        DelegationState.PLANNED -> Icons.Clock
        DelegationState.IN_FORCE -> Icons.Check
        DelegationState.ENDED -> Icons.Close
    }
    Icon(icon, contentDescription = null, Modifier.size(20.dp))
    Text(text(standingWords(state)), style = MaterialTheme.typography.labelLarge)
}

/** All that a delegation says. */
@Composable
internal fun ColumnScope.Terms(terms: DelegationTerms, who: String) {
    Line(who, terms.name)
    Line(text("app-delegation-position"), terms.position)
    Line(text("app-delegation-as"), terms.title)
    Line(text("app-delegation-time"), text("app-delegation-from-to", "from" to terms.from, "until" to terms.until))
    Line(text("app-delegation-units"), terms.units.map { text(it) }.joinToString("; "))
    Line(text("app-delegation-kinds"), if (terms.kinds.isEmpty()) text("app-delegation-all-kinds") else terms.kinds.joinToString(", "))
    Line(text("app-delegation-reason"), terms.reason)
}

@Composable
private fun ColumnScope.End(ending: Ending, on: (DelegationsEvent) -> Unit) {
    val given = ending.line.side == Side.GIVEN
    Terms(ending.line.terms, text(otherOf(ending.line.side)))
    Note(Tone.CAREFUL) { Body(text(if (given) "app-delegation-end-what" else "app-delegation-lay-down-what")) }
    OutlinedTextField(
        value = ending.why, onValueChange = { on(DelegationsEvent.Why(it)) }, modifier = Modifier.fillMaxWidth(),
        label = { Text(text(if (given) "app-delegation-end-why" else "app-delegation-lay-down-why")) }, minLines = 2,
    )
}

@Composable
private fun ReallyEnd(ending: Ending, on: (DelegationsEvent) -> Unit) = ActionBar {
    Other(text("app-cancel")) { on(DelegationsEvent.NotEnd) }
    val really = if (ending.line.side == Side.GIVEN) "app-delegation-end-really" else "app-delegation-lay-down-really"
    Other(text(really), ending.canEnd, color = MaterialTheme.colorScheme.error) { on(DelegationsEvent.ReallyEnd) }
}
