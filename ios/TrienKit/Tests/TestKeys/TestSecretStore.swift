import Foundation
import TrienCore

/// Secrets as a keychain keeps them: encrypted, each bound to its name. In memory, and in a folder where there is one.
public final class TestSecretStore: SecretStore {
    private let folder: URL?
    private let key: AesGcm
    private let sealed: Guarded<[String: Data]>

    public init(folder: URL? = nil) throws {
        self.folder = folder
        guard let folder else {
            key = try AesGcm()
            sealed = Guarded([:])
            return
        }
        let file = folder.appendingPathComponent(Self.keyFile)
        if FileManager.default.fileExists(atPath: file.path) {
            key = try AesGcm(key: Data(contentsOf: file))
        } else {
            key = try AesGcm()
            try key.key.write(to: file, options: .atomic)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != Self.keyFile }
        sealed = Guarded(try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appendingPathComponent($0))) }))
    }

    /// What is stored now.
    public var names: Set<String> { Set(sealed.now.keys) }

    public func put(name: String, secret: Data) async throws {
        try orUnavailable {
            let bytes = try key.seal(secret, name: name)
            try folder.map { try bytes.write(to: $0.appendingPathComponent(name), options: .atomic) }
            sealed.with { $0[name] = bytes }
        }
    }

    public func get(name: String) async throws -> Data? {
        try orUnavailable { try sealed.now[name].flatMap { try key.open($0, name: name) } }
    }

    public func remove(name: String) async throws {
        try orUnavailable {
            guard sealed.with({ $0.removeValue(forKey: name) }) != nil, let folder else { return }
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
    }

    // No name of a secret has a dot.
    private static let keyFile = "wrapping.key"

    private func orUnavailable<Answer>(_ what: () throws -> Answer) throws -> Answer {
        do {
            return try what()
        } catch {
            throw SecretStoreError.Unavailable(detail: "\(error)")
        }
    }
}
