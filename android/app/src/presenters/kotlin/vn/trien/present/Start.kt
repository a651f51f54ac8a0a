package vn.trien.present

import java.time.Instant
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import vn.trien.core.PhoneException
import vn.trien.core.StorageException

/** Before the first screen: what the phone keeps is being opened, or why it does not open. */
sealed interface StartState {
    data object Opening : StartState

    /** With what the person reads to whoever helps them: the diagnostics cannot be opened either. Nothing in it is secret, nobody is named. */
    data class Refused(val failure: Failure, val facts: List<Fact>) : StartState
}

sealed interface StartEvent {
    data object Open : StartEvent
    data class Mend(val remedy: Remedy) : StartEvent
}

/** Opens what the phone keeps; `anew` gives up what no key opens any more. */
class StartPresenter(
    private val device: Device,
    private val now: () -> Instant,
    scope: CoroutineScope,
    private val open: suspend () -> Unit,
    private val anew: suspend () -> Unit,
) : Presenter<StartState, StartEvent>(StartState.Opening, scope) {
    override fun on(event: StartEvent) = when (event) {
        StartEvent.Open -> attempt {}
        is StartEvent.Mend -> attempt { if (event.remedy == Remedy.ENROLL_AGAIN) anew() }
    }

    private fun attempt(before: suspend () -> Unit) {
        show { StartState.Opening }
        scope.launch {
            try {
                before()
                open()
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (refused: PhoneException) {
                refused(startFailure(refused))
            } catch (unknown: Exception) {
                refused(defect(unknown))
            } catch (missing: LinkageError) {
                // No core for this phone's processor, or only half an update.
                refused(defect(missing))
            }
        }
    }

    private fun refused(failure: Failure) = show { StartState.Refused(failure, facts(failure)) }

    private fun facts(failure: Failure): List<Fact> = listOf(
        Fact(words("app-fact-app"), device.app),
        Fact(words("app-fact-model"), device.model),
        Fact(words("app-fact-at"), now().let { "${clock(it)} ${day(it)}" }),
        Fact(words("app-fact-failure"), listOfNotNull(slug(failure.what), failure.detail?.take(LONGEST_DETAIL)).joinToString(" – ")),
    )
}

/** A help desk can do nothing with more, and a phone shows no more. */
private const val LONGEST_DETAIL = 300

/** Nothing is erased but what no key opens any more, and from here there is no way back. */
private fun startFailure(refused: PhoneException): Failure {
    val isLost = (refused as? PhoneException.Storage)?.source is StorageException.KeyLost
    return failureOf(refused).copy(remedy = if (isLost) Remedy.ENROLL_AGAIN else Remedy.TRY_AGAIN)
}

// `key-lost`: the same word in every language, by which notes for helpers can be found.
private fun slug(what: Words): String? = (what as? Words.Ours)?.key?.substringAfter("failure-")
