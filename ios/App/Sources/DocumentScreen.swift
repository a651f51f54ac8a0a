import SwiftUI
import TrienCore
import TrienKit

/// The document first; what to know about it beside; the answers always in sight.
struct DocumentScreen: View {
    let state: DocumentState
    let source: PageSource
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: state.title.isEmpty ? texts["app-document"] : state.title, under: state.subject.isEmpty ? nil : state.subject) {
            switch state.content {
            case .opening: Working(texts["app-document-opening"])
            case .failed(let failure): Scrolling { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
            case .over(let what, let route, let decision): Over(what: what, route: route, decision: decision, on: on)
            case .open(let open): Opened(panel: state.panel, open: open, source: source, on: on)
            }
        } below: {
            if case .open(let open) = state.content { Answers(open: open, on: on) }
        }
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
        Scrolling {
            Note(.plain) { Text(texts.of(what)) }
            if let decision { OtherButton(label: texts["app-over-receipt"]) { on(.receipt(decision: decision)) } }
            MainButton(label: texts["app-go-back"]) { on(.mend(remedy: .goBack)) }
            Route(lines: route)
        }
    }
}

private struct Opened: View {
    let panel: Panel?
    let open: DocumentContent.Open
    let source: PageSource
    let on: @MainActor (DocumentEvent) -> Void
    @State private var pages: PagesState

    init(panel: Panel?, open: DocumentContent.Open, source: PageSource, on: @escaping @MainActor (DocumentEvent) -> Void) {
        self.panel = panel
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
                    if let panel { PanelView(panel: panel, open: open, on: on) }
                }
            }
            BesidePages(panel: panel, open: open, on: on) { pages.go(to: $0, mark: open.mark) }
        }
    }
}

/// One line between document and answers: where the signature goes, and what else there is to look at.
private struct BesidePages: View {
    let panel: Panel?
    let open: DocumentContent.Open
    let on: @MainActor (DocumentEvent) -> Void
    let goTo: @MainActor (Int) -> Void
    @Environment(\.texts) private var texts

    private var notable: Int { open.findings.count + open.signatures.count }

    var body: some View {
        ScrollView(.horizontal, showsIndicators: false) {
            HStack(spacing: 8) {
                if let place = open.place {
                    Quiet(label: texts("app-signature-on-page", ["page": place + 1])) { goTo(place) }
                    Quiet(label: texts["app-preview"]) { on(.preview) }
                }
                if notable > 0 { chip(.findings, texts("app-panel-findings", ["count": notable])) }
                if !open.attachments.isEmpty { chip(.files, texts("app-panel-files", ["count": open.attachments.count])) }
                chip(.route, texts["app-panel-route"])
                chip(.facts, texts["app-panel-facts"])
            }
            .padding(.horizontal, 12)
            .padding(.vertical, 4)
        }
        .background(.bar)
    }

    private func chip(_ panel: Panel, _ label: String) -> some View {
        Chosen(label: label, isOn: panel == self.panel) { on(.toggle(panel: panel)) }
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

private struct PanelView: View {
    let panel: Panel
    let open: DocumentContent.Open
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Scrolling {
            switch panel {
            case .findings: findings
            case .route: ForEach(open.route.indices, id: \.self) { RouteNote(line: open.route[$0]) }
            case .files: ForEach(open.attachments.indices, id: \.self) { AttachmentNote(file: open.attachments[$0], on: on) }
            case .facts:
                Lines(facts: open.facts)
                OtherButton(label: texts["app-not-me"]) { on(.notMe) }
            }
        }
        .background(palette.plain)
    }

    @ViewBuilder
    private var findings: some View {
        if open.meanwhile > 0 { Note(.plain) { Text(texts("app-signed-meanwhile", ["count": open.meanwhile])) } }
        ForEach(open.findings, id: \.self) { finding in Note(.careful) { Text(texts.of(finding)) } }
        if open.changed == .yes { MainButton(label: texts["app-changes-look"]) { on(.compare) } }
        Signatures(lines: open.signatures)
    }
}

private struct AttachmentNote: View {
    let file: AttachmentLine
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Line(file.name, texts.of(file.size))
        if file.place == nil {
            Text(texts["app-attachment-elsewhere"]).font(.footnote)
        } else {
            OtherButton(label: texts("app-attachment-read", ["name": file.name])) { on(.read(attachment: file)) }
        }
    }
}

private struct Answers: View {
    let open: DocumentContent.Open
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ActionBar {
            OtherButton(label: texts["app-reject"], role: .destructive) { on(.reject) }
            OtherButton(label: texts["app-return"]) { on(.return) }
            MainButton(label: texts.of(open.agree)) { on(.agree) }
        }
    }
}
