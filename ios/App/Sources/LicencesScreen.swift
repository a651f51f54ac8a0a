import SwiftUI
import TrienKit

/// Whose work is in the app: a list, and the words of the licence that is opened.
struct LicencesScreen: View {
    let state: LicencesState
    let on: @MainActor (LicencesEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        if let open = state.open {
            Frame(title: open.name, under: open.licence, leaving: .ours("app-go-back") { on(.back) }) { Paragraphs(of: open.text) }
        } else {
            Frame(title: texts["app-licences"]) {
                List {
                    ForEach(state.components, id: \.name) { component in
                        Button {
                            on(.open(name: component.name))
                        } label: {
                            VStack(alignment: .leading, spacing: 2) {
                                Text(verbatim: component.name)
                                Text(verbatim: component.licence).font(.subheadline).foregroundStyle(palette.quiet)
                            }
                            .frame(maxWidth: .infinity, alignment: .leading)
                            .contentShape(.rect)
                        }
                        .buttonStyle(.plain)
                    }
                }
                .listStyle(.insetGrouped)
            }
        }
    }
}

/// A licence has up to forty thousand letters, too many for one text.
private struct Paragraphs: View {
    let paragraphs: [String]

    init(of text: String) {
        paragraphs = text.components(separatedBy: "\n\n")
    }

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 12) {
                ForEach(paragraphs.indices, id: \.self) { Text(verbatim: paragraphs[$0]).font(.callout) }
            }
            .frame(maxWidth: 640, alignment: .leading)
            .padding(16)
            .frame(maxWidth: .infinity)
        }
    }
}
