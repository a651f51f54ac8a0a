import SwiftUI
import TrienCore
import TrienKit

/// Who may decide in this person's place, in whose place this person may, and how a delegation ends.
struct DelegationsScreen: View {
    let state: DelegationsState
    let on: @MainActor (DelegationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        if let ending = state.ending {
            EndScreen(ending: ending, on: on)
        } else {
            Frame(title: texts["app-delegations"]) {
                Scrolling { AllDelegations(list: state.list, on: on) }
            } below: {
                if case .known = state.list { ActionBar { MainButton(label: texts["app-delegation-give"]) { on(.give) } } }
            }
        }
    }
}

private struct AllDelegations: View {
    let list: Delegated
    let on: @MainActor (DelegationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch list {
        case .asking: Working(texts["app-delegations-asking"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .known(let given, let received, let failure):
            if let failure { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
            Text(texts["app-delegations-what"])
            HeadingText(texts["app-delegations-given"])
            if given.isEmpty { Text(texts["app-delegations-given-none"]) }
            ForEach(given, id: \.id) { line in
                DelegationNote(line: line, who: texts["app-delegation-whom"]) {
                    if line.state != .ended { OtherButton(label: texts["app-delegation-end"]) { on(.end(line: line)) } }
                }
            }
            Divider()
            HeadingText(texts["app-delegations-received"])
            if received.isEmpty { Text(texts["app-delegations-received-none"]) }
            ForEach(received, id: \.id) { line in
                DelegationNote(line: line, who: texts["app-delegation-who"]) { EmptyView() }
            }
        }
    }
}

private struct DelegationNote<Action: View>: View {
    let line: DelegationLine
    let who: String
    @ViewBuilder let action: () -> Action
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.plain) {
            HeadingText(line.terms.title)
            HStack(spacing: 6) {
                Image(systemName: icon).accessibilityHidden(true)
                Text(texts.of(standingWords(line.state))).font(.subheadline.bold())
            }
            Terms(terms: line.terms, who: who)
            action()
        }
    }

    private var icon: String {
        switch line.state {
        case .planned: "clock"
        case .inForce: "checkmark"
        case .ended: "xmark"
        }
    }
}

/// All that a delegation says.
struct Terms: View {
    let terms: DelegationTerms
    let who: String
    @Environment(\.texts) private var texts

    var body: some View {
        Line(who, terms.name)
        Line(texts["app-delegation-position"], terms.position)
        Line(texts["app-delegation-as"], terms.title)
        Line(texts["app-delegation-time"], texts("app-delegation-from-to", ["from": terms.from, "until": terms.until]))
        Line(texts["app-delegation-units"], terms.units.map(texts.of).joined(separator: "; "))
        Line(texts["app-delegation-kinds"], terms.kinds.isEmpty ? texts["app-delegation-all-kinds"] : terms.kinds.joined(separator: ", "))
        Line(texts["app-delegation-reason"], terms.reason)
    }
}

private struct EndScreen: View {
    let ending: Ending
    let on: @MainActor (DelegationsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-delegation-end-title"], leaving: .ours("app-cancel") { on(.notEnd) }) {
            Scrolling {
                Terms(terms: ending.line.terms, who: texts["app-delegation-whom"])
                Note(.careful) { Text(texts["app-delegation-end-what"]) }
                Field(label: texts["app-delegation-end-why"], text: binding(ending.why) { on(.why(text: $0)) }, lines: 2)
            }
        } below: {
            ActionBar {
                OtherButton(label: texts["app-delegation-end-really"], role: .destructive, enabled: ending.canEnd) { on(.reallyEnd) }
            }
        }
    }
}
