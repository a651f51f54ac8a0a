import SwiftUI
import TrienCore
import TrienKit

/// Any PDF: valid, not to be determined and why, or not valid and where. `choose` opens the system's own list of files.
struct VerifyScreen: View {
    let state: VerifyState
    let choose: @MainActor () -> Void
    let on: @MainActor (VerifyEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-verify"]) {
            Scrolling {
                switch state {
                case .choose: Text(texts["app-verify-what"])
                case .working(let name):
                    HeadingText(name)
                    Working(texts["app-verify-working"])
                case .failed(let failure): FailureCard(failure: failure) { _ in on(.again) }
                case .judged(let judged): JudgedFile(file: judged, on: on)
                }
            }
        } below: {
            switch state {
            case .choose: ActionBar { MainButton(label: texts["app-verify-choose"], action: choose) }
            case .judged, .failed: ActionBar { MainButton(label: texts["app-verify-another"], action: choose) }
            case .working: EmptyView()
            }
        }
    }
}

private struct JudgedFile: View {
    let file: VerifyState.Judged
    let on: @MainActor (VerifyEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        HeadingText(file.name)
        Note(toneOf(file.verdict)) {
            Said(texts.of(verdictWords(file.verdict))).font(.headline)
            ForEach(file.why, id: \.self) { Text(texts.of($0)) }
        }
        Signatures(lines: file.signatures)
        if file.changed == .yes { MainButton(label: texts["app-changes-look"]) { on(.compare) } }
        if !file.notes.isEmpty { HeadingText(texts["app-verify-notes"]) }
        ForEach(file.notes, id: \.self) { Text(texts.of($0)) }
        Text(texts["app-verify-trust"]).font(.footnote)
        Line(texts["app-fact-sha256"], inGroups(file.sha256))
    }
}
