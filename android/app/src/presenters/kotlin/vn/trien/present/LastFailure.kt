package vn.trien.present

import java.time.Instant
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/**
 * What failed last, with its detail. That is written for whoever helps, in their language: diagnostics show it, other screens do not.
 * It goes with the scope of the screens, so that no presenter has to carry it.
 */
class LastFailure(private val now: () -> Instant) : AbstractCoroutineContextElement(LastFailure) {
    /** A failure, and when it was. */
    data class Noted(val failure: Failure, val at: Instant)

    @Volatile
    var noted: Noted? = null
        private set

    fun note(failure: Failure) {
        noted = Noted(failure, now())
    }

    companion object Key : CoroutineContext.Key<LastFailure>
}
