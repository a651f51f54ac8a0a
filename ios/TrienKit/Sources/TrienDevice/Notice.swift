import Foundation
import TrienCore

/// What a look at the server means for the notice and the number on the app's icon.
public enum Notice: Equatable, Sendable {
    /// Something new is among what waits.
    case somethingWaits(count: Int)

    /// Nothing new; some of it may have been decided meanwhile, here or on another device.
    case fewerWait(count: Int)

    /// What the list says now, against what was known before.
    static func of(_ inbox: [InboxItem], known: Set<RequestId>) -> Notice {
        let waiting = inbox.filter { $0.decision == nil }
        let isNew = waiting.contains { !known.contains($0.request) }
        return isNew ? .somethingWaits(count: waiting.count) : .fewerWait(count: waiting.count)
    }
}

/// What a push says. Whatever it holds, it means: sync.
struct Push: Equatable {
    /// Whether the system shows a notice of it by itself.
    let isVisible: Bool

    init(_ payload: [AnyHashable: Any]) {
        let aps = payload["aps"] as? [String: Any]
        isVisible = aps?["alert"] != nil
    }
}

/// A device token of APNs as the server takes it.
func hexadecimal(_ token: Data) -> String {
    token.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
