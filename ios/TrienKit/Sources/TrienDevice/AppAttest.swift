#if canImport(DeviceCheck) && canImport(Security)
    import DeviceCheck
    import Foundation
    import TrienCore

    /// Apple's App Attest: that a genuine build of this app, on a genuine device, speaks for the device's two keys. It is made once for each
    /// enrollment, by Apple's service, which the phone has to reach.
    struct AppAttest: Sendable {
        private static let pending = "app-attest"
        let keychain: Keychain

        /// The object over `binding`, which the server computes from the challenge, both keys and the invitation. Where App Attest is not to be
        /// had, as in the simulator, the phone has nothing to show.
        func speak(for binding: Data) async throws -> KeyEvidence {
            let service = DCAppAttestService.shared
            guard service.isSupported else { return .none }
            do {
                let key = try await name(service)
                let object = try await service.attestKey(key, clientDataHash: binding)
                try keychain.remove(Self.pending)
                return .appAttest(object: object)
            } catch let failure as KeychainFailure {
                throw failure.asKey
            } catch let error as DCError {
                return try withoutObject(error)
            }
        }

        // Apple's service counts the keys that a device makes: one that was not attested yet is taken again.
        private func name(_ service: DCAppAttestService) async throws -> String {
            if let kept = try keychain.get(Self.pending), let name = String(data: kept, encoding: .utf8) { return name }
            let name = try await service.generateKey()
            try keychain.put(Self.pending, Data(name.utf8))
            return name
        }

        // An office that takes phones without evidence gets none only where there is none to be had, and not where Apple is out of reach.
        private func withoutObject(_ error: DCError) throws -> KeyEvidence {
            switch error.code {
            case .featureUnsupported: return .none
            case .serverUnavailable: break
            default: try? keychain.remove(Self.pending)
            }
            throw KeyStoreError.Unavailable(detail: "App Attest: \(error.code)")
        }
    }
#endif
