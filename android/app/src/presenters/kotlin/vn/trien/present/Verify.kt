package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Outcome
import vn.trien.core.PhoneInterface
import vn.trien.core.Verdict
import vn.trien.core.Verification

/** Any PDF, judged on the phone: valid, not valid, or not to be determined, and why. */
sealed interface VerifyState {
    data object Choose : VerifyState
    data class Working(val name: String) : VerifyState
    data class Judged(
        val name: String,
        val verdict: Verdict,
        val why: List<Words>,
        val notes: List<Words>,
        val signatures: List<SignatureLine>,
        val sha256: String,
        val changed: Changed = Changed.NO,
    ) : VerifyState

    data class Failed(val failure: Failure) : VerifyState
}

/** Whether something was changed after a signature, so that the pages can be compared. */
enum class Changed { NO, YES }

sealed interface VerifyEvent {
    class Chosen(val file: Picked) : VerifyEvent
    data object Again : VerifyEvent
    data object Compare : VerifyEvent
    data object Back : VerifyEvent
}

class VerifyPresenter(
    private val phone: PhoneInterface,
    private var file: Picked?,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
    first: VerifyState = VerifyState.Choose,
) : Presenter<VerifyState, VerifyEvent>(first, scope) {
    init {
        file?.let(::judge)
    }

    override fun on(event: VerifyEvent) = when (event) {
        is VerifyEvent.Chosen -> judge(event.file)
        VerifyEvent.Again -> show { VerifyState.Choose }
        VerifyEvent.Compare -> file?.let { go(Place.Changes(Compared.OfFile(it))) } ?: Unit
        VerifyEvent.Back -> go(Place.Back)
    }

    private fun judge(file: Picked) {
        this.file = file
        show { VerifyState.Working(file.name) }
        ask({ failure -> show { VerifyState.Failed(failure.ofOwnFile()) } }) {
            val answer = phone.verify(file.bytes)
            show { judged(file.name, answer) }
        }
    }
}

/** What another app handed over could not be read. */
val NOT_READ = VerifyState.Failed(Failure(words("app-failure-not-read"), Remedy.TRY_AGAIN))

private fun judged(name: String, answer: Verification) = VerifyState.Judged(
    name = name,
    verdict = answer.verdict,
    why = if (answer.document == Outcome.OK) emptyList() else listOf(words("verify-${answer.documentReason}")),
    notes = answer.findings.map(::findingWords),
    signatures = answer.signatures.map { signatureLine(it.judgement, "", it.changes) },
    sha256 = answer.sha256,
    changed = if (answer.signatures.any { it.changes.isNotEmpty() }) Changed.YES else Changed.NO,
)
