import SwiftUI
import TrienCore
import TrienKit

/// The person's other phones, what to do when one is lost, and how this one is replaced.
struct DevicesScreen: View {
    let state: DevicesState
    let on: @MainActor (DevicesEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        if let losing = state.losing {
            Frame(title: texts["app-lost-title"], leaving: .ours("app-cancel") { on(.notLost) }) {
                Scrolling {
                    HeadingText(losing.model)
                    Line(texts["app-device-since"], losing.since)
                    Note(.careful) { Text(texts["app-lost-what"]) }
                }
            } below: {
                ActionBar { OtherButton(label: texts["app-lost-really"], role: .destructive) { on(.reallyLost) } }
            }
        } else {
            Frame(title: texts["app-devices"]) {
                Scrolling {
                    HeadingText(texts["app-devices-others"])
                    OtherPhones(others: state.others, on: on)
                    Text(texts["app-settings-lost"]).font(.footnote)
                    Divider()
                    Replacing(replacement: state.replacement, on: on)
                    if !state.passcode { Note(.careful) { Text(texts["app-biometrics-end-key"]) } }
                }
            }
        }
    }
}

private struct OtherPhones: View {
    let others: Others
    let on: @MainActor (DevicesEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch others {
        case .asking: Working(texts["app-enroll-asking"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .known(let lines, let failure):
            if let failure { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
            if lines.isEmpty { Text(texts["app-devices-none"]) }
            ForEach(lines, id: \.id) { line in
                Note(.plain) {
                    HeadingText(line.model)
                    Text(texts[standing(line)])
                    Line(texts["app-device-since"], line.since)
                    if line.state != .suspended { OtherButton(label: texts["app-lost"]) { on(.lost(device: line)) } }
                }
            }
        }
    }

    private func standing(_ line: OtherLine) -> String {
        switch line.state {
        case .waiting: "app-device-waiting"
        case .active: "app-device-active"
        case .suspended: "app-device-suspended"
        }
    }
}

private struct Replacing: View {
    let replacement: Replacement
    let on: @MainActor (DevicesEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        HeadingText(texts["app-replace"])
        Text(texts["app-replace-new-phone"])
        Text(texts["app-replace-key-gone"])
        Asking(replacement: replacement, label: texts["app-replace-ask"]) {
            on(.replace)
        } open: {
            on(.enrollAnew)
        } mend: {
            on(.mend(remedy: $0))
        }
    }
}
