import SwiftUI
import TrienCore
import TrienKit

/// Several papers: view them one by one, then sign all that were viewed; each has its own answer.
struct SeveralScreen: View {
    let state: SeveralState
    let on: @MainActor (SeveralEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts("app-several-title", ["count": state.rows.count]), leaving: state.running == .yes ? .no : .back) {
            List {
                if state.running == .no {
                    SwiftUI.Section {
                        Text(texts[state.canSign ? "app-several-ready" : "app-several-view-first"])
                        Text(prompts).font(.footnote)
                    }
                }
                SwiftUI.Section {
                    ForEach(state.rows, id: \.request) { row in
                        SeveralLine(row: row, running: state.running, on: on)
                    }
                }
            }
            .listStyle(.insetGrouped)
        } below: {
            SeveralActions(state: state, on: on)
        }
    }

    private var prompts: String {
        switch state.prompts {
        case .each: texts["app-several-prompts-each"]
        case .once: texts["app-several-prompts-once"]
        case .every(let papers): texts("app-several-prompts-every", ["papers": papers])
        }
    }
}

private struct SeveralLine: View {
    let row: SeveralRow
    let running: Running
    let on: @MainActor (SeveralEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        if canOpen {
            Button {
                on(.open(request: row.request))
            } label: {
                paper.contentShape(.rect)
            }
            .buttonStyle(.plain)
        } else {
            paper
        }
    }

    // While they are signed, nothing else is opened.
    private var canOpen: Bool {
        switch row.how {
        case .unread, .ready: running == .no
        case .signing, .signed, .kept, .not: false
        }
    }

    private var paper: some View {
        HStack(alignment: .top, spacing: 10) {
            Image(systemName: look.icon).foregroundStyle(look.color).accessibilityHidden(true)
            VStack(alignment: .leading, spacing: 3) {
                Text(row.title).font(.headline)
                Text(row.subject)
                Text(how).font(.subheadline).foregroundStyle(look.color)
                if case .signed(_, let signer?) = row.how { Text(texts.of(signer)) }
                if case .not(let failure) = row.how { mending(failure) }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
    }

    @ViewBuilder
    private func mending(_ failure: Failure) -> some View {
        if let tell = failure.tell {
            Text(texts["app-failure-tell"]).font(.footnote)
            Text(texts.of(tell))
        }
        if running != .yes {
            OtherButton(label: texts[failure.remedy.rawValue]) { on(.mend(request: row.request, remedy: failure.remedy)) }
        }
    }

    private var how: String {
        switch row.how {
        case .unread: texts["app-several-unread"]
        case .ready: texts["app-read"]
        case .signing: texts["app-sign-signing"]
        case .signed(let at, let signer): texts(signer == nil ? "app-signed-at" : "app-approved-at", ["at": at])
        case .kept: texts["app-standing-unsent"]
        case .not(let failure): texts.of(failure.what)
        }
    }

    private var look: (icon: String, color: Color) {
        switch row.how {
        case .unread: ("doc", palette.quiet)
        case .ready, .signing: ("circle.fill", palette.ink)
        case .signed: ("checkmark", palette.ink)
        case .kept: ("clock", palette.caution)
        case .not: ("exclamationmark.triangle", palette.danger)
        }
    }
}

private struct SeveralActions: View {
    let state: SeveralState
    let on: @MainActor (SeveralEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.running {
        case .no:
            ActionBar {
                OtherButton(label: texts["app-several-one-by-one"], enabled: state.rows.contains { $0.how == .unread }) { on(.oneByOne) }
                MainButton(label: texts("app-several-sign", ["count": ready]), enabled: state.canSign) { on(.signAll) }
            }
        case .yes: EmptyView()
        case .done: ActionBar { MainButton(label: texts["app-to-inbox"]) { on(.back) } }
        }
    }

    private var ready: Int { state.rows.count { $0.how == .ready } }
}
