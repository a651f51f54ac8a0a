#if canImport(UserNotifications)
    import Foundation
    import TrienCore
    import TrienKit
    import UserNotifications

    /// One notice, which names no document and offers no approval: a locked screen shows it to everybody. And the number on the app's icon.
    @MainActor
    final class Notices {
        // The server's notices bear this name (`apns-collapse-id`): ours takes the place of one, and none is doubled.
        private nonisolated static let waiting = "sync"
        private let language: () -> Language

        init(language: @escaping () -> Language) {
            self.language = language
        }

        /// Whether the person lets notices through.
        func isAllowed() async -> Bool {
            switch await status() {
            case .authorized, .provisional, .ephemeral: true
            default: false
            }
        }

        /// The system's question, which it puts once; gives whether the person ever answered before.
        func ask() async -> Bool {
            let wasAsked = await status() != .notDetermined
            await putQuestion()
            return wasAsked
        }

        /// Shows what a look at the server found; without a notice where the system has shown one already.
        func show(_ notice: Notice, isShown: Bool) async {
            switch notice {
            case .somethingWaits(let count):
                if !isShown { await add(Texts(language: language())) }
                await number(count)
            case .fewerWait(let count):
                if count == 0 { clear() }
                await number(count)
            }
        }

        /// The number follows what waits, without a sound; where nothing does, nothing is said of it any more.
        func follow(_ waits: Waits) {
            if waits.count == 0 { clear() }
            UNUserNotificationCenter.current().setBadgeCount(waits.count, withCompletionHandler: nil)
        }

        /// The person looks: nothing has to be said.
        func clear() {
            UNUserNotificationCenter.current().removeAllDeliveredNotifications()
        }

        /// So many wait, by what this phone knows.
        nonisolated func number(_ count: Int) async {
            try? await UNUserNotificationCenter.current().setBadgeCount(count)
        }

        private nonisolated func status() async -> UNAuthorizationStatus {
            await UNUserNotificationCenter.current().notificationSettings().authorizationStatus
        }

        private nonisolated func putQuestion() async {
            _ = try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound, .badge])
        }

        private nonisolated func add(_ texts: Texts) async {
            let content = UNMutableNotificationContent()
            content.title = texts["app-notice-title"]
            content.body = texts["app-notice-text"]
            content.sound = .default
            let request = UNNotificationRequest(identifier: Self.waiting, content: content, trigger: nil)
            try? await UNUserNotificationCenter.current().add(request)
        }
    }
#endif
