// A stand-in for what we use of Apple's UIKit, and of Foundation where Linux lacks it, to type-check our code where there is no SDK. It is never
// linked and does nothing.
//
// Proves: that our calls fit these signatures, as Apple documents them, and Swift 6's rules of isolation: these classes belong to the main actor.
// Does not prove: that Apple's SDK has them so, when the system calls, nor what a window looks like.
@_exported import Foundation
import QuartzCore

// MARK: The app

@MainActor
public protocol UIApplicationDelegate: AnyObject {
    func application(
        _ application: UIApplication, didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool
    func application(_ application: UIApplication, didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data)
    func application(_ application: UIApplication, didFailToRegisterForRemoteNotificationsWithError error: any Error)
    func application(
        _ application: UIApplication, didReceiveRemoteNotification userInfo: [AnyHashable: Any]
    ) async -> UIBackgroundFetchResult
}

public enum UIBackgroundFetchResult: UInt, Sendable {
    case newData, noData, failed
}

public struct UIBackgroundTaskIdentifier: Hashable, Sendable {
    public static let invalid = Self()
}

@MainActor
open class UIApplication {
    public struct LaunchOptionsKey: Hashable, Sendable {}
    public enum State: Int, Sendable {
        case active, inactive, background
    }
    public struct OpenExternalURLOptionsKey: Hashable, Sendable {}
    public static var shared: UIApplication { fatalError() }
    nonisolated public static let openNotificationSettingsURLString = ""
    nonisolated public static let openSettingsURLString = ""
    open var applicationState: State { fatalError() }
    open var connectedScenes: Set<UIScene> { fatalError() }
    open func registerForRemoteNotifications() { fatalError() }
    open func unregisterForRemoteNotifications() { fatalError() }
    open func open(_ url: URL, options: [OpenExternalURLOptionsKey: Any] = [:]) async -> Bool { fatalError() }
    open func beginBackgroundTask(expirationHandler handler: (@MainActor @Sendable () -> Void)? = nil) -> UIBackgroundTaskIdentifier {
        fatalError()
    }
    open func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) { fatalError() }
}

@MainActor
open class UIDevice {
    public static var current: UIDevice { fatalError() }
    open var model: String { fatalError() }
}

// MARK: Windows

@MainActor
open class UIResponder: NSObject {}

@MainActor
open class UIScene: UIResponder {
    public enum ActivationState: Int, Sendable {
        case unattached = -1
        case foregroundActive, foregroundInactive, background
    }
    nonisolated public static let didEnterBackgroundNotification = Notification.Name("didEnterBackground")
    nonisolated public static let willEnterForegroundNotification = Notification.Name("willEnterForeground")
    open var activationState: ActivationState { fatalError() }
}

@MainActor
open class UIWindowScene: UIScene {
    open var screen: UIScreen { fatalError() }
    open var keyWindow: UIWindow? { fatalError() }
}

@MainActor
open class UIScreen {
    nonisolated public static let capturedDidChangeNotification = Notification.Name("capturedDidChange")
    open var isCaptured: Bool { fatalError() }
}

@MainActor
open class UIView: UIResponder {
    open var backgroundColor: UIColor?
    open var bounds: CGRect = .zero
    open var isHidden = false
    open var layer: CALayer { fatalError() }
    public struct AutoresizingMask: OptionSet, Sendable {
        public let rawValue: UInt
        public init(rawValue: UInt) { self.rawValue = rawValue }
        public static let flexibleWidth = Self(rawValue: 1 << 1)
        public static let flexibleHeight = Self(rawValue: 1 << 4)
    }
    open var autoresizingMask: AutoresizingMask = []
    public override init() {}
    public init(frame: CGRect) {}
    open func addSubview(_ view: UIView) { fatalError() }
}

public enum NSTextAlignment: Int, Sendable {
    case left, center, right, justified, natural
}

public final class UIFont: Sendable {
    public struct TextStyle: Sendable {
        public static let body = TextStyle()
    }
    public static func preferredFont(forTextStyle style: TextStyle) -> UIFont { fatalError() }
}

@MainActor
open class UILabel: UIView {
    open var text: String?
    open var textAlignment: NSTextAlignment = .natural
    open var numberOfLines = 1
    open var font: UIFont!
    open var adjustsFontForContentSizeCategory = false
}

@MainActor
open class UIWindow: UIView {
    public struct Level: Sendable {
        public static let alert = Level()
    }
    public init(windowScene: UIWindowScene) { super.init() }
    open var windowLevel = Level()
    open var rootViewController: UIViewController?
}

public final class UIColor: Sendable {
    public static let black = UIColor()
    public static let systemBackground = UIColor()
}

@MainActor
open class UIViewController: UIResponder {
    public init(nibName nibNameOrNil: String?, bundle nibBundleOrNil: Bundle?) {}
    public override convenience init() { self.init(nibName: nil, bundle: nil) }
    public required init?(coder: NSCoder) {}
    open var view: UIView! { fatalError() }
    open var presentedViewController: UIViewController? { fatalError() }
    open var popoverPresentationController: UIPopoverPresentationController? { fatalError() }
    open var extensionContext: NSExtensionContext? { fatalError() }
    open func present(_ viewControllerToPresent: UIViewController, animated flag: Bool, completion: (() -> Void)? = nil) { fatalError() }
    open func viewDidLoad() { fatalError() }
    open func viewDidAppear(_ animated: Bool) { fatalError() }
    open func viewDidLayoutSubviews() { fatalError() }
    open func viewWillDisappear(_ animated: Bool) { fatalError() }
}

@MainActor
open class UIPopoverPresentationController {
    open var sourceView: UIView?
    open var sourceRect: CGRect = .zero
    open var permittedArrowDirections = UIPopoverArrowDirection()
}

public struct UIPopoverArrowDirection: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
}

@MainActor
open class UIActivityViewController: UIViewController {
    public init(activityItems: [Any], applicationActivities: [UIActivity]?) { super.init(nibName: nil, bundle: nil) }
    public required init?(coder: NSCoder) { fatalError() }
}

@MainActor
open class UIActivity {}

@MainActor
open class UIAlertController: UIViewController {
    public enum Style: Int, Sendable {
        case actionSheet, alert
    }
    public init(title: String?, message: String?, preferredStyle: Style) { super.init(nibName: nil, bundle: nil) }
    public required init?(coder: NSCoder) { fatalError() }
    open func addAction(_ action: UIAlertAction) { fatalError() }
}

@MainActor
open class UIAlertAction {
    public enum Style: Int, Sendable {
        case `default`, cancel, destructive
    }
    public init(title: String?, style: Style, handler: (@MainActor (UIAlertAction) -> Void)? = nil) {}
}

// MARK: Foundation's, which Linux lacks

extension FileManager {
    public func containerURL(forSecurityApplicationGroupIdentifier groupIdentifier: String) -> URL? { fatalError() }
}

extension URL {
    public func startAccessingSecurityScopedResource() -> Bool { fatalError() }
    public func stopAccessingSecurityScopedResource() { fatalError() }
}

open class NSExtensionContext {
    open var inputItems: [Any] { fatalError() }
    open func completeRequest(returningItems items: [Any]?, completionHandler: ((Bool) -> Void)? = nil) { fatalError() }
}

open class NSExtensionItem {
    open var attachments: [NSItemProvider]?
}

open class NSItemProvider {
    open func hasItemConformingToTypeIdentifier(_ typeIdentifier: String) -> Bool { fatalError() }
    open func loadFileRepresentation(
        forTypeIdentifier typeIdentifier: String, completionHandler: @escaping @Sendable (URL?, (any Error)?) -> Void
    ) -> Progress { fatalError() }
}
