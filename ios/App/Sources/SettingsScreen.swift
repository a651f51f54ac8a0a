import SwiftUI
import TrienCore
import TrienKit

/// The person's certificate, this device, language, notifications, and help.
struct SettingsScreen: View {
    let state: SettingsState
    let on: @MainActor (SettingsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-settings"]) {
            Form {
                SwiftUI.Section {
                    Picker(texts["app-settings-language"], selection: binding(state.language) { on(.speak(language: $0)) }) {
                        // Each language is called as its speakers call it.
                        Text(verbatim: "Tiếng Việt").tag(Language.vietnamese)
                        Text(verbatim: "English").tag(Language.english)
                    }
                    .pickerStyle(.inline)
                    .labelsHidden()
                } header: {
                    HeadingText(texts["app-settings-language"])
                }
                SwiftUI.Section {
                    Certificate(lines: state.certificate)
                    // A certificate that ends is not renewed by itself.
                    if let lines = state.certificate, lines.validity != .good {
                        Asking(replacement: state.renewal, label: texts["app-renew-ask"]) {
                            on(.renew)
                        } open: {
                            on(.enrollAnew)
                        } mend: {
                            on(.mend(remedy: $0))
                        }
                    }
                } header: {
                    HeadingText(texts["app-settings-certificate"])
                }
                if let person = state.person { ThisDevice(person: person, state: state, on: on) }
                SwiftUI.Section {
                    Text(texts[state.notifications.rawValue])
                    Onward(label: texts["app-notifications-look"]) { on(.notifications) }
                } header: {
                    HeadingText(texts["app-settings-notifications"])
                }
                SwiftUI.Section {
                    if state.person != nil { Onward(label: texts["app-delegations"]) { on(.delegations) } }
                    Onward(label: texts["app-verify"]) { on(.verify) }
                    Onward(label: texts["app-practice"]) { on(.practice) }
                    Onward(label: texts["app-diagnostics"]) { on(.diagnostics) }
                    Onward(label: texts["app-licences"]) { on(.licences) }
                }
            }
        }
    }
}

/// A row that leads to another screen.
private struct Onward: View {
    let label: String
    let action: @MainActor () -> Void
    @Environment(\.palette) private var palette

    var body: some View {
        Button(action: action) {
            HStack {
                Text(label).frame(maxWidth: .infinity, alignment: .leading)
                Image(systemName: "chevron.forward").font(.footnote).foregroundStyle(palette.quiet).accessibilityHidden(true)
            }
            .contentShape(.rect)
        }
        .buttonStyle(.plain)
    }
}

private struct Certificate: View {
    let lines: CertificateLines?
    @Environment(\.texts) private var texts

    var body: some View {
        if let lines {
            switch lines.validity {
            case .good: EmptyView()
            case .ending: Note(.careful) { Text(texts("app-certificate-ending", ["day": lines.until])) }
            case .ended: Note(.bad) { Text(texts("app-certificate-ended", ["day": lines.until])) }
            }
            Line(texts["app-certificate-subject"], lines.subject)
            Line(texts["app-certificate-issuer"], lines.issuer)
            Line(texts["app-certificate-serial"], lines.serial)
            Line(texts["app-certificate-valid"], "\(lines.from) – \(lines.until)")
        } else {
            Text(texts["app-settings-no-certificate"])
        }
    }
}

private struct ThisDevice: View {
    let person: PersonFacts
    let state: SettingsState
    let on: @MainActor (SettingsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        SwiftUI.Section {
            Line(texts["app-enroll-name"], person.name)
            Line(texts["app-enroll-position"], person.position)
            Line(texts["app-enroll-office"], person.office)
            Line(texts["app-fact-model"], person.model)
            Line(texts["app-fact-device"], person.device)
            Line(texts["app-fact-keys"], texts[state.keys.rawValue])
            PromptsLine(state.prompts, passcode: state.passcode)
            if !state.passcode { Note(.careful) { Text(texts["app-biometrics-end-key"]) } }
            Onward(label: texts["app-devices-look"]) { on(.devices) }
        } header: {
            HeadingText(texts["app-settings-device"])
        }
    }
}

/// What to read out to whoever helps.
struct DiagnosticsScreen: View {
    let state: DiagnosticsState
    let on: @MainActor (DiagnosticsEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-diagnostics"]) {
            Scrolling {
                Text(texts["app-diagnostics-what"])
                Lines(facts: state.facts).textSelection(.enabled)
                switch state.check {
                case .notYet: EmptyView()
                case .running: Working(texts["app-sync-running"])
                case .reached(let logSize, let clockSeconds):
                    Note(.good) {
                        Said(texts("app-diagnostics-reached", ["size": logSize]))
                        Text(texts("app-diagnostics-clock", ["seconds": clockSeconds]))
                    }
                case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
                }
            }
        } below: {
            if state.check != .running { ActionBar { MainButton(label: texts["app-diagnostics-run"]) { on(.run) } } }
        }
    }
}
