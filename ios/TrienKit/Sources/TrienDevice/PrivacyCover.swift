#if canImport(UIKit)
    import UIKit

    /// Nothing of a paper, a code or an invitation is in the picture that the system keeps of the app, nor on a screen that is recorded or
    /// mirrored. An office may allow the latter by its device management (`screenshots`). iOS forbids nobody to take a screenshot.
    @MainActor
    public final class PrivacyCover {
        private var covers: [UIWindowScene: UIWindow] = [:]
        private var watching: [any NSObjectProtocol] = []

        public init() {}

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
            if isAway || (scene.screen.isCaptured && !mayBeRecorded()) {
                covers[scene] = covers[scene] ?? cover(scene)
            } else {
                covers.removeValue(forKey: scene)?.isHidden = true
            }
        }

        private func cover(_ scene: UIWindowScene) -> UIWindow {
            let window = UIWindow(windowScene: scene)
            window.windowLevel = .alert
            window.rootViewController = UIViewController()
            window.rootViewController?.view.backgroundColor = .systemBackground
            window.isHidden = false
            return window
        }
    }

    /// What an office has set by its device management.
    private func mayBeRecorded() -> Bool {
        let policy = UserDefaults.standard.dictionary(forKey: "com.apple.configuration.managed")
        return policy?["screenshots"] as? Bool == true
    }
#endif
