import TrienCore

/// Words for a person: a text of ours by its key in `core/locales`, or what the server said in their language.
public enum Words: Equatable, Hashable, Sendable {
    case ours(key: String, arguments: [String: String])
    case theirs(text: String)
}

/// The text `key`, with values for its arguments.
public func words(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> Words {
    .ours(key: key, arguments: arguments.mapValues { $0.description })
}

/// All texts in one language.
public struct Texts: Sendable {
    public let language: Language

    public init(language: Language) { self.language = language }

    public subscript(key: String) -> String { of(words(key)) }

    public func callAsFunction(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
        of(words(key, arguments))
    }

    public func of(_ words: Words) -> String {
        switch words {
        case .theirs(let text): return text
        case .ours(let key, let values):
            let arguments = Arguments(values: values)
            switch language {
            case .vietnamese: return arguments.vietnamese(key) ?? key
            case .english: return arguments.english(key) ?? key
            }
        }
    }
}

/// The values in one text. A name that was not given stays visible, so that a test finds it.
struct Arguments {
    let values: [String: String]

    func of(_ name: String) -> String { values[name] ?? "{\(name)}" }

    func choice(_ name: String, _ known: [String: String], _ other: String) -> String { known[of(name)] ?? other }
}
