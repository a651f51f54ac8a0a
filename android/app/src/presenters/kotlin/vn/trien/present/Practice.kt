package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.PageSize
import vn.trien.core.PracticeInterface
import vn.trien.core.PracticeView

/** A document to practise on. Nothing of it is sent, kept, or shown among what is real. */
data class PracticeState(val step: PracticeStep)

sealed interface PracticeStep {
    data object Opening : PracticeStep
    data class Reading(val pages: List<PageSize>, val page: Int, val mark: Mark) : PracticeStep

    /** The sheet, with the page as it will be signed. */
    data class Sheet(val page: MarkedPage, val at: String) : PracticeStep
    data class Signing(val page: MarkedPage, val at: String) : PracticeStep
    data class Judged(val page: MarkedPage, val signatures: List<SignatureLine>) : PracticeStep
    data class Failed(val failure: Failure) : PracticeStep
}

sealed interface PracticeEvent {
    data object Sheet : PracticeEvent
    data object Sign : PracticeEvent
    data object Read : PracticeEvent
    data object End : PracticeEvent
    data class Mend(val remedy: Remedy) : PracticeEvent
}

class PracticePresenter(
    private val practice: PracticeInterface,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<PracticeState, PracticeEvent>(PracticeState(PracticeStep.Opening), scope) {
    private var page: MarkedPage? = null

    /** The document as it is. */
    val pages = PageSource { strip -> practice.regionPng(region(strip), PracticeView.PLAIN) }

    /** The page with the stamp, alone. */
    val stamped = PageSource { strip -> practice.regionPng(region(strip, page?.page ?: 0), PracticeView.STAMPED) }

    init {
        open()
    }

    override fun on(event: PracticeEvent) = when (event) {
        PracticeEvent.Sheet -> prepare()
        PracticeEvent.Sign -> sign()
        PracticeEvent.Read -> open()
        PracticeEvent.End -> go(Place.Back)
        is PracticeEvent.Mend -> {
            open()
            if (event.remedy == Remedy.SECURITY) go(Place.Security) else Unit
        }
    }

    private fun open() {
        put(PracticeStep.Opening)
        ask(::failed) {
            val document = practice.open()
            page = marked(document.place)
            put(PracticeStep.Reading(document.pages, document.place.page.toInt(), mark(document.place.page.toInt(), document.place.rect, document.place.size)))
        }
    }

    private fun prepare() {
        val page = page ?: return
        ask(::failed) {
            val at = practice.prepare()
            put(PracticeStep.Sheet(page, "${clock(at)} ${day(at)}"))
        }
    }

    private fun sign() {
        val sheet = state.value.step as? PracticeStep.Sheet ?: return
        put(PracticeStep.Signing(sheet.page, sheet.at))
        ask(::failed) {
            val answer = practice.sign()
            put(PracticeStep.Judged(sheet.page, answer.signatures.map { signatureLine(it.judgement, "", it.changes) }))
        }
    }

    // No office asks for this key, and no other phone would help.
    private fun failed(failure: Failure) {
        val known = if (failure.remedy == Remedy.SECURITY) failure.copy(what = words("app-enroll-no-finger")) else failure.copy(remedy = Remedy.TRY_AGAIN)
        put(PracticeStep.Failed(known))
    }

    private fun put(step: PracticeStep) = show { it.copy(step = step) }
}
