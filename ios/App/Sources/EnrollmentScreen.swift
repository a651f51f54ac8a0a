import SwiftUI
import TrienCore
import TrienKit

/// From an invitation to a phone that signs: look, check, keys, compare, done. `scan` opens the camera.
struct EnrollmentScreen: View {
    let state: EnrollmentState
    let scan: @MainActor () -> Void
    let on: @MainActor (EnrollmentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-enroll-title"]) {
            Scrolling {
                if let failure = state.failure { FailureCard(failure: failure) { on(.mend(remedy: $0)) } }
                step
                if state.busy == .yes, !isMakingKeys { Working(texts["app-enroll-asking"]) }
            }
        } below: {
            EnrollmentActions(state: state, on: on)
        }
    }

    @ViewBuilder
    private var step: some View {
        switch state.step {
        case .start(let link): StartStep(link: link, scan: scan, on: on)
        case .slip(let slip): SlipStep(slip: slip, on: on)
        case .check(let holder, let prompts, let lock, let passcode):
            CheckStep(holder: holder, prompts: prompts, lock: lock, passcode: passcode)
        case .keys(let holder):
            HolderLines(holder: holder)
            if state.failure == nil { Working(texts["app-enroll-keys"]) }
        case .waiting(let code, let notifications, let pending):
            WaitingStep(code: code, notifications: notifications, pending: pending, on: on)
        case .done(let name, let office, let passcode): DoneStep(name: name, office: office, passcode: passcode)
        case .ended(let why): Note(.bad) { Said(texts.of(why)) }
        }
    }

    private var isMakingKeys: Bool {
        if case .keys = state.step { true } else { false }
    }
}

private struct StartStep: View {
    let link: String
    let scan: @MainActor () -> Void
    let on: @MainActor (EnrollmentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Text(texts["app-enroll-start"])
        MainButton(label: texts["app-enroll-scan"], action: scan)
        OtherButton(label: texts["app-practice"]) { on(.practice) }
        HeadingText(texts["app-enroll-no-camera"])
        Text(texts["app-enroll-paste"])
        TextField(texts["app-enroll-link"], text: binding(link) { on(.link(text: $0)) }, axis: .vertical)
            .lineLimit(1...4)
            .keyboardType(.URL)
            .textInputAutocapitalization(.never)
            .autocorrectionDisabled()
            .textFieldStyle(.roundedBorder)
    }
}

private struct SlipStep: View {
    let slip: EnrollmentStep.Slip
    let on: @MainActor (EnrollmentEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Text(texts["app-enroll-slip"])
        TextField(texts["app-enroll-code"], text: binding(slip.code) { on(.code(text: $0)) })
            .keyboardType(.numberPad)
            .font(.title2.monospaced())
            .textFieldStyle(.roundedBorder)
        if let left = slip.triesLeft { Text(texts("app-enroll-tries", ["left": left])).font(.footnote) }
        HolderLines(holder: slip.holder)
        Text(texts("app-enroll-slip-until", ["day": slip.until])).font(.footnote)
    }
}

private struct CheckStep: View {
    let holder: Holder
    let prompts: Prompts
    let lock: ScreenLock
    let passcode: Bool
    @Environment(\.texts) private var texts

    var body: some View {
        switch lock {
        case .biometric: EmptyView()
        case .noneEnrolled: Note(.careful) { Text(texts["app-enroll-no-finger"]) }
        case .noHardware: Note(.bad) { Text(texts["app-enroll-no-sensor"]) }
        case .notAllowed:
            Note(.careful) { Text(texts["app-enroll-face-not-allowed"]) }
            SettingsButton()
        case .passcode: Note(.careful) { Text(texts["app-enroll-by-passcode"]) }
        case .noPasscode: Note(.careful) { Text(texts["app-enroll-no-passcode"]) }
        }
        Text(texts["app-enroll-check"])
        HolderLines(holder: holder)
        PromptsLine(prompts, passcode: passcode)
    }
}

private struct HolderLines: View {
    let holder: Holder
    @Environment(\.texts) private var texts

    var body: some View {
        Line(texts["app-enroll-office"], holder.office)
        Line(texts["app-enroll-server"], holder.server)
        Line(texts["app-enroll-name"], holder.name)
        Line(texts["app-enroll-position"], holder.position)
    }
}

private struct WaitingStep: View {
    let code: String
    let notifications: Notifications
    let pending: Pending
    let on: @MainActor (EnrollmentEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        switch pending {
        case .certificate: Note(.plain) { Said(texts["app-enroll-certificate"]) }
        case .officer:
            Text(texts["app-enroll-read-out"])
            Text(code)
                .font(.largeTitle.monospaced().bold())
                .foregroundStyle(palette.onGood)
                .padding(16)
                .frame(maxWidth: .infinity)
                .background(palette.good, in: .rect(cornerRadius: 12))
                // Read out digit by digit, as the person reads it to the officer.
                .accessibilityLabel(code.filter(\.isNumber).map(String.init).joined(separator: " "))
            Text(texts["app-enroll-compare"]).font(.footnote)
        }
        Line(texts["app-fact-notifications"], texts[notifications.rawValue])
        if notifications == .off { OtherButton(label: texts["app-notifications-allow"]) { on(.allowNotifications) } }
    }
}

private struct DoneStep: View {
    let name: String
    let office: String
    let passcode: Bool
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.good) {
            Said(texts["app-enroll-done"]).font(.headline)
            Text(name)
            Text(office)
        }
        if !passcode { Note(.careful) { Text(texts["app-biometrics-end-key"]) } }
        Text(texts["app-enroll-notifications"])
    }
}

private struct EnrollmentActions: View {
    let state: EnrollmentState
    let on: @MainActor (EnrollmentEvent) -> Void
    @Environment(\.texts) private var texts

    private var isFree: Bool { state.busy == .no }

    var body: some View {
        switch state.step {
        case .start(let link):
            if !link.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
                ActionBar { MainButton(label: texts["app-enroll-open"], enabled: isFree) { on(.open) } }
            }
        case .slip(let slip):
            ActionBar {
                OtherButton(label: texts["app-enroll-not-me"]) { on(.notMe) }
                MainButton(label: texts["app-enroll-send-code"], enabled: isFree && slip.code.count == shortCodeDigits) { on(.sendCode) }
            }
        case .check(_, _, let lock, _):
            ActionBar {
                OtherButton(label: texts["app-enroll-not-me"]) { on(.notMe) }
                MainButton(label: texts["app-enroll-right"], enabled: isFree && lock.asks) { on(.right) }
            }
        case .keys: EmptyView()
        case .waiting: ActionBar { OtherButton(label: texts["app-enroll-stop"]) { on(.notMe) } }
        case .done:
            ActionBar {
                OtherButton(label: texts["app-to-inbox"]) { on(.toInbox) }
                MainButton(label: texts["app-enroll-try-notifications"]) { on(.tryNotifications) }
            }
        case .ended: ActionBar { MainButton(label: texts["app-enroll-again"]) { on(.notMe) } }
        }
    }
}
