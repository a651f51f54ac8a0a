import TestKeys
import TrienCore
import TrienKit

/// The device as the app asks it: one with a screen lock and without push; what is shared is laid aside.
@MainActor
public final class HeldDevice: Device {
    public let app = "Trien Swift test"
    public let model = "Linux"

    /// What was handed to the share sheet.
    public private(set) var shared: [Shared] = []

    /// What the number on the app's icon and its notice say.
    public private(set) var waits: Waits?

    private let person: Person
    private var spoken = Language.vietnamese

    public init(person: Person) {
        self.person = person
    }

    public func keys() -> KeyPlace { .unknown }

    public func lock(passcode: Bool) -> ScreenLock { .biometric }

    public func notifications() -> Notifications { .off }

    public func allowNotifications() async -> Notifications { .off }

    public func waits(_ waits: Waits) { self.waits = waits }

    public func openSecurity() { preconditionFailure("nobody opens the system's settings here") }

    public func language() -> Language { spoken }

    public func speak(_ language: Language) { spoken = language }

    public func practice() -> any PracticeProtocol { Practice(keys: TestKeyStore(person: person), language: spoken) }

    public func share(_ files: [Shared]) async -> Handing {
        shared += files
        return .taken
    }

    public func unshare() async { shared = [] }
}
