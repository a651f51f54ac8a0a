import Foundation
import TrienCore

/// What the screens share while the app runs: which documents the person has had before them, and what they began to write.
@MainActor
public final class Session {
    private let phone: any PhoneProtocol
    private var read: Set<String> = []
    private var begun: [String: [Refusal: Begun]] = [:]

    public init(phone: any PhoneProtocol) { self.phone = phone }

    func opened(_ request: String) { read.insert(request) }

    /// What the person had before them is not what waits now.
    func changed(_ request: String) { read.remove(request) }

    func reading(_ request: String) -> Reading { read.contains(request) ? .read : .unread }

    /// Why not, as far as the person has come with it.
    func begun(_ request: String, _ verb: Refusal) -> Begun { begun[request]?[verb] ?? Begun() }

    func begin(_ request: String, _ verb: Refusal, _ what: Begun) { begun[request, default: [:]][verb] = what }

    func decided(_ request: String) { begun[request] = nil }

    /// What waits next, other than this one.
    func after(_ request: String) -> String? {
        phone.inbox().first { $0.decision == nil && $0.request != request }?.request
    }
}

/// A reason that is not sent yet.
struct Begun: Equatable, Sendable {
    var chips: Set<Chip> = []
    var text: String = ""
}

/// Where the person can be.
public enum Place: Equatable, Sendable {
    case inbox
    case document(request: String)
    case sign(request: String, look: Look = .lines)
    case refuse(request: String, verb: Refusal)
    case several(requests: [String])
    case receipt(decision: String)
    case notMe(request: String)
    case verify(file: Picked?)

    /// A file that another app handed over and that could not be read.
    case notRead
    case changes(what: Compared)
    case attached(Attached)
    case comments(request: String, page: Int, pages: Int)
    case delegations
    case delegate
    case practice
    case enrollment(link: String?)
    case settings
    case notifications(first: First)
    case devices
    case licences
    case diagnostics

    /// The system's settings for fingers and faces.
    case security
    case back

    /// A file beside a request's document.
    public struct Attached: Equatable, Sendable {
        public var request: String
        public var place: Int
        public var name: String

        public init(request: String, place: Int, name: String) {
            self.request = request
            self.place = place
            self.name = name
        }
    }
}

/// Whether something is being decided there: nothing from elsewhere may close it.
public func isDeciding(_ place: Place) -> Bool {
    switch place {
    case .sign, .refuse, .notMe, .several, .delegate: true
    default: false
    }
}

/// Both ways to say no.
public enum Refusal: CaseIterable, Sendable {
    case reject
    case `return`
}

/// A file that the person handed over.
public struct Picked: Equatable, Sendable {
    public var name: String
    public var bytes: Data

    public init(name: String, bytes: Data) {
        self.name = name
        self.bytes = bytes
    }
}
