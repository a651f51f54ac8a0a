// A stand-in for Apple's BackgroundTasks, to type-check our code on Linux where there is no SDK. It is never linked and does nothing.
//
// Proves: that our calls fit these signatures, as Apple documents them, and Swift 6's rules of isolation (a `BGTask` crosses no isolation).
// Does not prove: that Apple's SDK has them so, nor that the system ever gives a task.
import Foundation

open class BGTask {
    open var expirationHandler: (() -> Void)?
    open func setTaskCompleted(success: Bool) { fatalError() }
}

open class BGTaskRequest {
    open var earliestBeginDate: Date?
}

open class BGAppRefreshTaskRequest: BGTaskRequest {
    public init(identifier: String) {}
}

open class BGTaskScheduler {
    public static var shared: BGTaskScheduler { fatalError() }
    @discardableResult
    open func register(
        forTaskWithIdentifier identifier: String, using queue: DispatchQueue?, launchHandler: @escaping @Sendable (BGTask) -> Void
    ) -> Bool { fatalError() }
    open func submit(_ taskRequest: BGTaskRequest) throws { fatalError() }
}
