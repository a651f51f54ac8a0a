package vn.trien.present

import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState

/**
 * Hears from the server while the app is before the person: when something may have happened there, the phone syncs, and `heard` is told.
 * It is told why not, too, unless there is just no network. A line that breaks is opened again, each time after a longer pause.
 */
class Listening(
    private val phone: PhoneInterface,
    private val scope: CoroutineScope,
    private val time: TimeSource = TimeSource.Monotonic,
    private val random: Random = Random.Default,
    private val heard: suspend (Failure?) -> Unit,
) {
    private var line: Job? = null

    /** Listens from now on; a phone that is not enrolled has nobody to listen to. */
    fun start() {
        if (line?.isActive != true) line = scope.launch { listen() }
    }

    fun stop() {
        line?.cancel()
        line = null
    }

    private suspend fun listen() {
        var breaks = 0
        while (phone.state() is PhoneState.Enrolled) {
            val opened = time.markNow()
            hearOn()
            if (opened.elapsedNow() >= LIVED) breaks = 0
            delay(pause(breaks++))
        }
    }

    // Until the line breaks, or the server ends it, as it does every quarter of an hour.
    private suspend fun hearOn() {
        try {
            while (phone.awaitNews() != null) heard(null)
        } catch (_: PhoneException.Unreachable) {
            // A train in a tunnel: the list says when it was synced.
        } catch (refused: PhoneException) {
            heard(failureOf(refused))
        }
    }

    // Where a server was restarted, its phones do not all come back at once.
    private fun pause(breaks: Int): Duration = (SHORTEST * (1 shl breaks.coerceAtMost(DOUBLINGS))).coerceAtMost(LONGEST) * random.nextDouble(0.5, 1.0)

    private companion object {
        val SHORTEST = 2.seconds
        val LONGEST = 5.minutes
        const val DOUBLINGS = 10

        /** Each line begins with news, so that only one that held for a while says that lines hold again. */
        val LIVED = 1.minutes
    }
}
