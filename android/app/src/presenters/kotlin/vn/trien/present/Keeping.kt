package vn.trien.present

import vn.trien.core.Kept
import vn.trien.core.Verdict

/** Whether the signed file and its proofs can be handed on, and how far that is. */
sealed interface Keeping {
    /** The request is not done, or this phone did not approve it: there is no signed file to keep. */
    data object Nothing : Keeping
    data object Offered : Keeping

    /** They are fetched, and the core verifies each. */
    data object Fetching : Keeping

    /** They were handed to the system's share sheet. */
    data class Handed(val verdict: Verdict, val files: List<String>) : Keeping
    data class Failed(val failure: Failure) : Keeping
}

/** Whether the system took the files. */
enum class Handing { TAKEN, REFUSED }

internal fun files(kept: Kept): List<Shared> =
    listOf(Shared(kept.name, kept.document)) + kept.evidence.map { Shared(it.name, it.text.encodeToByteArray()) }

internal fun handed(kept: Kept, handing: Handing): Keeping = when (handing) {
    Handing.TAKEN -> Keeping.Handed(kept.verdict, files(kept).map { it.name })
    Handing.REFUSED -> Keeping.Failed(Failure(words("app-failure-share"), Remedy.TRY_AGAIN))
}
