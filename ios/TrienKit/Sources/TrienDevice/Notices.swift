#if canImport(UserNotifications)
    import Foundation
    import TrienCore
    import TrienKit
    import UserNotifications

    /// One notice, which names no document and offers no approval: a locked screen shows it to everybody. And the number on the app's icon.
    @MainActor
    final class Notices {
        // The server's notices bear this name (`apns-collapse-id`): ours takes the place of one, and none is doubled.
        private static let waiting = "sync"
        private let language: () -> Language
        private var center: UNUserNotificationCenter { .current() }

        init(language: @escaping () -> Language) {
            self.language = language
        }

        /// Whether the person lets notices through.
        func isAllowed() async -> Bool {
            switch await center.notificationSettings().authorizationStatus {
            case .authorized, .provisional, .ephemeral: true
            default: false
            }
        }

        /// The system's question, which it puts once; gives whether the person ever answered before.
        func ask() async -> Bool {
            let wasAsked = await center.notificationSettings().authorizationStatus != .notDetermined
            _ = try? await center.requestAuthorization(options: [.alert, .sound, .badge])
            return wasAsked
        }

        /// Shows what a look at the server found; without a notice where the system has shown one already.
        func show(_ notice: Notice, isShown: Bool) async {
            switch notice {
            case .somethingWaits(let count):
                if !isShown { await add() }
                await number(count)
            case .fewerWait(let count):
                if count == 0 { clear() }
                await number(count)
            }
        }

        /// The person looks: nothing has to be said.
        func clear() {
            center.removeAllDeliveredNotifications()
        }

        private func add() async {
            let texts = Texts(language: language())
            let content = UNMutableNotificationContent()
            content.title = texts["app-notice-title"]
            content.body = texts["app-notice-text"]
            content.sound = .default
            try? await center.add(UNNotificationRequest(identifier: Self.waiting, content: content, trigger: nil))
        }

        private func number(_ count: Int) async {
            try? await center.setBadgeCount(count)
        }
    }
#endif
