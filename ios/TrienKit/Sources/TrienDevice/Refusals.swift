import TrienCore
import TrienKit

/// What the system's prompt says when it lets nobody through: the codes of `LAError`, which Linux does not have.
enum PromptCode: Int {
    case authenticationFailed = -1
    case userCancel = -2
    case userFallback = -3
    case systemCancel = -4
    case passcodeNotSet = -5
    case biometryNotAvailable = -6
    case biometryNotEnrolled = -7
    case biometryLockout = -8
    case appCancel = -9
    case invalidContext = -10
    case notInteractive = -1004
}

/// Why a prompt did not open the key.
///
/// A sensor that is there and not available was forbidden to the app: the person may allow it again, and has lost no key.
func refusal(prompt code: Int, detail: String, hasSensor: Bool) -> KeySignerError {
    switch PromptCode(rawValue: code) {
    // A face that was not known is tried again as one that was turned away, and so is a prompt that could not come up behind something else.
    case .userCancel, .userFallback, .systemCancel, .appCancel, .authenticationFailed, .notInteractive: .Cancelled
    case .biometryLockout: .Locked
    // The key was bound to the passcode and to those fingers: it does not come back with new ones.
    case .passcodeNotSet, .biometryNotEnrolled: .KeyInvalidated
    case .biometryNotAvailable where hasSensor: .Unavailable(detail: faceNotAllowed)
    case .biometryNotAvailable, .invalidContext, nil: .Unavailable(detail: "\(code): \(detail)")
    }
}

/// Whether the person can be asked for, by what the system answered; none is yes.
func screenLock(prompt code: Int?, hasSensor: Bool) -> ScreenLock {
    guard let code else { return .biometric }
    return switch PromptCode(rawValue: code) {
    case .biometryLockout: .biometric
    case .passcodeNotSet, .biometryNotEnrolled: .noneEnrolled
    case .biometryNotAvailable where hasSensor: .notAllowed
    default: .noHardware
    }
}

extension ScreenLock {
    /// The same where a passcode may answer: one that is set stands in for what biometrics lack.
    func orPasscode(isSet: Bool) -> ScreenLock {
        if self == .biometric { return self }
        return isSet ? .passcode : .noPasscode
    }
}

/// What the keychain says of an item: the codes of `OSStatus` that are told apart here.
enum KeychainCode: Int32 {
    /// `errSecItemNotFound`
    case itemNotFound = -25300
    /// `errSecInteractionNotAllowed`: the phone was not unlocked since it was started.
    case interactionNotAllowed = -25308
}

/// The keychain did not do what it was asked.
struct KeychainFailure: Error, Equatable {
    let status: Int32

    var asSecret: SecretStoreError {
        .Unavailable(detail: "the keychain: \(status)")
    }

    var asKey: KeyStoreError {
        switch KeychainCode(rawValue: status) {
        case .itemNotFound: .Missing
        case .interactionNotAllowed: .Locked(detail: "the phone was not unlocked since its start")
        case nil: .Unavailable(detail: "the keychain: \(status)")
        }
    }
}
