import SwiftUI
import TrienCore
import TrienKit

/// What the register says.
struct Lines: View {
    let facts: [Fact]
    @Environment(\.texts) private var texts

    var body: some View {
        ForEach(facts.indices, id: \.self) { Line(texts.of(facts[$0].name), facts[$0].value) }
    }
}

/// Each signature with its verdict, and what speaks against it.
struct Signatures: View {
    let lines: [SignatureLine]

    var body: some View {
        ForEach(lines.indices, id: \.self) { SignatureNote(line: lines[$0]) }
    }
}

private struct SignatureNote: View {
    let line: SignatureLine
    @Environment(\.texts) private var texts

    var body: some View {
        Note(toneOf(line.verdict)) {
            Text(line.name.isEmpty ? texts["app-signature-nameless"] : line.name).font(.headline)
            Text(texts.of(verdictWords(line.verdict))).font(.subheadline.bold())
            ForEach(line.why, id: \.self) { Text(texts.of($0)) }
        }
    }
}

func toneOf(_ verdict: Verdict) -> Tone {
    switch verdict {
    case .valid: .good
    case .undetermined: .careful
    case .notValid: .bad
    }
}

/// Who takes part in a request, under its own heading; nothing where nobody is known.
struct Route: View {
    let lines: [RouteLine]
    @Environment(\.texts) private var texts

    var body: some View {
        if !lines.isEmpty { HeadingText(texts["app-panel-route"]) }
        ForEach(lines.indices, id: \.self) { RouteNote(line: lines[$0]) }
    }
}

/// One signer, and how far they are.
struct RouteNote: View {
    let line: RouteLine
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        HStack(alignment: .top, spacing: 10) {
            Image(systemName: look.icon).foregroundStyle(look.color).accessibilityHidden(true)
            VStack(alignment: .leading) {
                Text(verbatim: "\(line.name), \(line.position)")
                Text(verbatim: "\(texts.of(line.role)) · \(how)").font(.subheadline).foregroundStyle(palette.quiet)
                if let by = line.by { Text(texts.of(by)).font(.subheadline) }
                if let awaits = line.awaits { Text(texts.of(awaits)).font(.subheadline).foregroundStyle(palette.caution) }
                if let absent = line.absent { Text(texts.of(absent)).font(.subheadline).foregroundStyle(palette.caution) }
                if let reason = line.reason { Text(verbatim: "“\(reason)”").font(.subheadline) }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .accessibilityElement(children: .combine)
    }

    private var how: String {
        let how = texts[line.how.rawValue]
        return line.when.map { "\(how) \($0)" } ?? how
    }

    private var look: (icon: String, color: Color) {
        switch line.how {
        case .approved: ("checkmark", palette.ink)
        case .rejected, .returned: ("xmark", palette.danger)
        case .now: ("circle.fill", palette.ink)
        case .waits, .released: ("clock", palette.quiet)
        }
    }
}
