package vn.trien.present

import java.text.Normalizer
import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Comment
import vn.trien.core.PhoneInterface
import vn.trien.core.RouteState

/** What people say beside the pages of a document. None of it is in the document, and nobody signs it. */
data class CommentsState(
    val title: String,
    /** Beside which page the person writes, from 1. */
    val page: Int,
    val pages: Int,
    val list: Commented,
    /** Whether the document is still on its way. */
    val open: Boolean = false,
    val text: String = "",
    val sending: Boolean = false,
    /** The one that is about to be withdrawn, while the person is asked whether to. */
    val withdrawing: CommentLine? = null,
) {
    val canSend: Boolean get() = open && !sending && text.isNotBlank() && tooLong == null && list is Commented.Known

    /** What is too long stays as it was written or pasted, and the person shortens it. */
    val tooLong: Words? get() = words("app-comment-too-long", "count" to LONGEST_COMMENT).takeIf { characters(text) > LONGEST_COMMENT }
}

sealed interface Commented {
    data object Asking : Commented
    data class Known(val lines: List<CommentLine>, val failure: Failure? = null) : Commented
    data class Failed(val failure: Failure) : Commented
}

data class CommentLine(
    val id: String,
    val place: Words,
    val name: String,
    /** Empty for a clerk. */
    val position: String,
    val at: String,
    val body: CommentBody,
)

sealed interface CommentBody {
    data class Text(val text: String) : CommentBody

    /** The person's own, which can be withdrawn while the document is on its way. */
    data class Own(val text: String) : CommentBody
    data class Withdrawn(val at: String) : CommentBody
}

sealed interface CommentsEvent {
    data object Back : CommentsEvent
    data class Write(val text: String) : CommentsEvent
    data class Page(val page: Int) : CommentsEvent
    data object Send : CommentsEvent
    data class Withdraw(val line: CommentLine) : CommentsEvent
    data object ReallyWithdraw : CommentsEvent
    data object NotWithdraw : CommentsEvent
    data class Mend(val remedy: Remedy) : CommentsEvent
}

/** The core takes a comment of up to so many characters. */
private const val LONGEST_COMMENT = 2000

class CommentsPresenter(
    private val phone: PhoneInterface,
    private val place: Place.Comments,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<CommentsState, CommentsEvent>(CommentsState("", place.page, place.pages, Commented.Asking), scope) {
    init {
        look()
    }

    override fun on(event: CommentsEvent) = when (event) {
        CommentsEvent.Back -> if (back()) Unit else go(Place.Back)
        // What is on its way stays as it is.
        is CommentsEvent.Write -> show { if (it.sending) it else it.copy(text = event.text) }
        is CommentsEvent.Page -> show { it.copy(page = event.page.coerceIn(1, maxOf(1, it.pages))) }
        CommentsEvent.Send -> send()
        is CommentsEvent.Withdraw -> show { it.copy(withdrawing = event.line) }
        CommentsEvent.NotWithdraw -> show { it.copy(withdrawing = null) }
        CommentsEvent.ReallyWithdraw -> withdraw()
        is CommentsEvent.Mend -> event.remedy.place()?.let(go) ?: look()
    }

    override fun back(): Boolean {
        val asked = state.value.withdrawing != null
        show { it.copy(withdrawing = null) }
        return asked
    }

    private fun look() {
        show { it.copy(list = Commented.Asking) }
        ask({ failure -> show { it.copy(list = Commented.Failed(failure)) } }) {
            val details = phone.request(place.request)
            show { it.copy(title = headline(details.metadata), open = details.state is RouteState.Open) }
            val known = known()
            show { it.copy(list = known) }
        }
    }

    // What did not arrive stays in the field.
    private fun send() {
        val now = state.value
        if (!now.canSend) return
        show { it.copy(sending = true) }
        ask({ failed(now.list, it) }) {
            phone.comment(place.request, 0u, now.page.toUInt(), now.text.trim())
            show { it.copy(text = "") }
            val known = known()
            show { it.copy(list = known, sending = false) }
        }
    }

    private fun withdraw() {
        val line = state.value.withdrawing ?: return
        val before = state.value.list
        show { it.copy(withdrawing = null, list = Commented.Asking) }
        ask({ failed(before, it) }) {
            phone.withdrawComment(place.request, line.id)
            val known = known()
            show { it.copy(list = known) }
        }
    }

    private fun failed(before: Commented, failure: Failure) =
        show { it.copy(list = (before as? Commented.Known)?.copy(failure = failure) ?: Commented.Failed(failure), sending = false) }

    private suspend fun known(): Commented.Known {
        val now = phone.serverNow()
        return Commented.Known(phone.comments(place.request).map { commentLine(it, now) })
    }
}

// As the core counts them.
private fun characters(text: String): Int =
    Normalizer.normalize(text.trim(), Normalizer.Form.NFC).let { it.codePointCount(0, it.length) }

private fun commentLine(comment: Comment, now: Instant): CommentLine {
    val (text, withdrawn) = comment.text to comment.withdrawnAt
    return CommentLine(
        comment.id, placeWords(comment), comment.name, comment.position, moment(comment.writtenAt, now),
        body = when {
            text == null -> CommentBody.Withdrawn(moment(withdrawn ?: comment.writtenAt, now))
            comment.mine -> CommentBody.Own(text)
            else -> CommentBody.Text(text)
        },
    )
}

private fun placeWords(comment: Comment): Words =
    if (comment.document == 0u) words("app-comment-page", "page" to comment.page)
    else words("app-comment-file-page", "file" to comment.document, "page" to comment.page)
