import SwiftUI
import TrienKit

/// Before the first screen: what the phone keeps is being opened, or why it does not open.
struct StartScreen: View {
    let failure: Failure?
    let mend: @MainActor (Remedy) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-inbox"], leaving: .no) {
            if let failure { Scrolling { FailureCard(failure: failure, mend: mend) } } else { Working(texts["app-starting"]) }
        }
    }
}
