import Foundation

/// Waits until something is so.
@MainActor
public func patiently(_ otherwise: @autoclosure () -> String, _ isSo: () -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while !isSo() {
        guard ContinuousClock.now < end else { throw Fault(otherwise()) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
