import SwiftUI
import TrienCore
import TrienKit

/// A line of its own for what has to be noticed, with its count: it opens and closes the notes.
struct Notable: View {
    let open: DocumentContent.Open
    let isOpen: Bool
    let action: @MainActor () -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    private var count: Int { open.findings.count + open.signatures.count + (open.meanwhile > 0 ? 1 : 0) }

    var body: some View {
        if count > 0 {
            let tone = toneOf(open)
            let colors = tone.colors(palette)
            Button(action: action) {
                HStack(spacing: 12) {
                    if let icon = tone.icon { Image(systemName: icon).accessibilityHidden(true) }
                    Text(texts("app-panel-findings", ["count": count])).font(.subheadline.bold())
                    Image(systemName: isOpen ? "chevron.down" : "chevron.up").font(.footnote).accessibilityHidden(true)
                    Spacer(minLength: 0)
                }
                .foregroundStyle(colors.ink)
                .padding(.horizontal, 16)
                .padding(.vertical, 6)
                .frame(minHeight: finger)
                .contentShape(.rect)
            }
            .buttonStyle(.plain)
            .background(colors.paper)
            .accessibilityAddTraits(isOpen ? .isSelected : [])
        }
    }
}

private func toneOf(_ open: DocumentContent.Open) -> Tone {
    let verdicts = open.signatures.map(\.verdict)
    if open.changed == .yes || verdicts.contains(.notValid) { return .bad }
    return !open.findings.isEmpty || verdicts.contains(.undetermined) ? .careful : .plain
}

/// What is laid beside the pages: the notes, or one of the others with the choice among them above it.
struct DocumentPanel: View {
    let panel: Panel
    let subject: String
    let open: DocumentContent.Open
    /// The one at the upper edge, from 0.
    let page: Int
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Scrolling {
            if panel != .findings { Panels(chosen: panel, open: open, page: page, on: on) }
            switch panel {
            case .findings: findings
            case .route: ForEach(open.route.indices, id: \.self) { RouteNote(line: open.route[$0]) }
            case .files: ForEach(open.attachments.indices, id: \.self) { AttachmentNote(file: open.attachments[$0], on: on) }
            case .facts: facts
            }
        }
        .background(palette.plain)
    }

    @ViewBuilder
    private var facts: some View {
        if open.agree == nil { Note(.plain) { Text(texts["app-copy-what"]) } }
        Line(texts["app-fact-subject"], subject)
        if let paper = open.paper { Line(texts["app-fact-paper"], texts.of(paper)) }
        Lines(facts: open.facts)
        if open.agree != nil { OtherButton(label: texts["app-not-me"]) { on(.notMe) } }
    }

    @ViewBuilder
    private var findings: some View {
        if open.meanwhile > 0 { Note(.plain) { Text(texts("app-signed-meanwhile", ["count": open.meanwhile])) } }
        ForEach(open.findings, id: \.self) { finding in Note(.careful) { Text(texts.of(finding)) } }
        if open.changed == .yes { MainButton(label: texts["app-changes-look"]) { on(.compare) } }
        Signatures(lines: open.signatures)
    }
}

/// Beside each other where they fit, else one below the other.
private struct Panels: View {
    let chosen: Panel
    let open: DocumentContent.Open
    let page: Int
    let on: @MainActor (DocumentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 8) { choices }
            VStack(alignment: .leading, spacing: 8) { choices }
        }
    }

    @ViewBuilder
    private var choices: some View {
        choice(.facts, texts["app-panel-facts"])
        choice(.route, texts["app-panel-route"])
        if !open.attachments.isEmpty { choice(.files, texts("app-panel-files", ["count": open.attachments.count])) }
        Quiet(label: texts["app-comments"]) { on(.comments(page: page + 1)) }
        if open.place != nil { Quiet(label: texts["app-preview"]) { on(.preview) } }
    }

    private func choice(_ panel: Panel, _ label: String) -> some View {
        Chosen(label: label, isOn: panel == chosen) { on(.toggle(panel: panel)) }
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
