import SwiftUI
import TrienCore
import TrienKit

/// What people say beside a document's pages, and a field for one's own.
struct CommentsScreen: View {
    let state: CommentsState
    let on: @MainActor (CommentsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        if let withdrawing = state.withdrawing {
            Frame(title: texts["app-comment-withdraw-title"], leaving: .ours("app-cancel") { on(.notWithdraw) }) {
                Scrolling {
                    CommentNote(line: withdrawing) { EmptyView() }
                    Note(.careful) { Text(texts["app-comment-withdraw-what"]) }
                }
            } below: {
                ActionBar { OtherButton(label: texts["app-comment-withdraw"], role: .destructive) { on(.reallyWithdraw) } }
            }
        } else {
            Frame(title: texts["app-comments"], under: state.title.isEmpty ? nil : state.title) {
                Scrolling { AllComments(state: state, on: on) }
            } below: {
                if state.open, case .known = state.list {
                    ActionBar {
                        MainButton(label: texts[state.sending ? "app-comment-sending" : "app-comment-send"], enabled: state.canSend) {
                            on(.send)
                        }
                    }
                }
            }
        }
    }
}

private struct AllComments: View {
    let state: CommentsState
    let on: @MainActor (CommentsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.list {
        case .asking: Working(texts["app-comments-asking"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .known(let lines, let failure):
            if let failure { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
            Text(texts["app-comments-what"]).font(.footnote)
            if lines.isEmpty { Text(texts["app-comments-none"]) }
            ForEach(lines, id: \.id) { line in
                CommentNote(line: line) {
                    if state.open, case .own = line.body {
                        OtherButton(label: texts["app-comment-withdraw"]) { on(.withdraw(line: line)) }
                    }
                }
            }
            if state.open { Write(state: state, on: on) } else { Text(texts["app-comments-over"]) }
        }
    }
}

private struct CommentNote<Action: View>: View {
    let line: CommentLine
    @ViewBuilder let action: () -> Action
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Note(.plain) {
            HeadingText(texts.of(line.place))
            switch line.body {
            case .text(let text), .own(let text): Text(text)
            case .withdrawn(let at): Text(texts("app-comment-withdrawn", ["at": at]))
            }
            Text(verbatim: "\(line.name), \(post) · \(line.at)").font(.subheadline).foregroundStyle(palette.quiet)
            action()
        }
    }

    private var post: String { line.position.isEmpty ? texts["app-comment-clerk"] : line.position }
}

/// Beside which page, and what.
private struct Write: View {
    let state: CommentsState
    let on: @MainActor (CommentsEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        HStack {
            HeadingText(texts("app-comment-on-page", ["page": state.page]))
            Spacer(minLength: 8)
            if state.page > 1 { IconButton(icon: "minus", label: texts["app-comment-page-before"]) { on(.page(page: state.page - 1)) } }
            if state.page < state.pages {
                IconButton(icon: "plus", label: texts["app-comment-page-after"]) { on(.page(page: state.page + 1)) }
            }
        }
        if let tooLong = state.tooLong { Text(texts.of(tooLong)).font(.subheadline).foregroundStyle(palette.danger) }
        Field(label: texts["app-comment-text"], text: binding(state.text) { on(.write(text: $0)) }, lines: 3)
    }
}
