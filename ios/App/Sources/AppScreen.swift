import SwiftUI
import TrienCore
import TrienKit

/// What a screen cannot do itself: the system's list of files, and the camera.
struct Beyond {
    let chooseFile: @MainActor () -> Void
    let scan: @MainActor () -> Void
}

/// A scene as SwiftUI tells it from others.
struct Spot: Hashable, Identifiable {
    let scene: TrienKit.Scene

    nonisolated var id: ObjectIdentifier { ObjectIdentifier(scene) }

    nonisolated static func == (one: Spot, other: Spot) -> Bool { one.id == other.id }

    nonisolated func hash(into hasher: inout Hasher) {
        hasher.combine(id)
    }
}

/// The screens that are open: one upon the other on a phone, beside the list where the window is wide, and what is decided in a sheet.
struct AppScreen: View {
    let companion: Companion
    let beyond: Beyond
    @Environment(\.horizontalSizeClass) private var width

    private var spots: [Spot] { companion.scenes.map(Spot.init) }
    private var decided: Int { spots.firstIndex { isInSheet($0.scene.place) } ?? spots.count }
    private var shown: [Spot] { Array(spots[..<decided]) }
    private var sheet: [Spot] { Array(spots[decided...]) }

    var body: some View {
        Group {
            if width == .regular, let list = shown.first?.scene.presenter as? InboxPresenter {
                ListBeside(companion: companion, beyond: beyond, list: list, shown: shown)
            } else if let first = shown.first {
                Stacked(companion: companion, beyond: beyond, first: first, above: Array(shown.dropFirst()))
            }
        }
        .sheet(item: Binding(get: { @MainActor in sheet.first }, set: { @MainActor in if $0 == nil { closeSheet() } })) { first in
            Stacked(companion: companion, beyond: beyond, first: first, above: Array(sheet.dropFirst()))
                // A decision is left by its own buttons, not by a finger that slipped.
                .interactiveDismissDisabled()
        }
    }

    private func closeSheet() {
        if !sheet.isEmpty { companion.stepBack() }
    }
}

/// What is decided on one document is a sheet over it.
private func isInSheet(_ place: Place) -> Bool {
    switch place {
    case .sign, .refuse, .notMe: true
    default: false
    }
}

/// Scenes one upon the other. The system's gesture and button step back.
private struct Stacked: View {
    let companion: Companion
    let beyond: Beyond
    let first: Spot
    let above: [Spot]
    var close: (@MainActor () -> Void)?

    var body: some View {
        NavigationStack(path: path(above, companion)) {
            SceneScreen(companion: companion, scene: first.scene, beyond: beyond)
                .environment(\.close, close)
                .id(first)
                .navigationDestination(for: Spot.self) { SceneScreen(companion: companion, scene: $0.scene, beyond: beyond) }
        }
    }
}

/// The list of this companion, and beside it what is open from it.
private struct ListBeside: View {
    let companion: Companion
    let beyond: Beyond
    let list: InboxPresenter
    let shown: [Spot]

    var body: some View {
        // While something is being decided the list is in sight and cannot be used.
        Beside(isListActive: !isDeciding(shown.last?.scene.place ?? .inbox)) {
            InboxScreen(state: list.state, beside: beside, pull: list.pulled, on: list.on)
        } open: {
            if shown.count > 1 {
                Stacked(companion: companion, beyond: beyond, first: shown[1], above: Array(shown.dropFirst(2)), close: companion.stepBack)
            } else {
                NothingOpen()
            }
        }
    }

    private var beside: String? {
        if case .document(let request) = shown.last?.scene.place { request } else { nil }
    }
}

/// The list, and beside it what is open from it.
struct Beside<List: View, Open: View>: View {
    let isListActive: Bool
    @ViewBuilder let list: () -> List
    @ViewBuilder let open: () -> Open
    @State private var columns = NavigationSplitViewVisibility.all

    var body: some View {
        NavigationSplitView(columnVisibility: $columns) {
            list().navigationSplitViewColumnWidth(min: 300, ideal: 360, max: 440).disabled(!isListActive)
        } detail: {
            open()
        }
        // Beside each other upright too: what is open does not lie over the list.
        .navigationSplitViewStyle(.balanced)
    }
}

/// Nothing is open beside the list yet.
struct NothingOpen: View {
    @Environment(\.texts) private var texts

    var body: some View {
        ContentUnavailableView {
            Label(texts["app-choose-document"], systemImage: "doc")
        }
    }
}

/// The scenes above the first one. Whoever takes some away steps back, as often as the companion lets them.
@MainActor
private func path(_ above: [Spot], _ companion: Companion) -> Binding<[Spot]> {
    Binding(
        get: { @MainActor in above },
        set: { @MainActor in
            for _ in 0..<max(above.count - $0.count, 0) { companion.stepBack() }
        })
}

extension InboxPresenter {
    /// Pulls, and ends when what was pulled for has come.
    func pulled() async {
        on(.pull)
        while state.pulled, !Task.isCancelled { await change(of: \.pulled) }
    }

    private func change(of part: KeyPath<InboxState, Bool>) async {
        await withCheckedContinuation { continuation in
            withObservationTracking {
                _ = state[keyPath: part]
            } onChange: {
                continuation.resume()
            }
        }
        // It is told before the change.
        await Task.yield()
    }
}
