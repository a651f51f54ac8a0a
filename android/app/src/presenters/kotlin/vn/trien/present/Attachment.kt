package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.Attachment
import vn.trien.core.PageSize
import vn.trien.core.PhoneInterface
import vn.trien.core.Reading as CoreReading

/** A file beside the document, as one line; without a place it is read with another program. */
data class AttachmentLine(val name: String, val size: Words, val place: Int?)

internal fun attachmentLine(attachment: Attachment) = AttachmentLine(
    attachment.name, sizeWords(attachment.size.toLong()), if (attachment.reading == CoreReading.HERE) attachment.place.toInt() else null,
)

private fun sizeWords(bytes: Long): Words =
    if (bytes < 1_000_000) words("app-size-kb", "count" to maxOf(1, bytes / 1000)) else words("app-size-mb", "count" to bytes / 1_000_000)

/** An attachment as the person reads it. */
data class AttachmentState(val name: String, val content: AttachmentContent)

sealed interface AttachmentContent {
    data object Opening : AttachmentContent
    data class Open(val pages: List<PageSize>) : AttachmentContent
    data class Failed(val failure: Failure) : AttachmentContent
}

sealed interface AttachmentEvent {
    data object Back : AttachmentEvent
    data object Again : AttachmentEvent
}

class AttachmentPresenter(
    private val phone: PhoneInterface,
    private val place: Place.Attached,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<AttachmentState, AttachmentEvent>(AttachmentState(place.name, AttachmentContent.Opening), scope) {
    init {
        open()
    }

    override fun on(event: AttachmentEvent) = when (event) {
        AttachmentEvent.Back -> go(Place.Back)
        AttachmentEvent.Again -> open()
    }

    private fun open() {
        put(AttachmentContent.Opening)
        ask({ failure -> put(AttachmentContent.Failed(failure)) }) {
            put(AttachmentContent.Open(phone.attachmentPages(place.request, place.place.toUInt())))
        }
    }

    private fun put(content: AttachmentContent) = show { it.copy(content = content) }
}
