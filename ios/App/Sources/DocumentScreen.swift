import SwiftUI
import TrienCore
import TrienKit
import TrienScreens

/// The document first; what to know about it beside; the answers always in sight.
struct DocumentScreen: View {
    let state: DocumentState
    let source: PageSource
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: state.title.isEmpty ? texts["app-document"] : state.title, under: under) {
            switch state.content {
            case .opening:
                Scrolling {
                    subject
                    Working(texts["app-document-opening"])
                }
            case .failed(let failure):
                Scrolling {
                    subject
                    FailureCard(failure: failure) { on(.mend(remedy: $0)) }
                }
            case .over(let what, let route, let decision):
                Scrolling {
                    subject
                    Over(what: what, route: route, decision: decision, on: on)
                }
            case .open(let open): Opened(state: state, open: open, source: source, on: on)
            }
        } below: {
            if case .open(let open) = state.content, let agree = open.agree { Answers(agree: agree, inPlaceOf: open.inPlaceOf, on: on) }
        }
    }

    // Beside the pages it may be cut: the summary has it whole.
    private var under: String? {
        if case .open = state.content, !state.subject.isEmpty { state.subject } else { nil }
    }

    @ViewBuilder
    private var subject: some View {
        if !state.subject.isEmpty { Text(state.subject) }
    }
}

/// Nothing is left to decide here.
private struct Over: View {
    let what: Words
    let route: [RouteLine]
    let decision: String?
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.plain) { Text(texts.of(what)) }
        if let decision { OtherButton(label: texts["app-over-receipt"]) { on(.receipt(decision: decision)) } }
        MainButton(label: texts["app-go-back"]) { on(.mend(remedy: .goBack)) }
        Route(lines: route)
    }
}

private struct Opened: View {
    let state: DocumentState
    let open: DocumentContent.Open
    let source: PageSource
    let on: @MainActor (DocumentEvent) -> Void
    @State private var pages: PagesState

    init(state: DocumentState, open: DocumentContent.Open, source: PageSource, on: @escaping @MainActor (DocumentEvent) -> Void) {
        self.state = state
        self.open = open
        self.source = source
        self.on = on
        _pages = State(initialValue: PagesState(open.pages))
    }

    var body: some View {
        VStack(spacing: 0) {
            GeometryReader { room in
                // Beside the document where the device lies on its side, below it where it stands.
                let lies = room.size.width > room.size.height * 1.5
                let layout = lies ? AnyLayout(HStackLayout(spacing: 0)) : AnyLayout(VStackLayout(spacing: 0))
                layout {
                    Paged(pages, source: source, marks: open.mark.map { [$0] } ?? [])
                    if let panel = state.panel {
                        DocumentPanel(panel: panel, subject: state.subject, open: open, page: pages.page, on: on)
                    }
                }
            }
            Ways(panel: state.panel, open: open, on: on) { pages.go(to: $0, mark: open.mark) }
        }
    }
}

/// Between document and answers: what has to be noticed, where the signature goes, and what else there is to look at.
private struct Ways: View {
    let panel: Panel?
    let open: DocumentContent.Open
    let on: @MainActor (DocumentEvent) -> Void
    let goTo: @MainActor (Int) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 8) {
                notable.fixedSize(horizontal: true, vertical: false)
                toPlaceAndMore
            }
            VStack(spacing: 0) {
                notable
                toPlaceAndMore
            }
        }
        .background(.bar)
    }

    private var notable: some View {
        Notable(open: open, isOpen: panel == .findings) { on(.toggle(panel: .findings)) }
    }

    private var toPlaceAndMore: some View {
        HStack(spacing: 8) {
            if let place = open.place { Quiet(label: texts("app-signature-on-page", ["page": place + 1])) { goTo(place) } }
            Spacer(minLength: 0)
            if let panel, panel != .findings {
                OtherWay(label: texts["app-close"]) { on(.toggle(panel: panel)) }
            } else {
                OtherWay(label: texts["app-more"]) { on(.toggle(panel: .facts)) }
            }
        }
        .padding(.horizontal, 12)
        .padding(.vertical, 4)
    }
}

/// A button in a line beside others, as large as a finger.
struct OtherWay: View {
    let label: String
    let action: @MainActor () -> Void

    var body: some View {
        Button(action: action) { Text(label).frame(minHeight: finger) }.buttonStyle(.bordered)
    }
}

/// An action that stands back.
struct Quiet: View {
    let label: String
    let action: @MainActor () -> Void

    var body: some View {
        Button(action: action) { Text(label).frame(minHeight: finger).contentShape(.rect) }.buttonStyle(.borderless)
    }
}

/// Whose part it is, where it is another's, before any answer.
private struct Answers: View {
    let agree: Words
    let inPlaceOf: String?
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        VStack(spacing: 0) {
            if let inPlaceOf { Aside(texts("app-deciding-in-place-of", ["name": inPlaceOf])) }
            ActionBar {
                OtherButton(label: texts["app-reject"], role: .destructive) { on(.reject) }
                OtherButton(label: texts["app-return"]) { on(.return) }
                MainButton(label: texts.of(agree)) { on(.agree) }
            }
        }
    }
}
