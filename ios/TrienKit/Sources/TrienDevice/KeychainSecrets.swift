#if canImport(Security)
    import Foundation
    import TrienCore

    /// The phone's small secrets, the data key among them, as items of the keychain: each for itself, so that one ends whatever else is kept.
    public final class KeychainSecrets: SecretStore {
        private let keychain = Keychain(service: "vn.trien.secrets")
        private let hardware = Hardware(label: "vn.trien.secrets")

        public init() {}

        public func put(name: String, secret: Data) async throws {
            try await onKeychain { keychain throws(KeychainFailure) in try keychain.put(name, secret) }
        }

        public func get(name: String) async throws -> Data? {
            try await onKeychain { keychain throws(KeychainFailure) in try keychain.get(name) }
        }

        public func remove(name: String) async throws {
            try await onKeychain { keychain throws(KeychainFailure) in try keychain.remove(name) }
        }

        /// The keychain outlives the app. What an earlier installation left opens nothing any more.
        public func removeAll() async throws {
            try await onKeychain { keychain throws(KeychainFailure) in try keychain.removeAll() }
        }

        // What the keychain does not answer is no lost secret: only "not found" is.
        private func onKeychain<Answer: Sendable>(
            _ work: @escaping @Sendable (Keychain) throws(KeychainFailure) -> Answer
        ) async throws -> Answer {
            try await hardware.run { [keychain] in
                do throws(KeychainFailure) {
                    return try work(keychain)
                } catch {
                    throw error.asSecret
                }
            }
        }
    }
#endif
