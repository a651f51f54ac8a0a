import SwiftUI
import TrienCore
import TrienKit
import TrienScreens

/// Reading, looking, signing and judging on a document that is worth nothing, and says so on every screen.
struct PracticeScreen: View {
    let state: PracticeState
    let pages: PageSource
    let stamped: PageSource
    let on: @MainActor (PracticeEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-practice-title"], leaving: isSigning ? .no : .back) {
            VStack(spacing: 0) {
                Worthless()
                content
            }
        } below: {
            PracticeActions(step: state.step, on: on)
        }
    }

    @ViewBuilder
    private var content: some View {
        switch state.step {
        case .opening: Working(texts["app-practice-opening"])
        case .reading(let sizes, let page, let mark): Read(sizes: sizes, page: page, mark: mark, source: pages)
        case .sheet(let page, let at):
            Aside(texts("app-practice-sheet", ["at": at]))
            OnePage(page: page, source: stamped)
        case .signing(let page, _):
            Working(texts["app-practice-signing"])
            OnePage(page: page, source: stamped)
        case .judged(_, let signatures):
            Scrolling {
                Note(.good) { Said(texts["app-practice-signed"]) }
                Signatures(lines: signatures)
                Text(texts["app-practice-why"])
            }
        case .failed(let failure): Scrolling { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
        }
    }

    private var isSigning: Bool {
        if case .signing = state.step { true } else { false }
    }
}

private struct Worthless: View {
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Text(texts["app-practice-worthless"])
            .font(.subheadline.bold())
            .foregroundStyle(palette.onCareful)
            .padding(.horizontal, 16)
            .padding(.vertical, 8)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(palette.careful)
    }
}

private struct Read: View {
    let page: Int
    let mark: Mark
    let source: PageSource
    @State private var pages: PagesState
    @Environment(\.texts) private var texts

    init(sizes: [PageSize], page: Int, mark: Mark, source: PageSource) {
        self.page = page
        self.mark = mark
        self.source = source
        _pages = State(initialValue: PagesState(sizes))
    }

    var body: some View {
        VStack(spacing: 0) {
            Paged(pages, source: source, marks: [mark])
            Quiet(label: texts("app-signature-on-page", ["page": page + 1])) { pages.go(to: page, mark: mark) }
                .padding(.horizontal, 12)
                .frame(maxWidth: .infinity, alignment: .leading)
                .background(.bar)
        }
    }
}

private struct PracticeActions: View {
    let step: PracticeStep
    let on: @MainActor (PracticeEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch step {
        case .reading: ActionBar { MainButton(label: texts["app-practice-try"]) { on(.sheet) } }
        case .sheet:
            ActionBar {
                OtherButton(label: texts["app-cancel"]) { on(.read) }
                MainButton(label: texts["app-sign-with-finger"]) { on(.sign) }
            }
        case .judged:
            ActionBar {
                OtherButton(label: texts["app-practice-again"]) { on(.read) }
                MainButton(label: texts["app-practice-end"]) { on(.end) }
            }
        case .opening, .signing, .failed: EmptyView()
        }
    }
}
