import SwiftUI
import TrienCore
import TrienKit

/// Whether and by whom this phone is woken, and a try of it; after the enrollment it can be skipped.
struct NotificationsScreen: View {
    let state: NotificationsState
    let on: @MainActor (NotificationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-settings-notifications"]) {
            Scrolling {
                if state.first == .yes { Text(texts["app-notifications-first"]) }
                if state.may == .off {
                    Note(.careful) { Text(texts["app-notifications-off"]) }
                    MainButton(label: texts["app-notifications-allow"]) { on(.allow) }
                }
                StandingNote(state: state, on: on)
                TestNote(test: state.test, on: on)
                if state.providers.count > 1 { Providers(state: state, on: on) }
                Divider()
                Text(texts["app-notifications-content-free"]).font(.footnote)
            }
        } below: {
            NotificationsActions(state: state, on: on)
        }
    }
}

private struct StandingNote: View {
    let state: NotificationsState
    let on: @MainActor (NotificationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.standing {
        case .asking: Working(texts["app-notifications-asking"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .known(let health, let since, let sent):
            switch health {
            case .ok: Note(.good) { Said(texts["app-push-ok"]) }
            case .failing: Note(.bad) { Said(texts("app-push-failing", ["since": since ?? ""])) }
            case .dead: Note(.bad) { Said(texts["app-push-dead"]) }
            case .none:
                Note(.careful) {
                    Said(texts["app-notifications-by-itself"])
                    Text(texts[whyNone])
                }
            }
            if let sent { Line(texts["app-push-sent"], sent) }
        }
    }

    private var whyNone: String {
        if state.providers.isEmpty { return "app-push-none-there" }
        return state.provider == nil && state.providers.count > 1 ? "app-push-choose" : "app-push-none-yet"
    }
}

private struct TestNote: View {
    let test: WakeTest
    let on: @MainActor (NotificationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch test {
        case .notYet: EmptyView()
        case .waiting: Working(texts["app-push-test-waiting"])
        case .arrived(let at): Note(.good) { Said(texts("app-push-test-arrived", ["at": at])) }
        case .missing: Note(.careful) { Said(texts["app-push-test-missing"]) }
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }
}

private struct Providers: View {
    let state: NotificationsState
    let on: @MainActor (NotificationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        HeadingText(texts["app-push-providers"])
        ForEach(state.providers, id: \.id) { provider in
            Button {
                on(.choose(provider: provider.id))
            } label: {
                HStack {
                    Image(systemName: isChosen(provider) ? "checkmark.circle.fill" : "circle").accessibilityHidden(true)
                    Text(provider.name).frame(maxWidth: .infinity, minHeight: finger, alignment: .leading)
                }
                .contentShape(.rect)
            }
            .buttonStyle(.plain)
            .accessibilityAddTraits(isChosen(provider) ? .isSelected : [])
        }
    }

    private func isChosen(_ provider: PushProvider) -> Bool { provider.id == state.provider }
}

private struct NotificationsActions: View {
    let state: NotificationsState
    let on: @MainActor (NotificationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.first {
        case .no: if canTry { ActionBar { tryIt } }
        case .yes:
            ActionBar {
                if isOver {
                    MainButton(label: texts["app-to-inbox"]) { on(.done) }
                } else {
                    OtherButton(label: texts["app-skip"]) { on(.done) }
                    tryIt
                }
            }
        }
    }

    private var tryIt: some View {
        MainButton(label: texts["app-push-test"], enabled: canTry) { on(.try) }
    }

    private var health: PushHealth? {
        if case .known(let health, _, _) = state.standing { health } else { nil }
    }

    private var canTry: Bool { health != nil && health != PushHealth.none && state.test != .waiting }

    private var isOver: Bool {
        if case .arrived = state.test { return true }
        return health == PushHealth.none
    }
}
