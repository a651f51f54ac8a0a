import SwiftUI
import TrienCore
import TrienKit

/// A file beside the document, drawn by the core like the document itself.
struct AttachmentScreen: View {
    let state: AttachmentState
    let source: PageSource
    let on: @MainActor (AttachmentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-attachment"], under: state.name) {
            switch state.content {
            case .opening: Working(texts["app-document-opening"])
            case .failed(let failure): Scrolling { FailureCard(failure: failure) { on($0 == .tryAgain ? .again : .back) } }
            case .open(let pages): Paged(pages, source: source)
            }
        }
    }
}
