import TrienCore
import TrienKit
import XCTest

@testable import TrienDevice

final class RefusalsTests: XCTestCase {
    func testWhoTurnsAwayHasCancelled() {
        for code in [PromptCode.userCancel, .userFallback, .systemCancel, .appCancel, .authenticationFailed] {
            XCTAssertEqual(refusal(prompt: code.rawValue, detail: ""), .Cancelled, "\(code)")
        }
    }

    func testTooManyTriesAreLocked() {
        XCTAssertEqual(refusal(prompt: PromptCode.biometryLockout.rawValue, detail: ""), .Locked)
    }

    func testAKeyDoesNotOutliveThePasscodeOrTheFingersThatItWasMadeUnder() {
        for code in [PromptCode.passcodeNotSet, .biometryNotEnrolled] {
            XCTAssertEqual(refusal(prompt: code.rawValue, detail: ""), .KeyInvalidated, "\(code)")
        }
    }

    func testWhatIsNotKnownIsSaidAsTheSystemSaidIt() {
        for code in [PromptCode.biometryNotAvailable.rawValue, PromptCode.notInteractive.rawValue, -4242, 0] {
            XCTAssertEqual(refusal(prompt: code, detail: "said"), .Unavailable(detail: "\(code): said"))
        }
    }

    func testALockedFingerIsStillOne() {
        XCTAssertEqual(screenLock(prompt: nil), .biometric)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryLockout.rawValue), .biometric)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryNotEnrolled.rawValue), .noneEnrolled)
        XCTAssertEqual(screenLock(prompt: PromptCode.passcodeNotSet.rawValue), .noneEnrolled)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryNotAvailable.rawValue), .noHardware)
    }

    func testOnlyWhatIsNotFoundIsNoKey() {
        XCTAssertEqual(KeychainFailure(status: KeychainCode.itemNotFound.rawValue).asKey, .Missing)
        let locked = KeychainFailure(status: KeychainCode.interactionNotAllowed.rawValue).asKey
        XCTAssertEqual(locked, .Locked(detail: "the phone was not unlocked since its start"))
        XCTAssertEqual(KeychainFailure(status: -34018).asKey, .Unavailable(detail: "the keychain: -34018"))
    }
}
