import SwiftUI
import TrienCore
import TrienKit
import UIKit

/// How a screen is left.
enum Leaving {
    /// By the system's own button and gesture, which step back through the companion.
    case back
    /// By a button of ours, named by its text; the step stays within the screen, or closes a sheet.
    case ours(String, @MainActor () -> Void)
    /// Not at all: something is under way, or only the buttons below lead on.
    case no

    var isSystem: Bool {
        if case .back = self { true } else { false }
    }
}

/// A screen: its name above, what it does below and always in sight, and all else between.
struct Frame<Content: View, Below: View>: View {
    let title: String
    var under: String?
    var leaving = Leaving.back
    @ViewBuilder let content: () -> Content
    @ViewBuilder let below: () -> Below
    @Environment(\.texts) private var texts
    @Environment(\.close) private var close
    @Environment(\.palette) private var palette

    var body: some View {
        content()
            .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .top)
            .background(palette.paper)
            .safeAreaInset(edge: .bottom, spacing: 0) { below() }
            .navigationTitle(title)
            .navigationBarTitleDisplayMode(.inline)
            .navigationBarBackButtonHidden(!leaving.isSystem)
            .toolbar {
                if let under {
                    ToolbarItem(placement: .principal) { TwoLines(title: title, under: under) }
                }
                if case .ours(let key, let leave) = leaving {
                    ToolbarItem(placement: .cancellationAction) { Button(texts[key], action: leave) }
                } else if leaving.isSystem, let close {
                    ToolbarItem(placement: .cancellationAction) { Button(texts["app-go-back"], action: close) }
                }
            }
    }
}

extension Frame where Below == EmptyView {
    init(title: String, under: String? = nil, leaving: Leaving = .back, @ViewBuilder content: @escaping () -> Content) {
        self.init(title: title, under: under, leaving: leaving, content: content, below: { EmptyView() })
    }
}

private struct TwoLines: View {
    let title: String
    let under: String

    var body: some View {
        VStack(spacing: 0) {
            Text(title).font(.headline)
            Text(under).font(.caption).lineLimit(1)
        }
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isHeader)
    }
}

/// What scrolls inside a frame.
struct Scrolling<Content: View>: View {
    @ViewBuilder let content: () -> Content

    var body: some View {
        ScrollView {
            // Lines longer than this are hard to read on.
            VStack(alignment: .leading, spacing: 14) { content() }
                .frame(maxWidth: 640, alignment: .leading)
                .padding(16)
                .frame(maxWidth: .infinity)
        }
        .scrollDismissesKeyboard(.interactively)
    }
}

/// The actions of a screen, always in sight: beside each other where they fit, else one above the other. A phone that lies on its side is too
/// low for that: there they stay beside each other, and their letters wrap.
struct ActionBar<Content: View>: View {
    @ViewBuilder let content: () -> Content
    @Environment(\.verticalSizeClass) private var height

    var body: some View {
        Group {
            if height == .compact {
                HStack(spacing: 8) { content() }
            } else {
                ViewThatFits(in: .horizontal) {
                    HStack(spacing: 8) { content() }
                    VStack(spacing: 8) { content() }
                }
            }
        }
        .padding(.horizontal, 12)
        .padding(.vertical, 8)
        .frame(maxWidth: .infinity)
        .background(.bar)
    }
}

/// The action that goes on.
struct MainButton: View {
    let label: String
    var enabled = true
    let action: @MainActor () -> Void
    @Environment(\.palette) private var palette

    var body: some View {
        Button(action: action) { WideLabel(label) }
            .buttonStyle(.borderedProminent)
            .tint(palette.fill)
            .controlSize(.large)
            .disabled(!enabled)
    }
}

/// Any other action; what ends something for everybody is red.
struct OtherButton: View {
    let label: String
    var role: ButtonRole?
    var enabled = true
    let action: @MainActor () -> Void

    var body: some View {
        Button(role: role, action: action) { WideLabel(label) }
            .buttonStyle(.bordered)
            .controlSize(.large)
            .disabled(!enabled)
    }
}

private struct WideLabel: View {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        Text(text).multilineTextAlignment(.center).frame(maxWidth: .infinity)
    }
}

/// An action in a bar, said by a picture to those who see it and by its text to those who do not.
struct IconButton: View {
    let icon: String
    let label: String
    var enabled = true
    let action: @MainActor () -> Void

    var body: some View {
        Button(action: action) { Image(systemName: icon).frame(minWidth: finger, minHeight: finger).contentShape(.rect) }
            .accessibilityLabel(label)
            .disabled(!enabled)
    }
}

enum Tone {
    case plain, good, careful, bad

    var icon: String? {
        switch self {
        case .plain: nil
        case .good: "checkmark.circle"
        case .careful, .bad: "exclamationmark.triangle"
        }
    }

    func colors(_ palette: Palette) -> (paper: Color, ink: Color) {
        switch self {
        case .plain: (palette.plain, .primary)
        case .good: (palette.good, palette.onGood)
        case .careful: (palette.careful, palette.onCareful)
        case .bad: (palette.bad, palette.onBad)
        }
    }
}

/// Something to be noticed; its tone is said by an icon too, never by colour alone.
struct Note<Content: View>: View {
    let tone: Tone
    @ViewBuilder let content: () -> Content
    @Environment(\.palette) private var palette

    init(_ tone: Tone, @ViewBuilder content: @escaping () -> Content) {
        self.tone = tone
        self.content = content
    }

    var body: some View {
        let colors = tone.colors(palette)
        HStack(alignment: .top, spacing: 12) {
            if let icon = tone.icon { Image(systemName: icon).accessibilityHidden(true) }
            VStack(alignment: .leading, spacing: 10) { content() }
                .frame(maxWidth: .infinity, alignment: .leading)
        }
        .foregroundStyle(colors.ink)
        .padding(14)
        .background(colors.paper, in: .rect(cornerRadius: 12))
    }
}

/// A failure: a sentence, what can be done, and what to pass on to whom. Its detail is for diagnostics.
struct FailureCard: View {
    let failure: Failure
    let mend: @MainActor (Remedy) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.bad) {
            Said(texts.of(failure.what))
            if let tell = failure.tell {
                Text(texts["app-failure-tell"]).font(.subheadline)
                Text(texts.of(tell)).textSelection(.enabled)
            }
            OtherButton(label: texts[failure.remedy.rawValue]) { mend(failure.remedy) }
            if failure.what == words("app-failure-face-not-allowed") { SettingsButton() }
        }
    }
}

/// The way to the system's settings of this app.
struct SettingsButton: View {
    @Environment(\.texts) private var texts
    @Environment(\.openURL) private var openURL

    var body: some View {
        OtherButton(label: texts["app-to-settings"]) {
            if let settings = URL(string: UIApplication.openSettingsURLString) { openURL(settings) }
        }
    }
}

/// Something is under way; what, is said.
struct Working: View {
    let label: String

    init(_ label: String) {
        self.label = label
    }

    var body: some View {
        HStack(spacing: 16) {
            ProgressView().accessibilityHidden(true)
            Said(label)
        }
        .padding(24)
        .frame(maxWidth: .infinity)
    }
}

/// A sentence that appears while the person waits, and is read out then.
struct Said: View {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    var body: some View {
        Text(sentence)
            .onChange(of: sentence, initial: true) { _, now in AccessibilityNotification.Announcement(now).post() }
    }
}

struct HeadingText: View {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        Text(text).font(.headline).accessibilityAddTraits(.isHeader)
    }
}

/// A name and its value, beside each other where there is room.
struct Line: View {
    let name: String
    let value: String
    @Environment(\.palette) private var palette

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(alignment: .firstTextBaseline) {
                Text(name).font(.subheadline).foregroundStyle(palette.quiet)
                Spacer(minLength: 12)
                Text(value)
            }
            VStack(alignment: .leading, spacing: 2) {
                Text(name).font(.subheadline).foregroundStyle(palette.quiet)
                Text(value)
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .accessibilityElement(children: .combine)
    }
}

/// How often a signature asks for a finger or a face, and whether a passcode does.
struct PromptsLine: View {
    let prompts: Prompts
    let passcode: Bool
    @Environment(\.texts) private var texts

    init(_ prompts: Prompts, passcode: Bool) {
        self.prompts = prompts
        self.passcode = passcode
    }

    var body: some View {
        Line(texts["app-enroll-prompts"], passcode ? "\(how); \(texts["app-prompts-passcode"])" : how)
    }

    private var how: String {
        switch prompts {
        case .each: texts["app-prompts-each"]
        case .once: texts["app-prompts-once"]
        case .every(let papers): texts("app-prompts-every", ["papers": papers])
        }
    }
}

/// Asking the officer for another phone, or another certificate; once asked, the way to the invitation.
struct Asking: View {
    let replacement: Replacement
    let label: String
    let ask: @MainActor () -> Void
    let open: @MainActor () -> Void
    let mend: @MainActor (Remedy) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch replacement {
        case .notAsked: OtherButton(label: label, action: ask)
        case .asking: Working(texts["app-enroll-asking"])
        case .asked:
            Note(.good) {
                Said(texts["app-replace-asked"])
                MainButton(label: texts["app-replace-open"], action: open)
            }
        case .failed(let failure): FailureCard(failure: failure, mend: mend)
        }
    }
}

/// A field, with its name in sight also once something is written.
struct Field: View {
    let label: String
    let text: Binding<String>
    var lines = 1
    var keyboard = UIKeyboardType.default
    @Environment(\.palette) private var palette

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(label).font(.subheadline).foregroundStyle(palette.quiet).accessibilityHidden(true)
            Group {
                if lines == 1 { TextField(label, text: text) } else { TextField(label, text: text, axis: .vertical).lineLimit(lines...) }
            }
            .textFieldStyle(.roundedBorder)
            .keyboardType(keyboard)
        }
    }
}

/// A choice that is on or off, as large as a finger.
struct Chosen: View {
    let label: String
    let isOn: Bool
    let action: @MainActor () -> Void

    var body: some View {
        Toggle(isOn: binding(isOn) { _ in action() }) { Text(label).frame(minHeight: finger) }
            .toggleStyle(.button)
            .buttonStyle(.bordered)
    }
}
