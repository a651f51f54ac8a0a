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
        case .known(let given, let received, let failure, let done):
            if let failure { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
            if let done { Note(.good) { Said(texts.of(done)) } }
            Text(texts["app-delegations-what"])
            HeadingText(texts["app-delegations-given"])
            if given.isEmpty { Text(texts["app-delegations-given-none"]) }
            ForEach(given, id: \.id) { line in DelegationNote(line: line, end: "app-delegation-end") { on(.end(line: line)) } }
            Divider()
            HeadingText(texts["app-delegations-received"])
            if received.isEmpty { Text(texts["app-delegations-received-none"]) }
            ForEach(received, id: \.id) { line in DelegationNote(line: line, end: "app-delegation-lay-down") { on(.end(line: line)) } }
        }
    }
}

/// What the other one is to this person.
private func other(_ side: Side) -> String { side == .given ? "app-delegation-whom" : "app-delegation-who" }

private struct DelegationNote: View {
    let line: DelegationLine
    let end: String
    let action: @MainActor () -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.plain) {
            HeadingText(line.terms.title)
            HStack(spacing: 6) {
                Image(systemName: icon).accessibilityHidden(true)
                Text(texts.of(standingWords(line.state))).font(.subheadline.bold())
            }
            Terms(terms: line.terms, who: texts[other(line.side)])
            if line.state != .ended { OtherButton(label: texts[end], action: action) }
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
        Frame(title: texts[said.title], leaving: .ours("app-cancel") { on(.notEnd) }) {
            Scrolling {
                Terms(terms: ending.line.terms, who: texts[other(ending.line.side)])
                Note(.careful) { Text(texts[said.what]) }
                Field(label: texts[said.why], text: binding(ending.why) { on(.why(text: $0)) }, lines: 2)
            }
        } below: {
            ActionBar {
                OtherButton(label: texts[said.really], role: .destructive, enabled: ending.canEnd) { on(.reallyEnd) }
            }
        }
    }

    private var said: (title: String, what: String, why: String, really: String) {
        switch ending.line.side {
        case .given:
            ("app-delegation-end-title", "app-delegation-end-what", "app-delegation-end-why", "app-delegation-end-really")
        case .received:
            (
                "app-delegation-lay-down-title", "app-delegation-lay-down-what", "app-delegation-lay-down-why",
                "app-delegation-lay-down-really"
            )
        }
    }
}
