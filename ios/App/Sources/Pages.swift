import SwiftUI
import TrienCore
import TrienKit
import TrienScreens
import UIKit

/// The pages one below the other, as strips that the core draws when they come into sight; what matters on them has a frame.
struct Pages: View {
    @Bindable var state: PagesState
    let source: PageSource
    var marks: [Mark] = []
    @Environment(\.displayScale) private var scale
    @Environment(\.palette) private var palette
    @State private var pinched: CGFloat = 1

    var body: some View {
        GeometryReader { room in
            let width = room.size.width * state.factor
            ScrollView([.vertical, .horizontal]) {
                LazyVStack(spacing: 0) {
                    ForEach(state.tiles) { tile in
                        TilePicture(
                            tile: tile, pageHeight: state.height(tile.id.page), source: source,
                            marks: marks.filter { $0.page == tile.id.page }
                        )
                        .frame(width: width, height: CGFloat(tile.strip.height) / scale)
                        .padding(.top, tile.beginsLaterPage ? 8 : 0)
                    }
                }
                .scrollTargetLayout()
                .frame(width: width)
            }
            .scrollPosition(id: $state.top, anchor: .top)
            .simultaneousGesture(pinch)
            .onChange(of: Int(width * scale), initial: true) { _, pixels in state.layOut(pixels) }
        }
        .background(palette.surroundings)
    }

    // Each step is drawn anew, so a pinch goes by steps.
    private var pinch: some Gesture {
        MagnifyGesture()
            .onChanged { change in
                let since = change.magnification / pinched
                if since > 1.25, state.canEnlarge {
                    state.enlarge()
                    pinched = change.magnification
                }
                if since < 0.8, state.canReduce {
                    state.reduce()
                    pinched = change.magnification
                }
            }
            .onEnded { _ in pinched = 1 }
    }
}

private enum Drawn {
    case notYet
    case picture(UIImage)
    case failed(Failure)
}

private struct TilePicture: View {
    let tile: Tile
    let pageHeight: Int
    let source: PageSource
    let marks: [Mark]
    @Environment(\.texts) private var texts
    @State private var drawn = Drawn.notYet

    var body: some View {
        ZStack {
            // Paper is white by night too: the person sees what everybody else will see.
            Color.white
            switch drawn {
            case .notYet: EmptyView()
            case .picture(let image): Image(uiImage: image).resizable()
            case .failed(let failure): Note(.bad) { Text(texts.of(failure.what)) }.padding(12)
            }
        }
        .overlay { Frames(marks: marks, pageHeight: pageHeight, strip: tile.strip) }
        .clipped()
        .accessibilityElement(children: .combine)
        .accessibilityLabel(texts("app-page", ["page": tile.id.page + 1]))
        .accessibilityAddTraits(.isImage)
        .accessibilityHidden(tile.id.number > 0)
        .task(id: tile.strip) { await draw() }
        // A lazy stack keeps what it has shown; a long document in letters of three times the size would fill the memory.
        .onDisappear { drawn = .notYet }
    }

    private func draw() async {
        do {
            let png = try await source.draw(tile.strip)
            let image = await UIImage(data: png)?.byPreparingForDisplay()
            if let image, !Task.isCancelled { drawn = .picture(image) }
        } catch {
            // What is out of sight before it was drawn is no failure.
            if !Task.isCancelled { drawn = .failed(failureOf(error)) }
        }
    }
}

/// A frame around each place that lies on this strip.
struct Frames: View {
    let marks: [Mark]
    let pageHeight: Int
    let strip: Strip

    var body: some View {
        ZStack {
            ForEach(marks.indices, id: \.self) { number in
                MarkFrame(mark: marks[number], pageHeight: CGFloat(pageHeight), top: CGFloat(strip.top), height: CGFloat(strip.height))
                    .stroke(Color.markInk, lineWidth: 3)
            }
        }
        .accessibilityHidden(true)
    }
}

/// The outline of a mark, in a strip that shows `height` of the page's pixels from `top` on.
struct MarkFrame: Shape {
    let mark: Mark
    let pageHeight: CGFloat
    let top: CGFloat
    let height: CGFloat

    nonisolated func path(in rect: CGRect) -> Path {
        let scale = rect.height / max(height, 1)
        let upper = (CGFloat(mark.top) * pageHeight - top) * scale
        let lower = (CGFloat(mark.bottom) * pageHeight - top) * scale
        let left = CGFloat(mark.left) * rect.width
        let right = CGFloat(mark.right) * rect.width
        return Path(CGRect(x: rect.minX + left, y: rect.minY + upper, width: right - left, height: lower - upper))
    }
}

/// Which page is in sight, and how far it is enlarged.
struct ZoomButtons: View {
    let pages: PagesState
    @Environment(\.texts) private var texts

    var body: some View {
        HStack(spacing: 0) {
            Text(texts("app-page-of", ["page": pages.page + 1, "pages": pages.count])).font(.subheadline).padding(.leading, 14)
            IconButton(icon: "minus.magnifyingglass", label: texts["app-zoom-out"], enabled: pages.canReduce) { pages.reduce() }
            IconButton(icon: "plus.magnifyingglass", label: texts["app-zoom-in"], enabled: pages.canEnlarge) { pages.enlarge() }
        }
        .background(.regularMaterial, in: .capsule)
        .padding(8)
    }
}

/// Where pages are opened.
enum Start {
    case top, mark
}

/// Pages with their buttons, in all the room that is left.
struct Paged: View {
    let source: PageSource
    let marks: [Mark]
    @State private var pages: PagesState

    /// Lower than this, buttons over a page would be cut.
    private static let roomForButtons: CGFloat = 96

    init(_ sizes: [PageSize], source: PageSource, marks: [Mark] = [], start: Start = .top) {
        let state = PagesState(sizes)
        if start == .mark, let first = marks.first { state.go(to: first.page, mark: first) }
        self.init(state, source: source, marks: marks)
    }

    init(_ pages: PagesState, source: PageSource, marks: [Mark]) {
        _pages = State(initialValue: pages)
        self.source = source
        self.marks = marks
    }

    var body: some View {
        GeometryReader { room in
            Pages(state: pages, source: source, marks: marks)
                .overlay(alignment: .bottomTrailing) {
                    // Large letters on a phone that lies on its side leave a narrow band: the page needs it, and two fingers enlarge it as well.
                    if room.size.height >= Self.roomForButtons { ZoomButtons(pages: pages) }
                }
        }
    }
}

/// One page alone, at the place on it that matters.
struct OnePage: View {
    let page: MarkedPage
    let source: PageSource

    var body: some View {
        Paged([page.size], source: source, marks: [page.mark], start: .mark)
    }
}

/// A line beside pages, with room around it.
struct Aside: View {
    let text: String
    @Environment(\.palette) private var palette

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        Text(text)
            .font(.subheadline)
            .padding(.horizontal, 16)
            .padding(.vertical, 8)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(palette.plain)
    }
}
