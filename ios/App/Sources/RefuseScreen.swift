import SwiftUI
import TrienCore
import TrienKit

/// Why not: a reason from a few, in words, or both.
struct RefuseScreen: View {
    let state: RefuseState
    let on: @MainActor (RefuseEvent) -> Void
    @Environment(\.texts) private var texts

    private var rejects: Bool { state.verb == .reject }

    var body: some View {
        Frame(title: isOver ? state.title : texts[rejects ? "app-reject-title" : "app-return-title"], leaving: leaving) {
            Scrolling {
                if !isOver, !state.title.isEmpty { HeadingText(state.title) }
                if !state.subject.isEmpty { Text(state.subject) }
                if !isOver, let name = state.inPlaceOf { Note(.plain) { Text(texts("app-deciding-in-place-of", ["name": name])) } }
                content
            }
        } below: {
            RefuseActions(state: state, on: on)
        }
    }

    @ViewBuilder
    private var content: some View {
        switch state.progress {
        case .writing: Reasons(state: state, on: on)
        case .leaving(let seconds):
            Note(.careful) {
                HeadingText(texts(rejects ? "app-undo-reject" : "app-undo-return", ["seconds": seconds]))
                    .accessibilityAddTraits(.updatesFrequently)
                Said(texts["app-undo-what"])
            }
        case .sending: Working(texts["app-sign-signing"])
        case .recorded(let at, _): Note(.good) { Said(texts(rejects ? "app-rejected-at" : "app-returned-at", ["at": at])) }
        case .kept: Note(.careful) { Said(texts["app-signed-kept"]) }
        case .refused(let why, let what):
            Note(.bad) {
                HeadingText(texts.of(why))
                Said(texts.of(what))
            }
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }

    private var isOver: Bool {
        switch state.progress {
        case .recorded, .kept, .refused: true
        case .writing, .leaving, .sending, .failed: false
        }
    }

    private var leaving: Leaving {
        switch state.progress {
        case .sending, .recorded, .kept, .refused: .no
        case .leaving: .ours("app-undo") { on(.undo) }
        case .writing, .failed: .ours("app-cancel") { on(.cancel) }
        }
    }
}

private struct Reasons: View {
    let state: RefuseState
    let on: @MainActor (RefuseEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Text(texts[state.verb == .reject ? "app-reject-what" : "app-return-what"])
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 8) { chips }
            VStack(alignment: .leading, spacing: 8) { chips }
        }
        TextField(texts["app-reason-words"], text: binding(state.text) { on(.write(text: $0)) }, axis: .vertical)
            .lineLimit(3...)
            .textFieldStyle(.roundedBorder)
        if !state.canSend { Text(texts["app-reason-must"]).font(.subheadline).foregroundStyle(palette.quiet) }
    }

    private var chips: some View {
        ForEach(Chip.allCases, id: \.self) { chip in
            Chosen(label: texts[chip.rawValue], isOn: state.chips.contains(chip)) { on(.toggle(chip: chip)) }
        }
    }
}

private struct RefuseActions: View {
    let state: RefuseState
    let on: @MainActor (RefuseEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.progress {
        case .writing:
            ActionBar {
                MainButton(label: texts[state.verb == .reject ? "app-reject-send" : "app-return-send"], enabled: state.canSend) {
                    on(.send)
                }
            }
        case .leaving:
            ActionBar {
                OtherButton(label: texts["app-undo-now"]) { on(.sendNow) }
                MainButton(label: texts["app-undo"]) { on(.undo) }
            }
        case .recorded(_, let next), .kept(let next): onwards(next)
        case .refused: onwards(nil)
        case .sending, .failed: EmptyView()
        }
    }

    private func onwards(_ next: String?) -> some View {
        ActionBar {
            if next == nil {
                MainButton(label: texts["app-to-inbox"]) { on(.next) }
            } else {
                OtherButton(label: texts["app-to-inbox"]) { on(.toInbox) }
                MainButton(label: texts["app-next-document"]) { on(.next) }
            }
        }
    }
}
