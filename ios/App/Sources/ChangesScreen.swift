import SwiftUI
import TrienCore
import TrienKit
import UIKit

/// What was changed after a signature: which page, what, and how it looked when it was signed.
struct ChangesScreen: View {
    let state: ChangesState
    let on: @MainActor (ChangesEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-changes-title"]) {
            Scrolling {
                switch state {
                case .looking: Working(texts["app-changes-looking"])
                case .failed(let failure): FailureCard(failure: failure) { on($0 == .tryAgain ? .again : .back) }
                case .listed(let rows, let sight): ChangedPages(rows: rows, sight: sight, on: on)
                }
            }
        }
    }
}

private struct ChangedPages: View {
    let rows: [ChangedRow]
    let sight: Sight
    let on: @MainActor (ChangesEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        if rows.isEmpty {
            Note(.plain) { Text(texts["app-changes-none"]) }
        } else {
            Text(texts["app-changes-what"])
            ForEach(rows.indices, id: \.self) { number in
                Change(row: rows[number], isChosen: sight.of == number) { on(.look(row: number)) }
                if sight.of == number { Pictures(sight: sight) { on(.look(row: number)) } }
            }
        }
    }
}

private struct Change: View {
    let row: ChangedRow
    let isChosen: Bool
    let look: @MainActor () -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Note(.careful) {
            HeadingText(row.page.map { texts("app-changes-page", ["page": $0 + 1]) } ?? texts["app-changes-whole"])
            ForEach(row.kinds, id: \.self) { Text(texts.of($0)) }
            if !row.signer.isEmpty { Text(texts("app-changes-after", ["name": row.signer])).font(.footnote) }
            if row.page != nil { Chosen(label: texts["app-changes-compare"], isOn: isChosen, action: look) }
        }
    }
}

private struct Pictures: View {
    let sight: Sight
    let again: @MainActor () -> Void
    @Environment(\.texts) private var texts

    /// Two pages beside each other can be read from this width on.
    private static let readable: CGFloat = 270

    var body: some View {
        switch sight {
        case .none: EmptyView()
        case .drawing: Working(texts["app-changes-drawing"])
        case .failed(_, let failure): FailureCard(failure: failure) { _ in again() }
        case .drawn(let drawn):
            ViewThatFits(in: .horizontal) {
                HStack(alignment: .top, spacing: 12) { both(drawn, width: Self.readable) }
                VStack(spacing: 12) { both(drawn, width: nil) }
            }
        }
    }

    @ViewBuilder
    private func both(_ drawn: Sight.Drawn, width: CGFloat?) -> some View {
        Picture(title: texts["app-changes-before"], png: drawn.before, absent: texts["app-changes-not-there"], marks: drawn.marks)
            .frame(minWidth: width)
        Picture(title: texts["app-changes-now"], png: drawn.after, absent: texts["app-changes-gone"], marks: drawn.marks)
            .frame(minWidth: width)
    }
}

private struct Picture: View {
    let title: String
    let png: Data?
    let absent: String
    let marks: [Mark]

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            HeadingText(title)
            if let image = png.flatMap({ UIImage(data: $0) }) {
                Image(uiImage: image)
                    .resizable()
                    .scaledToFit()
                    .overlay { Frames(marks: marks, pageHeight: whole, strip: Strip(page: 0, pageWidth: 0, top: 0, height: whole)) }
                    .accessibilityLabel(title)
            } else {
                Note(.plain) { Text(absent) }
            }
        }
    }

    /// The picture shows the whole page: how many pixels that are does not matter for where its marks lie.
    private var whole: Int { 1000 }
}
