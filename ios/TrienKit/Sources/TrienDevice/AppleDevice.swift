#if canImport(UIKit) && canImport(UserNotifications) && canImport(CryptoKit) && canImport(LocalAuthentication) && canImport(Security)
    import Foundation
    import TrienCore
    import TrienGroup
    import TrienKit
    import UIKit

    /// What iOS tells and does for the presenters.
    @MainActor
    public final class AppleDevice: Device {
        private let enclave: SecureEnclaveKeys
        private let practiceKeys: SecureEnclaveKeys
        private let group: AppGroup
        private let notices: Notices
        private let isWoken: () -> Bool
        private let sharing = Sharing()
        private var isAllowed = false

        init(
            enclave: SecureEnclaveKeys, practiceKeys: SecureEnclaveKeys, group: AppGroup, notices: Notices, isWoken: @escaping () -> Bool
        ) {
            self.enclave = enclave
            self.practiceKeys = practiceKeys
            self.group = group
            self.notices = notices
            self.isWoken = isWoken
        }

        public var app: String { "Trien iOS \(version("CFBundleShortVersionString"))" }

        public var model: String { "Apple \(hardwareName())" }

        public func keys() -> KeyPlace { enclave.place() }

        public func lock(passcode: Bool) -> ScreenLock { screenLock(passcode: passcode) }

        public func notifications() -> Notifications {
            guard isAllowed else { return .off }
            return isWoken() ? .push : .byItself
        }

        public func allowNotifications() async -> Notifications {
            let wasAsked = await notices.ask()
            await look()
            // Who refused once is not asked again by the system, and can only change it there.
            if wasAsked, !isAllowed, let settings = URL(string: UIApplication.openNotificationSettingsURLString) {
                _ = await UIApplication.shared.open(settings)
            }
            return notifications()
        }

        /// The person may have been in the system's settings.
        func look() async {
            isAllowed = await notices.isAllowed()
        }

        public func waits(_ waits: Waits) { notices.follow(waits) }

        // Apple opens no other page of the settings to apps. It is where an app is allowed the sensor, and one step from where a face is added.
        public func openSecurity() {
            guard let settings = URL(string: UIApplication.openSettingsURLString) else { return }
            Task { _ = await UIApplication.shared.open(settings) }
        }

        public func language() -> Language { spoken(group) }

        public func speak(_ language: Language) { group.speak(language == .english ? "en" : "vi") }

        public func practice() -> any PracticeProtocol { Practice(keys: practiceKeys, language: language()) }

        public func share(_ files: [Shared]) async -> Handing { await sharing.hand(files) }

        public func unshare() async { sharing.clear() }

        /// Removes what was shared an hour ago.
        func unshareOld() { sharing.clearOld() }

        private func version(_ key: String) -> String {
            Bundle.main.object(forInfoDictionaryKey: key) as? String ?? ""
        }
    }

    /// The maker's name of the model, such as `iPhone15,4`: UIKit tells no more than `iPhone`.
    @MainActor
    private func hardwareName() -> String {
        var system = utsname()
        guard uname(&system) == 0 else { return UIDevice.current.model }
        return withUnsafeBytes(of: system.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
#endif
