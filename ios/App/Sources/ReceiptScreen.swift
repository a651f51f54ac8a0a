import SwiftUI
import TrienCore
import TrienKit

/// One decision and its proof: what the log says, and what the person can show to others.
struct ReceiptScreen: View {
    let state: ReceiptState
    let on: @MainActor (ReceiptEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-receipt-title"]) {
            Scrolling {
                if state.standing == .missing {
                    Note(.plain) { Text(texts["app-receipt-missing"]) }
                    MainButton(label: texts["app-go-back"]) { on(.back) }
                } else {
                    HeadingText(state.subject)
                    Line(texts["app-receipt-decision"], texts.of(verbWords(state.verb)))
                    Line(texts["app-receipt-signed"], state.signedAt)
                    if let end = state.end { Text(texts.of(end)) }
                    KeepingNote(keeping: state.keeping, on: on)
                    standing
                }
            }
        } below: {
            if case .unsent = state.standing { ActionBar { MainButton(label: texts["app-send-now"]) { on(.sendAgain) } } }
            if canShare { ActionBar { MainButton(label: texts["app-keep-share"]) { on(.share) } } }
        }
    }

    @ViewBuilder
    private var standing: some View {
        switch state.standing {
        case .recorded(let at, let proof):
            Note(.good) { Text(texts("app-receipt-recorded", ["at": at])) }
            Route(lines: state.route)
            Proof(decision: state.decision, proof: proof)
        case .refused(let why, let what, let proof):
            Note(.bad) {
                HeadingText(texts.of(why))
                Text(texts.of(what))
                Text(texts["app-receipt-refused"])
            }
            OtherButton(label: texts["app-look-again"]) { on(.lookAgain) }
            Proof(decision: state.decision, proof: proof)
        case .unsent: Note(.careful) { Text(texts["app-receipt-unsent"]) }
        case .sending: Working(texts["app-receipt-sending"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .missing: EmptyView()
        }
    }

    private var canShare: Bool {
        switch state.keeping {
        case .offered, .handed: true
        case .nothing, .fetching, .failed: false
        }
    }
}

/// The signed file and its proofs: handed on only after the core has verified them.
private struct KeepingNote: View {
    let keeping: Keeping
    let on: @MainActor (ReceiptEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch keeping {
        case .nothing: EmptyView()
        case .offered: Text(texts["app-keep-what"])
        case .fetching: Working(texts["app-keep-fetching"])
        case .handed(let verdict, let files):
            Note(verdict == .valid ? .good : .careful) {
                Said(texts[verdict == .valid ? "app-keep-valid" : "app-keep-undetermined"])
                ForEach(files, id: \.self) { Text($0).font(.footnote) }
            }
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }
}

/// The log's proof, as text that can be selected or handed on.
private struct Proof: View {
    let decision: String
    let proof: String
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            Line(texts["app-receipt-hash"], inGroups(decision))
            HStack {
                Text(texts["app-receipt-proof"])
                    .font(.subheadline)
                    .foregroundStyle(palette.quiet)
                    .frame(maxWidth: .infinity, alignment: .leading)
                ShareLink(item: proof) { Image(systemName: "square.and.arrow.up").frame(minWidth: finger, minHeight: finger) }
                    .accessibilityLabel(texts["app-receipt-proof"])
            }
            Text(proof).font(.footnote.monospaced())
        }
        .textSelection(.enabled)
    }
}

/// A digest as it is read out: in groups of eight.
func inGroups(_ digest: String) -> String {
    stride(from: 0, to: digest.count, by: 8).map { String(digest.dropFirst($0).prefix(8)) }.joined(separator: " ")
}
