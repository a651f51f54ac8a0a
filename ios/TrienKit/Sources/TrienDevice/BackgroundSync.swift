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

        // The system may take its time back: then the sync is cancelled, and the core goes on with it the next time.
        private static func run(_ task: BGTask, _ work: @escaping @MainActor @Sendable () async -> Bool) {
            let given = Given(task: task)
            let running = Task { await work() }
            task.expirationHandler = { running.cancel() }
            Task { given.task.setTaskCompleted(success: await running.value && !running.isCancelled) }
        }
    }

    /// A task of the system's, which may be ended from any thread.
    private struct Given: @unchecked Sendable {
        let task: BGTask
    }
#endif
