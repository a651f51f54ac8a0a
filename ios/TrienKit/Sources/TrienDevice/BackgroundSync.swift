#if canImport(BackgroundTasks)
    import BackgroundTasks
    import Foundation

    /// A sync from time to time, for phones that nobody wakes. When it comes is the system's choice: by how often the person opens the app.
    enum BackgroundSync {
        private static let period: TimeInterval = 15 * 60

        /// As Info.plist permits it.
        private static var name: String { "\(Bundle.main.bundleIdentifier ?? "").sync" }

        /// Says what is to be done; before the app has finished launching, or the system ends it.
        static func register(_ work: @escaping @MainActor @Sendable () async -> Bool) {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: nil) { task in
                plan()
                run(task, work)
            }
        }

        /// Asks for the next one. Where the person has switched background refresh off, there is none.
        static func plan() {
            let next = BGAppRefreshTaskRequest(identifier: name)
            next.earliestBeginDate = Date(timeIntervalSinceNow: period)
            try? BGTaskScheduler.shared.submit(next)
        }

        // The system may take its time back, and ends an app that does not answer at once. Nothing stops what the core has begun: it is
        // suspended with the app, and goes on or fails once the app runs again. Nothing of it is half: the next sync begins where this one was.
        private static func run(_ task: BGTask, _ work: @escaping @MainActor @Sendable () async -> Bool) {
            let given = Given(task)
            task.expirationHandler = { given.end(success: false) }
            Task { given.end(success: await work()) }
        }
    }

    /// A task of the system's, which may be ended from any thread, once.
    private final class Given: @unchecked Sendable {
        private let task: BGTask
        private let lock = NSLock()
        private var isEnded = false

        init(_ task: BGTask) {
            self.task = task
        }

        func end(success: Bool) {
            let isFirst = lock.withLock {
                defer { isEnded = true }
                return !isEnded
            }
            if isFirst { task.setTaskCompleted(success: success) }
        }
    }
#endif
