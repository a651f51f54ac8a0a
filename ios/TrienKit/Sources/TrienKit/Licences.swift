import Foundation
import TrienCore

/// Whose work is in the app, and under which licences.
public struct LicencesState: Equatable, Sendable {
    public var components: [Component] = []
    /// The one whose words are read.
    public var open: Component? = nil

    public init(components: [Component] = [], open: Component? = nil) {
        self.components = components
        self.open = open
    }
}

/// A part of the app: what it is called, its licence by its short name, and in its own words.
public struct Component: Equatable, Sendable {
    public var name: String
    public var licence: String
    public var text: String

    public init(name: String, licence: String, text: String) {
        self.name = name
        self.licence = licence
        self.text = text
    }
}

public enum LicencesEvent: Equatable, Sendable {
    case open(name: String)
    case back
}

public final class LicencesPresenter: Presenter<LicencesState, LicencesEvent> {
    private let go: @MainActor (Place) -> Void

    public init(
        scope: Scope, go: @escaping @MainActor (Place) -> Void, read: @escaping @Sendable () async throws -> String = packedLicences
    ) {
        self.go = go
        super.init(LicencesState(), scope)
        ask { [self] in
            let components = try componentsOf(await read())
            show { $0.components = components }
        } failed: { _ in
        }
    }

    public override func on(_ event: LicencesEvent) {
        switch event {
        case .open(let name): show { $0.open = $0.components.first { $0.name == name } }
        case .back: if !back() { go(.back) }
        }
    }

    public override func back() -> Bool {
        let wasOpen = state.open != nil
        show { $0.open = nil }
        return wasOpen
    }
}

/// Reads what `mobile-ffi/licences.py` writes, and says at its head.
func componentsOf(_ file: String) throws -> [Component] {
    let blocks = file.components(separatedBy: "\n\u{c}\n").map { $0.trimmingCharacters(in: .newlines) }
    return try blocks[0].components(separatedBy: "\n").map { line in
        let parts = line.components(separatedBy: "\t")
        guard parts.count == 4 else { throw noLicences }
        let texts = try parts[3].components(separatedBy: " ").map { number in
            guard let number = Int(number), blocks.indices.dropFirst().contains(number) else { throw noLicences }
            return blocks[number]
        }
        let name = parts[1].isEmpty ? parts[0] : "\(parts[0]) \(parts[1])"
        return Component(name: name, licence: parts[2], text: texts.joined(separator: "\n\n"))
    }
}

/// What `ios/scripts/generate.sh` has put into the app.
@Sendable
public func packedLicences() async throws -> String {
    guard let file = Bundle.module.url(forResource: "licences", withExtension: "txt") else { throw noLicences }
    return try String(contentsOf: file, encoding: .utf8)
}

private let noLicences = PhoneError.Defect(what: "the list of licences is not as it is written")
