#if canImport(UIKit)
    import Foundation
    import TrienCore
    import TrienKit
    import UIKit

    /// Apple's push notification service. The place comes to the app's delegate, through `TrienServices.placed`.
    public final class ApplePush: PushService {
        public static let apple = "com.apple.apns"

        public init() {}

        public var kind: PushKind { .apns }

        public func providers() -> [PushProvider] { [PushProvider(id: Self.apple, name: "Apple")] }

        // Apple's service takes no key of the server's.
        public func register(provider: String, vapid: Data) {
            UIApplication.shared.registerForRemoteNotifications()
        }

        public func unregister(provider: String) {
            UIApplication.shared.unregisterForRemoteNotifications()
        }

        public func forget() {
            unregister(provider: Self.apple)
        }
    }
#endif
