package vn.trien.present

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import vn.trien.core.PhoneException

/** Takes what the person does, shows what is so. It knows nothing of the platform that draws it. */
abstract class Presenter<State, Event>(first: State, protected val scope: CoroutineScope) {
    private val shown = MutableStateFlow(first)

    val state: StateFlow<State> = shown.asStateFlow()

    abstract fun on(event: Event)

    /** The person steps back; gives whether that was answered within this screen. */
    open fun back(): Boolean = false

    /** The person is before another app. */
    open fun left() {}

    protected fun show(change: (State) -> State) = shown.update(change)

    /** Asks the phone for something; what it refuses becomes a sentence and an action, and is noted for diagnostics. */
    protected fun ask(failed: (Failure) -> Unit, what: suspend () -> Unit): Job = scope.launch {
        try {
            what()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (refused: PhoneException) {
            failed(noted(refused))
        }
    }

    protected fun noted(refused: PhoneException): Failure = failureOf(refused).also { scope.coroutineContext[LastFailure]?.note(it) }
}
