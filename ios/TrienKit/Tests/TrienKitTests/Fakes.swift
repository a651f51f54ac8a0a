import Foundation
import TrienCore
import XCTest

@testable import TrienKit

/// A practice as a script.
@MainActor
final class FakePractice: PracticeProtocol {
    var refuses: PhoneError?
    private(set) var asked: [String] = []

    private func asked<T>(_ what: String, _ answer: () throws -> T) throws -> T {
        asked.append(what)
        if let refuses { throw refuses }
        return try answer()
    }

    func open() async throws -> PracticeDocument {
        try asked("open") {
            let page = PageSize(width: 59528, height: 84189)
            let place = StampedPage(page: 1, size: page, rect: Rect(left: 28000, bottom: 41000, right: 52000, top: 50000))
            return PracticeDocument(pages: [page, page], findings: [], place: place)
        }
    }

    func prepare() async throws -> Date { try asked("prepare") { now } }

    func sign() async throws -> Verification { try asked("sign") { undetermined() } }

    func regionPng(region: Region, view: PracticeView) async throws -> Data { try asked("\(view) \(region.page)") { Data() } }
}

/// How a file of a signer whom nobody here trusts is judged.
func undetermined(changes: [String] = []) -> Verification {
    let answers = [
        Answer(question: .integrity, outcome: .ok, reason: "intact", detail: ""),
        Answer(question: .chain, outcome: .cannotBeDetermined, reason: "no-trusted-issuer", detail: ""),
        Answer(question: .revocation, outcome: .cannotBeDetermined, reason: "chain-unknown", detail: ""),
    ]
    let judgement = Judgement(
        verdict: .undetermined, kind: .signature, name: "BẢN TẬP / PRACTICE", algorithm: nil, time: .claimed(at: now), answers: answers)
    return Verification(
        verdict: .undetermined, sha256: "00", verifiedAt: now, document: .ok, documentReason: "sound", findings: [.signedBefore(count: 1)],
        signatures: [VerifiedSignature(judgement: judgement, changes: changes)])
}

/// Secrets for as long as a test runs.
@MainActor
final class FakeSecrets: SecretStore {
    var kept: [String: Data] = [:]

    func put(name: String, secret: Data) async throws { kept[name] = secret }
    func get(name: String) async throws -> Data? { kept[name] }
    func remove(name: String) async throws { kept[name] = nil }
}

/// A push service that a test plays.
final class FakePush: PushService {
    let kind: PushKind
    var there: [PushProvider]
    private(set) var asked: [String] = []

    init(_ kind: PushKind, _ there: [PushProvider]) {
        self.kind = kind
        self.there = there
    }

    func providers() -> [PushProvider] { there }
    func register(provider: String, vapid: Data) { asked.append("register \(provider)") }
    func unregister(provider: String) { asked.append("unregister \(provider)") }
    func forget() { asked.append("forget") }
}

@MainActor
func wakingOf(_ phone: FakePhone, _ services: any PushService..., secrets: FakeSecrets = FakeSecrets()) -> Waking {
    Waking(phone: { phone }, secrets: secrets, services: services)
}

/// The device as a script.
final class FakeDevice: Device {
    var lockState = ScreenLock.biometric
    var told = Notifications.off
    var spoken = Language.vietnamese
    var practised: any PracticeProtocol = FakePractice()
    var handing = Handing.taken
    var handed: [Shared] = []
    private(set) var waits: Waits?
    private(set) var securityOpened = 0
    var keyPlace = KeyPlace.unknown
    let app = "Trien test"
    let model = "Linux"

    func keys() -> KeyPlace { keyPlace }
    func lock(passcode: Bool) -> ScreenLock { lockState }
    func notifications() -> Notifications { told }
    func allowNotifications() async -> Notifications {
        told = .push
        return told
    }
    func waits(_ waits: Waits) { self.waits = waits }
    func openSecurity() { securityOpened += 1 }
    func language() -> Language { spoken }
    func speak(_ language: Language) { spoken = language }
    func practice() -> any PracticeProtocol { practised }
    func share(_ files: [Shared]) async -> Handing {
        handed += files
        return handing
    }
    func unshare() async { handed = [] }
}

/// Of the test office's own issuer: CN=Nguyễn Văn An, until 20 December 2026.
private let certificate = """
    MIIBljCCAT2gAwIBAgIEAMPxCjAKBggqhkjOPQQDAjA7MQswCQYDVQQGEwJWTjEUMBIGA1UECgwLVUJORCB04buJbmgxFjAUBgNV
    BAMMDUNBIHThuq1wIHPhu7EwHhcNMjYwMTAxMDAwMDAwWhcNMjYxMjIwMDAwMDAwWjA+MQswCQYDVQQGEwJWTjEUMBIGA1UECgwL
    VUJORCB04buJbmgxGTAXBgNVBAMMEE5ndXnhu4VuIFbEg24gQW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASHv1tz9/CP1lwL
    LHh3zJ85cNk/sLqhWbyibvX3xilTC1Jrq5hvt0WrjHfA4YG8tvxt8kPjAedSAdkdNxkxkRzOoywwKjAJBgNVHRMEAjAAMB0GA1Ud
    DgQWBBTNqQ3JK8QUUqpFZfBeebNEUhrgBzAKBggqhkjOPQQDAgNHADBEAiBTM4sv8BFiDkshlbhzNVGKVQzpB+aYn+vXwOXX5Fk4
    /gIgEBzLTOx3S/b/IvwIJPzGy7g/ZqhNe1WPV3L2cBkCNf0=
    """

func testCertificate() throws -> Data { try XCTUnwrap(Data(base64Encoded: certificate, options: .ignoreUnknownCharacters)) }
