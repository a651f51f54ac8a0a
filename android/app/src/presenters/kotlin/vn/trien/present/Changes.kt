package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import vn.trien.core.BeforeAndAfter
import vn.trien.core.ChangedPage
import vn.trien.core.PhoneInterface

/** What is compared: the document of an opened request, or a file that the person handed over. */
sealed interface Compared {
    data class OfRequest(val request: String) : Compared
    class OfFile(val file: Picked) : Compared
}

/** What was changed after a signature, page by page, and how each page looked before. */
sealed interface ChangesState {
    data object Looking : ChangesState
    data class Listed(val rows: List<ChangedRow>, val sight: Sight = Sight.None) : ChangesState
    data class Failed(val failure: Failure) : ChangesState
}

/** One page with its changes; without a page, what concerns the document as a whole. */
data class ChangedRow(val page: Int?, val signer: String, val kinds: List<Words>)

/** The two pictures of one row. */
sealed interface Sight {
    data object None : Sight
    data class Drawing(val row: Int) : Sight
    class Drawn(val row: Int, val before: ByteArray?, val after: ByteArray?, val marks: List<Mark>) : Sight
    data class Failed(val row: Int, val failure: Failure) : Sight
}

/** The row whose pictures are asked for, being drawn, or there. */
val Sight.of: Int?
    get() = when (this) {
        Sight.None -> null
        is Sight.Drawing -> row
        is Sight.Drawn -> row
        is Sight.Failed -> row
    }

sealed interface ChangesEvent {
    data class Look(val row: Int) : ChangesEvent
    data object Back : ChangesEvent
    data object Again : ChangesEvent
}

/** Pixels across of each picture: a line of text can be read, and both fit into a small phone's memory. */
private const val WIDTH = 1080u

class ChangesPresenter(
    private val phone: PhoneInterface,
    private val what: Compared,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<ChangesState, ChangesEvent>(ChangesState.Looking, scope) {
    private var pages: List<ChangedPage> = emptyList()
    private var drawing: Job? = null

    init {
        list()
    }

    override fun on(event: ChangesEvent) = when (event) {
        ChangesEvent.Back -> go(Place.Back)
        ChangesEvent.Again -> list()
        is ChangesEvent.Look -> look(event.row)
    }

    private fun list() {
        show { ChangesState.Looking }
        ask({ failure -> show { ChangesState.Failed(ofThis(failure)) } }) {
            pages = when (what) {
                is Compared.OfRequest -> phone.changedPages(what.request)
                is Compared.OfFile -> phone.changedPagesOf(what.file.bytes)
            }
            show { ChangesState.Listed(pages.map(::row)) }
            pages.indexOfFirst { it.page != null }.takeIf { it >= 0 }?.let(::look)
        }
    }

    private fun look(number: Int) {
        val changed = pages.getOrNull(number) ?: return
        val page = changed.page ?: return
        drawing?.cancel()
        sight(Sight.Drawing(number))
        drawing = ask({ failure -> sight(Sight.Failed(number, ofThis(failure))) }) {
            val drawn = when (what) {
                is Compared.OfRequest -> phone.changedPage(what.request, changed.revision, page, WIDTH)
                is Compared.OfFile -> phone.changedPageOf(what.file.bytes, changed.revision, page, WIDTH)
            }
            sight(Sight.Drawn(number, drawn.before, drawn.after, marks(drawn)))
        }
    }

    private fun ofThis(failure: Failure) = if (what is Compared.OfFile) failure.ofOwnFile() else failure

    private fun sight(sight: Sight) = show { if (it is ChangesState.Listed) it.copy(sight = sight) else it }
}

private fun marks(drawn: BeforeAndAfter): List<Mark> = drawn.size?.let { size -> drawn.marks.map { mark(0, it, size) } }.orEmpty()

private fun row(changed: ChangedPage) =
    ChangedRow(changed.page?.toInt(), changed.signer ?: changed.field, changed.kinds.map { words("verify-change-$it") })
