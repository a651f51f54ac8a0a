import Foundation
import TrienCore

/// Where a push service takes messages for this phone.
public enum PushPlace: Equatable, Codable, Sendable {
    /// A device token of APNs, in hexadecimal digits.
    case apns(token: String)

    var text: String {
        switch self {
        case .apns(let token): token
        }
    }
}

/// Who can wake this phone: a service of the system.
public struct PushProvider: Equatable, Sendable {
    public var id: String
    public var name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A way to wake this phone. A message says nothing but that a sync is due, so whoever sends one can do no more than that, and none is
/// ever decrypted.
@MainActor
public protocol PushService: AnyObject, Sendable {
    var kind: PushKind { get }

    /// Through whom it works on this phone; none where what it needs is missing.
    func providers() -> [PushProvider]

    /// Asks `provider` for a place; it comes later, through `Waking.arrived`. `vapid` is the server's key, as an uncompressed point.
    func register(provider: String, vapid: Data)

    /// Gives the place up, so that the next one is another.
    func unregister(provider: String)

    /// Gives up what was asked of anybody, also where no place has come yet, and keeps nothing of it.
    func forget()
}
