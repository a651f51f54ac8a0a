import SwiftUI
import TrienCore
import TrienKit
import TrienScreens

/// What all that is signed is called, for whoever scrolls to it.
let whatIsRead = "what is read"

/// Tells where what it lies behind is seen in the room for it, each time that changes.
struct Watch<Read: Equatable & Sendable>: View {
    let what: Read
    let room: CGRect
    let look: @MainActor (Showing<Read>) -> Void

    init(of what: Read, in room: CGRect, look: @escaping @MainActor (Showing<Read>) -> Void) {
        self.what = what
        self.room = room
        self.look = look
    }

    var body: some View {
        GeometryReader { place in
            Color.clear.onChange(of: Showing(of: what, at: place.frame(in: .global), in: room), initial: true) { _, now in look(now) }
        }
    }
}

/// Stands in the place of *Sign* until all that is signed was in sight: on large letters it does not fit a screen.
struct ReadOn: View {
    let scroll: @MainActor () -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ActionBar { MainButton(label: texts["app-sign-read-on"], action: scroll) }
    }
}
