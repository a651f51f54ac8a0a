import Foundation

/// What the app and its extensions have in common. Nothing of the core's is in it: its folder has one process, and its keys have one.
public struct AppGroup: Sendable {
    private static let language = "language"

    /// As the entitlements name it; each Info.plist says it to its program.
    public let name: String

    public init(name: String) {
        self.name = name
    }

    /// The one of this program, if its publisher gave it one.
    public init?(of bundle: Bundle = .main) {
        guard let name = bundle.object(forInfoDictionaryKey: "TrienAppGroup") as? String, !name.isEmpty else { return nil }
        self.name = name
    }

    /// `vi` or `en`: what the person chose in the app, else what the phone speaks.
    public func language(phone: [String] = Locale.preferredLanguages) -> String {
        spoken(chosen: kept?.string(forKey: Self.language), phone: phone)
    }

    public func speak(_ language: String) {
        kept?.set(language, forKey: Self.language)
    }

    // An app without a group keeps it for itself.
    private var kept: UserDefaults? { name.isEmpty ? .standard : UserDefaults(suiteName: name) }
}

/// The texts of an extension's catalog, in the language that the person chose.
public struct GroupTexts {
    private let bundle: Bundle

    /// Without a group, in the language of the phone.
    public init(_ group: AppGroup?, in whole: Bundle = .main) {
        let language = group?.language() ?? spoken(chosen: nil, phone: Locale.preferredLanguages)
        let folder = whole.path(forResource: language, ofType: "lproj")
        bundle = folder.flatMap(Bundle.init(path:)) ?? whole
    }

    public subscript(key: String) -> String {
        bundle.localizedString(forKey: key, value: nil, table: nil)
    }
}

func spoken(chosen: String?, phone: [String]) -> String {
    switch chosen {
    case "vi", "en": chosen ?? "vi"
    default: phone.first?.hasPrefix("en") == true ? "en" : "vi"
    }
}
