import TrienCore
import XCTest

@testable import TrienKit

final class FailureTest: XCTestCase {
    func testWhatDiagnosticsTellOfAFailureIsSaidInWordsAndNamesNoClassOfOurs() {
        let failures: [PhoneError] = [
            .Storage(source: .InUse(folder: "phone")), .Storage(source: .Damaged(file: "state.sealed", detail: "the seal does not hold")),
            .Storage(source: .System(file: "outbox", detail: "Permission denied")),
            .Secrets(source: .Unavailable(detail: "the keychain did not answer")), .Signer(source: .WrongSignature),
            .Signer(source: .NotP256),
        ]
        XCTAssertEqual(
            [
                "phone is in use by another process", "state.sealed is damaged: the seal does not hold", "outbox: Permission denied",
                "the keychain did not answer", "the key gave a signature that does not verify", "the key is not a P-256 key",
            ], failures.map { failureOf($0).detail })
    }
}
