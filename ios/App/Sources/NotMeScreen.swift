import SwiftUI
import TrienCore
import TrienKit

/// “I did not ask for this”: stops the request for everybody, and says whom to call.
struct NotMeScreen: View {
    let state: NotMeState
    let on: @MainActor (NotMeEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-not-me"], leaving: leaving) {
            Scrolling {
                HeadingText(state.title)
                Text(state.subject)
                Line(texts["app-fact-from"], state.from)
                content
            }
        } below: {
            switch state.progress {
            case .asking, .failed: ActionBar { OtherButton(label: texts["app-not-me-tell"], role: .destructive) { on(.tell) } }
            case .told: ActionBar { MainButton(label: texts["app-to-inbox"]) { on(.toInbox) } }
            case .sending: EmptyView()
            }
        }
    }

    @ViewBuilder
    private var content: some View {
        switch state.progress {
        case .asking:
            Text(texts["app-not-me-what"])
            lost
        case .sending: Working(texts["app-sign-signing"])
        case .told(let recorded):
            if recorded { Note(.good) { Said(texts["app-not-me-told"]) } } else { Note(.careful) { Said(texts["app-signed-kept"]) } }
            lost
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }

    private var lost: some View {
        Note(.careful) { Text(texts["app-not-me-lost"]) }
    }

    private var leaving: Leaving {
        switch state.progress {
        case .asking, .failed: .ours("app-cancel") { on(.back) }
        case .sending, .told: .no
        }
    }
}
