import TrienCore

/// What the chip asks for before it uses a key; fixed when the key is made. Apple's constants stand in `SecureEnclaveKeys`, what is wanted of
/// them here, where every machine can test it.
struct Guard: Equatable {
    /// What the person answers with; fixed with the key, and kept beside it.
    enum Answers: String, Codable, CaseIterable {
        /// One of the fingers, or the face, that were enrolled then.
        case biometry

        /// One of those, or the passcode.
        case biometryOrPasscode

        /// The passcode, where no finger and no face was enrolled: the chip makes no key for ones that are not there.
        case passcode
    }

    /// When a key can be used at all.
    enum Protection: String, CaseIterable {
        /// From the first unlocking after a start on, on this device alone.
        case afterFirstUnlockThisDeviceOnly

        /// While the phone is unlocked, on this device alone, and for as long as it has a passcode.
        case whenPasscodeSetThisDeviceOnly
    }

    enum Flag: String, CaseIterable {
        /// It is a private key that the chip signs with.
        case privateKeyUsage

        /// One of the fingers, or the face, that were enrolled when the key was made, each time anew; a passcode does not do.
        case biometryCurrentSet

        /// What stands before it or what stands after it.
        case or

        /// The phone's passcode.
        case devicePasscode
    }

    let protection: Protection
    let flags: [Flag]

    /// The silent key works from the first unlocking on; the other one asks its person, who answers with what the office allows and the phone has.
    init(of role: KeyRole, answers: Answers) {
        switch role {
        case .auth: (protection, flags) = (.afterFirstUnlockThisDeviceOnly, [.privateKeyUsage])
        case .approval:
            let asked: [Flag] =
                switch answers {
                case .biometry: [.biometryCurrentSet]
                case .biometryOrPasscode: [.biometryCurrentSet, .or, .devicePasscode]
                case .passcode: [.devicePasscode]
                }
            (protection, flags) = (.whenPasscodeSetThisDeviceOnly, [.privateKeyUsage] + asked)
        }
    }
}
