package vn.trien.ui

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import vn.trien.present.StartEvent
import vn.trien.present.StartState

/** Before the first screen: what the phone keeps is being opened, or why it does not open, what to do, and what to tell whoever helps. */
@Composable
fun StartScreen(state: StartState, on: (StartEvent) -> Unit) = Frame(text("app-inbox"), onBack = null) {
    when (state) {
        StartState.Opening -> Working(text("app-starting"))
        is StartState.Refused -> Scrolling {
            FailureCard(state.failure) { on(StartEvent.Mend(it)) }
            Body(text("app-diagnostics-what"))
            SelectionContainer { Column { Lines(state.facts) } }
        }
    }
}
