package vn.trien.ui

import androidx.compose.runtime.Composable
import vn.trien.present.AttachmentContent
import vn.trien.present.AttachmentEvent
import vn.trien.present.AttachmentState
import vn.trien.present.PageSource
import vn.trien.present.Remedy

/** A file beside the document, under its whole name, drawn by the core like the document itself. */
@Composable
fun AttachmentScreen(state: AttachmentState, source: PageSource, on: (AttachmentEvent) -> Unit) = Frame(
    title = text("app-attachment"),
    onBack = { on(AttachmentEvent.Back) },
) {
    when (val content = state.content) {
        AttachmentContent.Opening -> Scrolling { Body(state.name); Working(text("app-document-opening")) }
        is AttachmentContent.Failed -> Scrolling {
            Body(state.name)
            FailureCard(content.failure) { on(if (it == Remedy.TRY_AGAIN) AttachmentEvent.Again else AttachmentEvent.Back) }
        }
        is AttachmentContent.Open -> Paged(content.pages, source, words = state.name)
    }
}
