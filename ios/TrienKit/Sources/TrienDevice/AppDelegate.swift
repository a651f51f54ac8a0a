#if canImport(UIKit) && canImport(UserNotifications) && canImport(BackgroundTasks) && canImport(CryptoKit) && canImport(LocalAuthentication)
    import Foundation
    import UIKit
    import UserNotifications

    /// What iOS tells the app beside its windows. The app's scene uses it by `@UIApplicationDelegateAdaptor`.
    @MainActor
    public final class AppDelegate: NSObject, UIApplicationDelegate, UNUserNotificationCenterDelegate {
        public let services = TrienServices()

        public func application(
            _ application: UIApplication, didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]? = nil
        ) -> Bool {
            UNUserNotificationCenter.current().delegate = self
            services.launched()
            return true
        }

        public func application(_ application: UIApplication, didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data) {
            Task { await services.placed(deviceToken) }
        }

        // Without a place the app looks by itself from time to time, and asks again at the next start.
        public func application(_ application: UIApplication, didFailToRegisterForRemoteNotificationsWithError error: any Error) {}

        public func application(
            _ application: UIApplication, didReceiveRemoteNotification userInfo: [AnyHashable: Any]
        ) async -> UIBackgroundFetchResult {
            await services.woken(Push(userInfo)) ? .newData : .failed
        }

        // Before the app that shows the papers nothing has to be shown beside.
        public nonisolated func userNotificationCenter(
            _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
            withCompletionHandler completionHandler: @escaping (UNNotificationPresentationOptions) -> Void
        ) {
            let push = Push(notification.request.content.userInfo)
            completionHandler([])
            Task { @MainActor in _ = await services.woken(push) }
        }

        // Which paper it is about no notice says: it leads to the one that waits, or to the list.
        public nonisolated func userNotificationCenter(
            _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
            withCompletionHandler completionHandler: @escaping () -> Void
        ) {
            completionHandler()
            Task { @MainActor in await services.touched() }
        }
    }
#endif
