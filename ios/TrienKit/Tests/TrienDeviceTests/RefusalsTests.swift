import TrienCore
import TrienKit
import XCTest

@testable import TrienDevice

final class RefusalsTests: XCTestCase {
    func testWhoTurnsAwayHasCancelled() {
        for code in [PromptCode.userCancel, .userFallback, .systemCancel, .appCancel, .authenticationFailed, .notInteractive] {
            XCTAssertEqual(refusal(prompt: code.rawValue, detail: "", hasSensor: true), .Cancelled, "\(code)")
        }
    }

    func testTooManyTriesAreLocked() {
        XCTAssertEqual(refusal(prompt: PromptCode.biometryLockout.rawValue, detail: "", hasSensor: true), .Locked)
    }

    func testAKeyDoesNotOutliveThePasscodeOrTheFingersThatItWasMadeUnder() {
        for code in [PromptCode.passcodeNotSet, .biometryNotEnrolled] {
            XCTAssertEqual(refusal(prompt: code.rawValue, detail: "", hasSensor: true), .KeyInvalidated, "\(code)")
        }
    }

    func testWhatIsNotKnownIsSaidAsTheSystemSaidIt() {
        for code in [PromptCode.biometryNotAvailable.rawValue, PromptCode.invalidContext.rawValue, -4242, 0] {
            XCTAssertEqual(refusal(prompt: code, detail: "said", hasSensor: false), .Unavailable(detail: "\(code): said"))
        }
    }

    func testALockedFingerIsStillOne() {
        XCTAssertEqual(screenLock(prompt: nil, hasSensor: true), .biometric)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryLockout.rawValue, hasSensor: true), .biometric)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryNotEnrolled.rawValue, hasSensor: true), .noneEnrolled)
        XCTAssertEqual(screenLock(prompt: PromptCode.passcodeNotSet.rawValue, hasSensor: true), .noneEnrolled)
        XCTAssertEqual(screenLock(prompt: PromptCode.biometryNotAvailable.rawValue, hasSensor: false), .noHardware)
    }

    func testAPasscodeStandsInForWhatBiometricsLackAndForNothingElse() {
        for lock in ScreenLock.allCases where lock != .biometric {
            XCTAssertEqual(lock.orPasscode(isSet: true), .passcode)
            XCTAssertEqual(lock.orPasscode(isSet: false), .noPasscode)
        }
        XCTAssertEqual(ScreenLock.biometric.orPasscode(isSet: false), .biometric)
    }

    func testAFaceThatTheAppMayNotAskForIsNeitherMissingNorBroken() {
        let code = PromptCode.biometryNotAvailable.rawValue
        XCTAssertEqual(screenLock(prompt: code, hasSensor: true), .notAllowed)
        let failure = failureOf(PhoneError.Signer(source: refusal(prompt: code, detail: "", hasSensor: true)))
        XCTAssertEqual(failure, Failure(what: words("app-failure-face-not-allowed"), remedy: .tryAgain))
    }

    func testOnlyWhatIsNotFoundIsNoKey() {
        XCTAssertEqual(KeychainFailure(status: KeychainCode.itemNotFound.rawValue).asKey, .Missing)
        let locked = KeychainFailure(status: KeychainCode.interactionNotAllowed.rawValue).asKey
        XCTAssertEqual(locked, .Locked(detail: "the phone was not unlocked since its start"))
        XCTAssertEqual(KeychainFailure(status: -34018).asKey, .Unavailable(detail: "the keychain: -34018"))
    }
}
