#if canImport(CryptoKit) && canImport(LocalAuthentication) && canImport(Security)
    import CryptoKit
    import Foundation
    import LocalAuthentication
    import Security
    import TrienCore
    import TrienKit

    /// The device's two keys in the Secure Enclave. Neither ever leaves it; what each may do is fixed when it is made. Sealed by the chip for
    /// itself, they lie in the keychain.
    public final class SecureEnclaveKeys: KeyStore {
        private let set: KeySet
        private let keychain: Keychain
        private let hardware: Hardware

        /// The approval key waits for a person; nothing that is silent waits behind it.
        private let asking: Hardware
        private let person: Person
        private let attesting: AppAttest

        public init(set: KeySet = .device, language: @escaping @Sendable () -> Language) {
            self.set = set
            keychain = Keychain(service: "vn.trien.keys")
            hardware = Hardware(label: "vn.trien.keys.\(set.rawValue)")
            asking = Hardware(label: "vn.trien.person.\(set.rawValue)")
            person = Person(language: language)
            attesting = AppAttest(keychain: keychain)
        }

        public func create(role: KeyRole, terms: KeyTerms) async throws -> Key {
            try await onKeys {
                let record = try self.make(role, terms)
                try self.keychain.put(self.set.name(of: role), try record.bytes())
                if role == .approval { self.left() }
                return try self.key(role, record)
            }
        }

        public func load(role: KeyRole) async throws -> Key {
            try await onKeys {
                guard let kept = try self.keychain.get(self.set.name(of: role)) else { throw KeyStoreError.Missing }
                return try self.key(role, try KeyRecord(bytes: kept))
            }
        }

        /// iOS attests no keys of an app's making, but that this very app speaks for them. Practice is shown to nobody.
        public func evidence(binding: Data) async throws -> KeyEvidence {
            switch set {
            case .device: try await attesting.speak(for: binding)
            case .practice: .none
            }
        }

        /// Where the approval key is.
        public func place() -> KeyPlace {
            let kept = try? keychain.get(set.name(of: .approval))
            return kept == nil ? .unknown : .secureEnclave
        }

        /// The person is before another app: the next signature asks again.
        public func left() {
            asking.later { [person] in person.close() }
        }

        /// The keychain outlives the app. What an earlier installation left signs for nobody any more.
        public func removeAll() async throws {
            try await onKeys { try self.keychain.removeAll() }
        }

        private func make(_ role: KeyRole, _ terms: KeyTerms) throws -> KeyRecord {
            guard SecureEnclave.isAvailable else { throw KeyStoreError.Unsupported(detail: "no Secure Enclave") }
            let answers: Guard.Answers = role == .approval && terms.passcode ? offered() : .biometry
            let biometry = role == .approval ? try self.enrolled(passcode: answers != .biometry) : nil
            let control = try access(role, answers)
            let key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: control, authenticationContext: nil)
            return KeyRecord(sealed: key.dataRepresentation, policy: terms.promptPolicy, biometry: biometry, answers: answers)
        }

        /// What this phone can ask for, where a passcode may answer.
        private func offered() -> Guard.Answers {
            unavailable(LAContext()) == nil ? .biometryOrPasscode : .passcode
        }

        /// The enrolled fingers or face, which the key lives and dies with, unless a passcode opens it as well.
        private func enrolled(passcode: Bool) throws -> Data? {
            let context = LAContext()
            if let code = unavailable(context, passcode: passcode) {
                let isForbidden = screenLock(prompt: code, hasSensor: context.biometryType != .none) == .notAllowed
                throw KeyStoreError.Unsupported(detail: isForbidden ? faceNotAllowed : "no finger or face: \(code)")
            }
            return passcode ? nil : biometry()
        }

        private func key(_ role: KeyRole, _ record: KeyRecord) throws -> Key {
            let key = try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: record.sealed, authenticationContext: nil)
            let signer: any KeySigner =
                switch role {
                case .auth: SilentSigner(record: record, hardware: hardware)
                case .approval:
                    PersonSigner(
                        record: record, control: try access(role, record.answers), hardware: asking, person: person)
                }
            return Key(publicKey: key.publicKey.derRepresentation, signer: signer)
        }

        private func onKeys<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
            try await hardware.run {
                do {
                    return try work()
                } catch let failure as KeychainFailure {
                    throw failure.asKey
                } catch let said as KeyStoreError {
                    throw said
                } catch {
                    throw KeyStoreError.Unavailable(detail: "\(error)")
                }
            }
        }
    }

    /// What guards a key of this role, in Apple's words.
    private func access(_ role: KeyRole, _ answers: Guard.Answers) throws -> SecAccessControl {
        let wanted = Guard(of: role, answers: answers)
        let flags = wanted.flags.map(inAppleWords).reduce(into: SecAccessControlCreateFlags()) { $0.formUnion($1) }
        guard let control = SecAccessControlCreateWithFlags(nil, inAppleWords(wanted.protection), flags, nil) else {
            throw KeyStoreError.Unavailable(detail: "SecAccessControlCreateWithFlags")
        }
        return control
    }

    private func inAppleWords(_ protection: Guard.Protection) -> CFString {
        switch protection {
        case .afterFirstUnlockThisDeviceOnly: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        case .whenPasscodeSetThisDeviceOnly: kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly
        }
    }

    private func inAppleWords(_ flag: Guard.Flag) -> SecAccessControlCreateFlags {
        switch flag {
        case .privateKeyUsage: .privateKeyUsage
        case .biometryCurrentSet: .biometryCurrentSet
        case .or: .or
        case .devicePasscode: .devicePasscode
        }
    }

    /// Signs requests to the server; nobody is asked.
    private final class SilentSigner: KeySigner {
        private let record: KeyRecord
        private let hardware: Hardware

        init(record: KeyRecord, hardware: Hardware) {
            self.record = record
            self.hardware = hardware
        }

        func sign(request: SigningRequest) async throws -> Data {
            try await hardware.run { [record] in try signature(record, request.message, nil) }
        }
    }

    /// Signs what the person confirms.
    private final class PersonSigner: KeySigner {
        private let record: KeyRecord
        private let hardware: Hardware
        private let person: Person
        private let control: Control

        init(record: KeyRecord, control: SecAccessControl, hardware: Hardware, person: Person) {
            self.record = record
            self.control = Control(value: control)
            self.hardware = hardware
            self.person = person
        }

        func sign(request: SigningRequest) async throws -> Data {
            try await hardware.run { [record, control, person] in
                let context = try person.confirm(record, control: control.value, prompt: request.prompt)
                defer { person.used() }
                return try signature(record, request.message, context)
            }
        }
    }

    /// It is never changed after it was made.
    private struct Control: @unchecked Sendable {
        let value: SecAccessControl
    }

    /// SHA-256 and ECDSA, in DER. The person was asked before: what the chip says now is no answer of theirs.
    private func signature(_ record: KeyRecord, _ message: Data, _ context: LAContext?) throws -> Data {
        do {
            let key = try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: record.sealed, authenticationContext: context)
            return try key.signature(for: message).derRepresentation
        } catch {
            throw KeySignerError.Unavailable(detail: "\(error)")
        }
    }
#endif
