import SwiftUI
import TrienCore
import TrienKit

/// What waits, the most urgent first; what was decided; what was not sent yet. On a wide window `beside` is the request that lies open
/// beside it. `pull` ends when what was pulled for has come.
struct InboxScreen: View {
    let state: InboxState
    var beside: String?
    var pull: @MainActor () async -> Void = {}
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        List {
            SwiftUI.Section { Tabs(state: state, on: on) }
            if case .failed(_, let failure) = state.sync {
                SwiftUI.Section { FailureCard(failure: failure) { on(.mend(remedy: $0)) }.asWholeRow() }
            }
            switch state.tab {
            case .waiting: Waiting(state: state, beside: beside, on: on)
            case .copies: Copies(state: state, beside: beside, on: on)
            case .done, .unsent: Decisions(state: state, on: on)
            }
        }
        .listStyle(.insetGrouped)
        .refreshable { await pull() }
        .searchable(text: binding(state.search) { on(.search(text: $0)) }, prompt: texts["app-search"])
        .safeAreaInset(edge: .bottom, spacing: 0) {
            if state.picked.isEmpty { SyncLine(state: state, on: on) } else { PickedBar(state: state, on: on) }
        }
        .navigationTitle(texts["app-inbox"])
        .toolbar {
            ToolbarItemGroup(placement: .topBarTrailing) {
                IconButton(icon: "checkmark.shield", label: texts["app-verify"]) { on(.verify) }
                IconButton(icon: "gearshape", label: texts["app-settings"]) { on(.settings) }
            }
        }
    }
}

/// The lists: beside each other, or as a menu where they do not fit.
private struct Tabs: View {
    let state: InboxState
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.dynamicTypeSize) private var letters

    var body: some View {
        if letters.isAccessibilitySize {
            picker.pickerStyle(.menu)
        } else {
            ViewThatFits(in: .horizontal) {
                picker.pickerStyle(.segmented).labelsHidden()
                picker.pickerStyle(.menu)
            }
            .asWholeRow()
        }
    }

    private var picker: some View {
        Picker(texts["app-inbox"], selection: binding(state.tab) { on(.show(tab: $0)) }) {
            ForEach(InboxTab.allCases, id: \.self) { tab in Text(name(tab)).tag(tab) }
        }
    }

    private func name(_ tab: InboxTab) -> String {
        let count =
            switch tab {
            case .waiting: state.waiting
            case .copies: state.unopened
            case .done: 0
            case .unsent: state.unsent
            }
        let name = texts[tab.rawValue]
        return count > 0 ? "\(name)  \(count)" : name
    }
}

private struct Waiting: View {
    let state: InboxState
    let beside: String?
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts

    private static let nothingWaits = "app-empty-waiting"

    var body: some View {
        if state.sections.isEmpty {
            Nothing(key: empty) {
                if empty == Self.nothingWaits { Told(notifications: state.notifications, on: on) }
            }
        }
        ForEach(state.sections, id: \.heading) { section in
            SwiftUI.Section(texts[section.heading.rawValue]) {
                ForEach(section.rows, id: \.request) { row in
                    Paper(row: row, picked: state.picked, isOpen: row.request == beside, on: on)
                }
            }
        }
    }

    private var empty: String {
        if !state.search.trimmingCharacters(in: .whitespaces).isEmpty { return "app-empty-search" }
        return switch state.sync {
        case .never: "app-empty-never"
        case .running: "app-sync-running"
        case .done, .failed: Self.nothingWaits
        }
    }
}

/// Whether this phone tells when something comes.
private struct Told: View {
    let notifications: Notifications
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch notifications {
        case .push: Text(texts["app-empty-told"])
        case .byItself: Text(texts["app-empty-asks"])
        case .off:
            Text(texts["app-empty-silent"])
            OtherButton(label: texts["app-notifications-look"]) { on(.notifications) }
        }
    }
}

private struct Nothing<More: View>: View {
    let key: String
    @ViewBuilder let more: () -> More
    @Environment(\.texts) private var texts

    var body: some View {
        VStack(spacing: 12) {
            Image(systemName: "doc").font(.title).accessibilityHidden(true)
            Text(texts[key])
            more()
        }
        .multilineTextAlignment(.center)
        .padding(.vertical, 32)
        .frame(maxWidth: .infinity)
        .asWholeRow()
    }
}

private struct Paper: View {
    let row: WaitingRow
    let picked: Set<String>
    let isOpen: Bool
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    private var isPicking: Bool { !picked.isEmpty }
    private var isPicked: Bool { picked.contains(row.request) }

    var body: some View {
        Button {
            on(isPicking ? .pick(request: row.request) : .open(request: row.request))
        } label: {
            HStack(alignment: .top, spacing: 10) {
                if isPicking { Image(systemName: isPicked ? "checkmark.circle.fill" : "circle").accessibilityHidden(true) }
                VStack(alignment: .leading, spacing: 3) {
                    UrgencyLine(row: row)
                    Text(row.title).font(.headline)
                    Text(row.subject)
                    Text(origin).font(.subheadline).foregroundStyle(palette.quiet)
                }
                .frame(maxWidth: .infinity, alignment: .leading)
            }
            .contentShape(.rect)
        }
        .buttonStyle(.plain)
        .listRowBackground(isOpen ? palette.good : nil)
        .swipeActions { Button(pickLabel, action: pick) }
        .contextMenu { Button(pickLabel, systemImage: "checkmark.circle", action: pick) }
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(isOpen || isPicked ? [.isButton, .isSelected] : .isButton)
        .accessibilityAction(named: pickLabel, pick)
    }

    private var origin: String {
        let read = row.read == .read ? " · \(texts["app-read"])" : ""
        let place = row.inPlaceOf.map { " \(texts.of($0))" } ?? ""
        return "\(row.from) · \(texts.of(row.role))\(place)\(read)"
    }

    private var pickLabel: String { texts[isPicked ? "app-unpick" : "app-pick"] }

    private func pick() {
        on(.pick(request: row.request))
    }
}

private struct UrgencyLine: View {
    let row: WaitingRow
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 8) { parts }
            VStack(alignment: .leading, spacing: 4) { parts }
        }
    }

    @ViewBuilder
    private var parts: some View {
        if let urgency = row.urgency {
            Text(texts.of(urgency))
                .font(.caption.bold())
                .foregroundStyle(palette.paper)
                .padding(.horizontal, 6)
                .padding(.vertical, 2)
                .background(palette.danger, in: .rect(cornerRadius: 4))
        }
        Text(texts.of(row.deadline.words)).font(.subheadline).foregroundStyle(color)
    }

    private var color: Color {
        switch row.deadline.nearness {
        case .over, .soon: palette.danger
        case .today: palette.caution
        case .far: palette.quiet
        }
    }
}

/// What was sent to this person for information, the newest first.
private struct Copies: View {
    let state: InboxState
    let beside: String?
    let on: @MainActor (InboxEvent) -> Void

    var body: some View {
        if state.copies.isEmpty { Nothing(key: empty) { EmptyView() } }
        ForEach(state.copies, id: \.request) { row in
            CopyLine(row: row, isOpen: row.request == beside) { on(.open(request: row.request)) }
        }
    }

    private var empty: String {
        state.search.trimmingCharacters(in: .whitespaces).isEmpty ? "app-empty-copies" : "app-empty-search"
    }
}

private struct CopyLine: View {
    let row: CopyRow
    let isOpen: Bool
    let open: @MainActor () -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Button(action: open) {
            VStack(alignment: .leading, spacing: 3) {
                Text(verbatim: "\(texts("app-copy-delivered", ["at": row.at])) · \(opened)")
                    .font(row.opened == nil ? .subheadline.bold() : .subheadline)
                    .foregroundStyle(row.opened == nil ? palette.ink : palette.quiet)
                Text(row.title).font(.headline)
                Text(row.subject)
                Text(row.from).font(.subheadline).foregroundStyle(palette.quiet)
            }
            .frame(maxWidth: .infinity, minHeight: finger, alignment: .leading)
            .contentShape(.rect)
        }
        .buttonStyle(.plain)
        .listRowBackground(isOpen ? palette.good : nil)
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(isOpen ? [.isButton, .isSelected] : .isButton)
    }

    private var opened: String { row.opened.map { texts("app-copy-opened", ["at": $0]) } ?? texts["app-copy-unopened"] }
}

private struct Decisions: View {
    let state: InboxState
    let on: @MainActor (InboxEvent) -> Void

    var body: some View {
        if state.decisions.isEmpty { Nothing(key: empty) { EmptyView() } }
        ForEach(state.decisions, id: \.decision) { row in DecisionLine(row: row) { on(.look(decision: row.decision)) } }
    }

    private var empty: String {
        if !state.search.trimmingCharacters(in: .whitespaces).isEmpty { return "app-empty-search" }
        return state.tab == .done ? "app-empty-done" : "app-empty-unsent"
    }
}

private struct DecisionLine: View {
    let row: DecisionRow
    let look: @MainActor () -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Button(action: look) {
            VStack(alignment: .leading, spacing: 3) {
                Text(standing).font(.subheadline).foregroundStyle(row.standing == .refused ? palette.danger : palette.quiet)
                Text(row.subject)
            }
            .frame(maxWidth: .infinity, minHeight: finger, alignment: .leading)
            .contentShape(.rect)
        }
        .buttonStyle(.plain)
    }

    private var standing: String {
        let key =
            switch row.standing {
            case .recorded: "app-standing-recorded"
            case .refused: "app-standing-refused"
            case .unsent: "app-standing-unsent"
            }
        return "\(texts.of(verbWords(row.verb))) \(row.at) · \(texts[key])"
    }
}

/// When the phone was last in step with the office, and the button that asks again.
private struct SyncLine: View {
    let state: InboxState
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        HStack {
            VStack(alignment: .leading) {
                Text(sync)
                if state.unsent > 0 { Text(texts("app-unsent-count", ["count": state.unsent])).bold() }
            }
            .font(.subheadline)
            .frame(maxWidth: .infinity, alignment: .leading)
            IconButton(icon: "arrow.triangle.2.circlepath", label: texts["app-sync-now"]) { on(.refresh) }
        }
        .padding(.leading, 16)
        .padding(.trailing, 8)
        .background(.bar)
    }

    private var sync: String {
        switch state.sync {
        case .never, .failed(nil, _): texts["app-sync-never"]
        case .running: texts["app-sync-running"]
        case .done(let at), .failed(let at?, _): texts("app-sync-at", ["at": at])
        }
    }
}

private struct PickedBar: View {
    let state: InboxState
    let on: @MainActor (InboxEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ActionBar {
            OtherButton(label: texts["app-unpick"]) { on(.unpick) }
            MainButton(label: texts("app-together", ["count": state.picked.count])) { on(.together) }
        }
    }
}

extension View {
    /// As wide as the list, on no card.
    fileprivate func asWholeRow() -> some View {
        listRowInsets(EdgeInsets()).listRowBackground(Color.clear)
    }
}
