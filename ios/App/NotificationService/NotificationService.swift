import TrienGroup
import UserNotifications

/// Says what the system says of a push in the language that the person chose in the app, which need not be the phone's. Nothing of what such a
/// push holds is shown; one without `mutable-content` never comes here, and the system shows it as it is. It fetches nothing: the app does,
/// which the same push wakes (ADR 38).
final class NotificationService: UNNotificationServiceExtension {
    override func didReceive(
        _ request: UNNotificationRequest, withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void
    ) {
        let texts = GroupTexts(AppGroup())
        let content = UNMutableNotificationContent()
        content.title = texts["app-notice-title"]
        content.body = texts["app-notice-text"]
        content.sound = .default
        contentHandler(content)
    }
}
