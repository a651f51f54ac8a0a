package vn.trien.ui

import androidx.compose.runtime.Composable
import vn.trien.present.Failure
import vn.trien.present.Remedy

/** Before the first screen: what the phone keeps is being opened, or why it does not open. */
@Composable
fun StartScreen(failure: Failure?, onMend: (Remedy) -> Unit) = Frame(text("app-inbox"), onBack = null) {
    if (failure == null) {
        Working(text("app-starting"))
    } else {
        Scrolling { FailureCard(failure, onMend) }
    }
}
