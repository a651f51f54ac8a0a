import Foundation

/// A value that threads take turns with.
public final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    public init(_ value: Value) {
        self.value = value
    }

    public func with<Answer>(_ what: (inout Value) throws -> Answer) rethrows -> Answer {
        lock.lock()
        defer { lock.unlock() }
        return try what(&value)
    }
}

extension Guarded where Value: Sendable {
    /// What it is now.
    public var now: Value { with { $0 } }
}
