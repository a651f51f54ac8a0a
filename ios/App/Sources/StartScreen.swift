import SwiftUI
import TrienKit

/// Before the first screen: what the phone keeps is being opened, or why it does not open, what to do, and what to tell whoever helps.
struct StartScreen: View {
    let state: StartState
    let on: @MainActor (StartEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-inbox"], leaving: .no) {
            switch state {
            case .opening: Working(texts["app-starting"])
            case .refused(let failure, let facts):
                Scrolling {
                    FailureCard(failure: failure) { on(.mend(remedy: $0)) }
                    Text(texts["app-diagnostics-what"])
                    Lines(facts: facts).textSelection(.enabled)
                }
            }
        }
    }
}
