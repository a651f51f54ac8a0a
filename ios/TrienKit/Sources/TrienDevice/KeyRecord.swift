import Foundation
import TrienCore

/// Whose keys these are: what they are called in the keychain.
public enum KeySet: String, Sendable {
    case device = "trien"

    /// Made anew for each practice, and registered nowhere.
    case practice = "trien-practice"

    func name(of role: KeyRole) -> String {
        switch role {
        case .auth: "\(rawValue)-auth"
        case .approval: "\(rawValue)-approval"
        }
    }
}

/// What the keychain keeps of a key.
struct KeyRecord: Codable, Equatable {
    /// The private key as the Secure Enclave gives it out: sealed for this very chip, of no use anywhere else.
    let sealed: Data

    /// How long one prompt opens the key; zero is a prompt for each signature.
    let seconds: UInt16

    /// How often it signs then.
    let signatures: UInt16

    /// What the system said of the enrolled fingers or face when the key was made; none for a key that asks nobody, or that a passcode opens.
    let biometry: Data?

    /// What the person answers with; absent where that is biometry alone, as in what was kept before there was a choice.
    private let answered: Guard.Answers?

    var answers: Guard.Answers { answered ?? .biometry }

    var takesPasscode: Bool { answers != .biometry }

    var policy: PromptPolicy {
        seconds == 0 ? .perUse : .session(seconds: seconds, signatures: signatures)
    }

    init(sealed: Data, policy: PromptPolicy, biometry: Data?, answers: Guard.Answers = .biometry) {
        self.sealed = sealed
        self.biometry = biometry
        answered = answers == .biometry ? nil : answers
        switch policy {
        case .perUse: (seconds, signatures) = (0, 1)
        case .session(let seconds, let signatures): (self.seconds, self.signatures) = (seconds, signatures)
        }
    }

    init(bytes: Data) throws {
        self = try PropertyListDecoder().decode(KeyRecord.self, from: bytes)
    }

    func bytes() throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(self)
    }

    /// Whether the fingers or the face were changed since, by which the chip gave the key up. Unknown is no change: then the chip answers.
    func isEnded(by biometry: Data?) -> Bool {
        guard let then = self.biometry, let biometry else { return false }
        return then != biometry
    }
}
