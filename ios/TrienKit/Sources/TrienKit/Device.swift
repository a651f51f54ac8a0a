import TrienCore

/// What the presenters ask of the device that they run on.
@MainActor
public protocol Device: AnyObject, Sendable {
    /// The app and its build.
    var app: String { get }

    /// The maker's name of the device.
    var model: String { get }

    /// What protects the person's keys.
    func keys() -> KeyPlace

    /// Whether the person can be asked for with a finger or a face, or else, where that is allowed, with the passcode.
    func lock(passcode: Bool) -> ScreenLock

    /// Whether and how a waiting paper can wake this device.
    func notifications() -> Notifications

    /// Asks the person to let notifications through.
    func allowNotifications() async -> Notifications

    /// So much waits as of the last sync: the number on the app's icon, and a notice that stands, follow without a sound.
    func waits(_ waits: Waits)

    /// Shows the system's settings where a finger or a face is added.
    func openSecurity()

    func language() -> Language

    func speak(_ language: Language)

    /// A document to practise on, with a key of its own that is registered nowhere.
    func practice() -> any PracticeProtocol

    /// Hands files to the system's share sheet; they stay in a private place until the next ones, for an hour or so at most.
    func share(_ files: [Shared]) async -> Handing

    /// Removes from there what was handed over before.
    func unshare() async
}

public enum KeyPlace: String, CaseIterable, Sendable {
    case secureEnclave = "app-keys-secure-enclave"
    case unknown = "app-keys-unknown"
}

public enum ScreenLock: CaseIterable, Sendable {
    case biometric
    case noneEnrolled
    case noHardware

    /// The person has forbidden the app to ask for their face. Only Apple's system lets them.
    case notAllowed

    /// No finger and no face is read here: the passcode answers, where it may.
    case passcode

    /// The passcode may answer, and there is none.
    case noPasscode

    /// Whether a key that asks for its person can be made here.
    public var asks: Bool { self == .biometric || self == .passcode }
}

public enum Notifications: String, CaseIterable, Sendable {
    /// A push service wakes the app.
    case push = "app-notifications-push"

    /// Nobody wakes the app: it looks by itself from time to time.
    case byItself = "app-notifications-by-itself"
    case off = "app-notifications-off"
}
