import SwiftUI
import TrienCore
import TrienKit

/// Ink on paper by day, the same by night. The red of a seal is kept for what is urgent or refused. Pairs of these colours have a
/// contrast of 4.5 to 1 at least.
struct Palette {
    let ink: Color
    /// Behind the white letters of the main action.
    let fill: Color
    let paper: Color
    let quiet: Color
    let plain: Color
    let good: Color
    let onGood: Color
    let careful: Color
    let onCareful: Color
    let bad: Color
    let onBad: Color
    let danger: Color
    let caution: Color
    /// Around pages, which are white by night too: the person sees what everybody else will see.
    let surroundings: Color

    static func of(_ scheme: ColorScheme) -> Palette {
        scheme == .dark ? .night : .day
    }

    static let day = Palette(
        ink: .rgb(0x123F7A), fill: .rgb(0x123F7A), paper: .rgb(0xF7F8FA), quiet: .rgb(0x434A54), plain: .rgb(0xE9ECF1),
        good: .rgb(0xD8E4F8), onGood: .rgb(0x0B2A54), careful: .rgb(0xFFE3B8), onCareful: .rgb(0x4A2C00),
        bad: .rgb(0xFBDDD9), onBad: .rgb(0x6B0D09), danger: .rgb(0xA3150F), caution: .rgb(0x7A4A00), surroundings: .rgb(0xC5CBD4)
    )

    static let night = Palette(
        ink: .rgb(0xA9C8F7), fill: .rgb(0x2F6FCE), paper: .rgb(0x101318), quiet: .rgb(0xC2C9D3), plain: .rgb(0x262C35),
        good: .rgb(0x1F4478), onGood: .rgb(0xDCE8FB), careful: .rgb(0x5E3F0A), onCareful: .rgb(0xFFE3B8),
        bad: .rgb(0x7A1F18), onBad: .rgb(0xFFDAD6), danger: .rgb(0xFFB4AB), caution: .rgb(0xF6C177), surroundings: .rgb(0x0A0C0F)
    )
}

extension Color {
    /// A colour as it is written in the web.
    static func rgb(_ value: UInt32) -> Color {
        Color(red: Double(value >> 16 & 0xFF) / 255, green: Double(value >> 8 & 0xFF) / 255, blue: Double(value & 0xFF) / 255)
    }

    /// Stands out on white paper by day and by night.
    static let markInk = Color.rgb(0xB3261E)
}

/// What a finger needs, and what Apple asks for.
let finger: CGFloat = 44

private struct TextsKey: EnvironmentKey {
    static let defaultValue = Texts(language: .vietnamese)
}

private struct CloseKey: EnvironmentKey {
    static let defaultValue: (@MainActor () -> Void)? = nil
}

extension EnvironmentValues {
    /// The texts of the person's language.
    var texts: Texts {
        get { self[TextsKey.self] }
        set { self[TextsKey.self] = newValue }
    }

    /// How the first screen beside the list is left, where the system has no button for that.
    var close: (@MainActor () -> Void)? {
        get { self[CloseKey.self] }
        set { self[CloseKey.self] = newValue }
    }

    /// The colours of day or night.
    var palette: Palette { .of(colorScheme) }
}

/// A value of a state, and the event that asks for another.
@MainActor
func binding<Value: Sendable>(_ value: Value, _ change: @escaping @MainActor (Value) -> Void) -> Binding<Value> {
    Binding(get: { value }, set: { @MainActor in change($0) })
}
