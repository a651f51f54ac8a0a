import TrienCore
import XCTest

@testable import TrienKit

final class FailureTest: XCTestCase {
    func testWhatDiagnosticsTellOfAFailureIsSaidInWordsAndNamesNoClassOfOurs() {
        let failures: [PhoneError] = [
            .Storage(source: .InUse(folder: "/var/mobile/Containers/Data/Application/1/Library/phone")),
            .Storage(source: .Full(file: "phone/documents/9f86")), .Storage(source: .KeyLost(folder: "phone")),
            .Storage(source: .Damaged(file: "state.sealed", detail: "the seal does not hold")),
            .Storage(source: .System(file: "outbox", detail: "Permission denied")),
            .Secrets(source: .Unavailable(detail: "the keychain did not answer")), .Signer(source: .WrongSignature),
            .Signer(source: .NotP256),
        ]
        XCTAssertEqual(
            [
                "phone is in use by another process", "9f86 was not written", "the key of phone is lost",
                "state.sealed is damaged: the seal does not hold", "outbox: Permission denied",
                "the keychain did not answer", "the key gave a signature that does not verify", "the key is not a P-256 key",
            ], failures.map { failureOf($0).detail })
    }
}
