import Foundation
import TrienCore

/// What a phone keeps of how it is woken, among its secrets: whoever knows the place can wake it.
struct PushRecord: Equatable, Codable, Sendable {
    /// Whom the person chose; nobody yet.
    var chosen: String?
    /// Who gave the place.
    var from: String?
    var place: PushPlace?
    /// The device that asked. Another one on the same phone, or after it, is no heir of its place.
    var device: String?
    /// The key of the server for which the place was asked, in base64.
    var server: String?
    /// Whether the server knows it as it stands.
    var told = true

    /// As the server takes it; nothing without a place.
    func address() -> PushAddress? {
        switch place {
        case nil: nil
        case .apns(let token): .apns(token: token)
        }
    }

    func toBytes() -> Data {
        // A record of texts and one truth value always can be written.
        (try? JSONEncoder().encode(self)) ?? Data()
    }

    /// Reads what `toBytes` wrote. What cannot be read is as if nothing had been kept: another place is asked for.
    static func of(_ bytes: Data?) -> PushRecord {
        bytes.flatMap { try? JSONDecoder().decode(PushRecord.self, from: $0) } ?? PushRecord()
    }
}
