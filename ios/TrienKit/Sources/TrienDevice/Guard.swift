import TrienCore

/// What the chip asks for before it uses a key; fixed when the key is made. Apple's constants stand in `SecureEnclaveKeys`, what is wanted of
/// them here, where every machine can test it.
struct Guard: Equatable {
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

    /// The silent key works from the first unlocking on; the other one asks its person, who may answer by passcode where the office says so.
    init(of role: KeyRole, passcode: Bool) {
        switch role {
        case .auth: (protection, flags) = (.afterFirstUnlockThisDeviceOnly, [.privateKeyUsage])
        case .approval:
            let answers: [Flag] = passcode ? [.biometryCurrentSet, .or, .devicePasscode] : [.biometryCurrentSet]
            (protection, flags) = (.whenPasscodeSetThisDeviceOnly, [.privateKeyUsage] + answers)
        }
    }
}
