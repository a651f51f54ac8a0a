import Foundation

/// Where something lies that is to be read, seen from where the room begins that shows it.
public struct Showing<Read: Equatable & Sendable>: Equatable, Sendable {
    public let what: Read
    public let top: CGFloat
    public let bottom: CGFloat
    public let room: CGFloat

    public init(of what: Read, at place: CGRect, in room: CGRect) {
        self.what = what
        top = place.minY - room.minY
        bottom = place.maxY - room.minY
        self.room = room.height
    }

    // A room that is not laid out yet shows nothing.
    fileprivate var endIsShown: Bool { room > 0 && bottom > top && bottom <= room + 1 }
}

/// Whether something was in sight to its end. Once it was, it stays so until there is something else to read.
public struct ReadThrough<Read: Equatable & Sendable>: Sendable {
    /// So much of the room reading on goes over, so that the last lines stay to begin from.
    private static var step: CGFloat { 0.8 }

    private var read: Read?
    private var sight: Showing<Read>?

    public init() {}

    public mutating func look(_ sight: Showing<Read>) {
        self.sight = sight
        if sight.endIsShown { read = sight.what }
    }

    public func isDone(_ what: Read) -> Bool { read == what }

    /// How far down what is read has to be laid to the same share of the room, so that reading goes on: SwiftUI scrolls to no other measure.
    public var onward: CGFloat {
        guard let sight, sight.bottom - sight.top > sight.room else { return 1 }
        return min(1, max(0, (Self.step * sight.room - sight.top) / (sight.bottom - sight.top - sight.room)))
    }
}
