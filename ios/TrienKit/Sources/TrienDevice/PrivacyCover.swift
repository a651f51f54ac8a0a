#if canImport(UIKit)
    import TrienCore
    import TrienKit
    import UIKit

    /// Nothing of a paper, a code or an invitation is in the picture that the system keeps of the app, nor on a screen that is recorded or
    /// mirrored. An office may allow the latter by its device management (`screenshots`). iOS forbids nobody to take a screenshot.
    @MainActor
    public final class PrivacyCover {
        private let language: @Sendable () -> Language
        private var covers: [UIWindowScene: UIWindow] = [:]
        private var watching: [any NSObjectProtocol] = []

        public init(language: @escaping @Sendable () -> Language) {
            self.language = language
        }

        /// From now on, for all windows of the app.
        public func start() {
            watch(UIScene.didEnterBackgroundNotification) { $0.look(isAway: true, $1) }
            watch(UIScene.willEnterForegroundNotification) { $0.look(isAway: false, $1) }
            let center = NotificationCenter.default
            let recorded = center.addObserver(forName: UIScreen.capturedDidChangeNotification, object: nil, queue: nil) { [weak self] _ in
                MainActor.assumeIsolated { self?.lookAtAll() }
            }
            watching.append(recorded)
        }

        // The system tells on the main thread, and waits until it was heard.
        private func watch(_ name: Notification.Name, _ look: @escaping @MainActor (PrivacyCover, UIWindowScene) -> Void) {
            let seen = NotificationCenter.default.addObserver(forName: name, object: nil, queue: nil) { [weak self] notification in
                nonisolated(unsafe) let scene = notification.object
                MainActor.assumeIsolated {
                    if let self, let scene = scene as? UIWindowScene { look(self, scene) }
                }
            }
            watching.append(seen)
        }

        private func lookAtAll() {
            for case let scene as UIWindowScene in UIApplication.shared.connectedScenes {
                look(isAway: scene.activationState == .background, scene)
            }
        }

        // The system takes its picture when this has returned: the cover must be there then, without an animation.
        private func look(isAway: Bool, _ scene: UIWindowScene) {
            let before = covers.removeValue(forKey: scene)
            if isAway || (scene.screen.isCaptured && !mayBeRecorded()) { covers[scene] = cover(scene, saysWhy: !isAway) }
            before?.isHidden = true
        }

        private func cover(_ scene: UIWindowScene, saysWhy: Bool) -> UIWindow {
            let window = UIWindow(windowScene: scene)
            window.windowLevel = .alert
            window.rootViewController = UIViewController()
            window.rootViewController?.view.backgroundColor = .systemBackground
            if saysWhy, let view = window.rootViewController?.view { view.addSubview(reason(in: view.bounds)) }
            window.isHidden = false
            return window
        }

        // Whoever mirrors their screen would take an empty one for a fault.
        private func reason(in bounds: CGRect) -> UILabel {
            let label = UILabel(frame: bounds.insetBy(dx: 24, dy: 24))
            label.autoresizingMask = [.flexibleWidth, .flexibleHeight]
            label.text = Texts(language: language())["app-cover-recorded"]
            label.textAlignment = .center
            label.numberOfLines = 0
            label.font = .preferredFont(forTextStyle: .body)
            label.adjustsFontForContentSizeCategory = true
            return label
        }
    }

    /// What an office has set by its device management.
    private func mayBeRecorded() -> Bool {
        let policy = UserDefaults.standard.dictionary(forKey: "com.apple.configuration.managed")
        return policy?["screenshots"] as? Bool == true
    }
#endif
