import Foundation
import TrienCore
import TrienDevice

/// Keys in software that answer as those of a Secure Enclave do. They outlive the process where there is a folder for them.
public final class TestKeyStore: KeyStore {
    private let person: Person
    private let folder: URL?
    private let pairs = Guarded<[KeyRole: P256]>([:])
    private let ended = Guarded<Set<Data>>([])
    private let session: Session

    public init(person: Person = .confirms, folder: URL? = nil) {
        self.person = person
        self.folder = folder
        session = Session(file: folder?.appendingPathComponent("session"))
    }

    public func create(role: KeyRole, terms: KeyTerms) async throws -> Key {
        let pair = try orUnavailable { try P256() }
        try orUnavailable { try file(role).map { try pair.der.write(to: $0, options: .atomic) } }
        pairs.with { $0[role] = pair }
        if role == .approval { try orUnavailable { try session.begin(terms.promptPolicy) } }
        return key(role, pair)
    }

    public func load(role: KeyRole) async throws -> Key {
        if let pair = pairs.now[role] { return key(role, pair) }
        guard let file = file(role), FileManager.default.fileExists(atPath: file.path) else { throw KeyStoreError.Missing }
        let pair = try orUnavailable { try P256(der: Data(contentsOf: file)) }
        pairs.with { $0[role] = pair }
        return key(role, pair)
    }

    public func evidence(binding: Data) async throws -> KeyEvidence { .none }

    /// Another finger was added in the system's settings: the approval key that there is signs nothing from now on.
    public func addFinger() {
        guard let pair = pairs.now[.approval] else { preconditionFailure("there is no key yet") }
        ended.with { _ = $0.insert(pair.publicKey) }
    }

    /// So many seconds pass, as far as prompts are concerned.
    public func pass(seconds: Int) { session.pass(seconds: seconds) }

    private func key(_ role: KeyRole, _ pair: P256) -> Key {
        let signer: KeySigner =
            switch role {
            case .auth: Silent(pair)
            case .approval: Prompted(pair, person, session) { [ended] in ended.now.contains(pair.publicKey) }
            }
        return Key(publicKey: pair.publicKey, signer: signer)
    }

    private func file(_ role: KeyRole) -> URL? { folder?.appendingPathComponent("\(role).key") }
}

/// What the person does when the prompt appears.
public struct Person: Sendable {
    /// Reads the prompt; throws a `KeySignerError` to refuse.
    public let confirm: @Sendable (String) async throws -> Void

    public init(confirm: @escaping @Sendable (String) async throws -> Void) {
        self.confirm = confirm
    }

    /// Touches the sensor each time.
    public static let confirms = Person { _ in }
}

private final class Silent: KeySigner {
    private let pair: P256

    init(_ pair: P256) {
        self.pair = pair
    }

    func sign(request: SigningRequest) async throws -> Data { try signed(request.message, by: pair) }
}

private final class Prompted: KeySigner {
    private let pair: P256
    private let person: Person
    private let session: Session
    private let isEnded: @Sendable () -> Bool

    init(_ pair: P256, _ person: Person, _ session: Session, isEnded: @escaping @Sendable () -> Bool) {
        self.pair = pair
        self.person = person
        self.session = session
        self.isEnded = isEnded
    }

    func sign(request: SigningRequest) async throws -> Data {
        // A Secure Enclave drops a key of `biometryCurrentSet` at once, and asks for nobody then.
        if isEnded() { throw KeySignerError.KeyInvalidated }
        if !session.take() {
            try await person.confirm(request.prompt)
            session.open()
        }
        return try signed(request.message, by: pair)
    }
}

private func signed(_ message: Data, by pair: P256) throws -> Data {
    do {
        return try pair.sign(message)
    } catch {
        throw KeySignerError.Unavailable(detail: "\(error)")
    }
}

private func orUnavailable<Answer>(_ what: () throws -> Answer) throws -> Answer {
    do {
        return try what()
    } catch {
        throw KeyStoreError.Unavailable(detail: "\(error)")
    }
}
