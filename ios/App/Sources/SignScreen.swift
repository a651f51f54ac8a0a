import SwiftUI
import TrienCore
import TrienKit
import TrienScreens

/// What will be signed, as whom, with what, when; then the prompt. A signature cannot be undone.
struct SignScreen: View {
    let state: SignState
    let pages: @MainActor (Stamped) -> PageSource
    let on: @MainActor (SignEvent) -> Void

    var body: some View {
        if case .ready(let ready) = state.sheet, ready.look == .page, let stamped = ready.stamped {
            StampedScreen(title: state.title, at: ready.lines.at, stamped: stamped, pages: pages, on: on)
        } else {
            SheetScreen(state: state, on: on)
        }
    }
}

private struct SheetScreen: View {
    let state: SignState
    let on: @MainActor (SignEvent) -> Void
    @State private var reading = ReadThrough<SheetLines>()
    @Environment(\.texts) private var texts

    var body: some View {
        ScrollViewReader { scroll in
            Frame(title: isOver ? state.title : texts["app-sign-title"], leaving: leaving) {
                // What is below it is no room to read in.
                GeometryReader { room in
                    Scrolling { content(room.frame(in: .global)) }
                }
            } below: {
                if case .ready(let ready) = state.sheet, !reading.isDone(ready.lines) {
                    ReadOn { withAnimation { scroll.scrollTo(whatIsRead, anchor: UnitPoint(x: 0, y: reading.onward)) } }
                } else {
                    SheetActions(sheet: state.sheet, on: on)
                }
            }
        }
    }

    @ViewBuilder
    private func content(_ room: CGRect) -> some View {
        if case .ready(let ready) = state.sheet {
            VStack(alignment: .leading, spacing: 14) {
                heading
                if ready.prompt == .renewed { Note(.plain) { Said(texts["app-sign-renewed"]) } }
                SheetTable(lines: ready.lines)
            }
            .id(whatIsRead)
            .background { Watch(of: ready.lines, in: room) { reading.look($0) } }
            if ready.stamped != nil { OtherButton(label: texts["app-preview"]) { on(.show(look: .page)) } }
            Quiet(label: texts["app-not-me"]) { on(.notMe) }
        } else {
            heading
            rest
        }
    }

    @ViewBuilder
    private var heading: some View {
        if !isOver, !state.title.isEmpty { HeadingText(state.title) }
        if !state.subject.isEmpty { Text(state.subject) }
    }

    @ViewBuilder
    private var rest: some View {
        switch state.sheet {
        case .preparing: Working(texts["app-sign-preparing"])
        case .ready: EmptyView()
        case .signing(let lines):
            SheetTable(lines: lines)
            Working(texts["app-sign-signing"])
        case .signed(let at, _, let signer):
            Note(.good) {
                Said(texts(signer == nil ? "app-signed-at" : "app-approved-at", ["at": at]))
                Text(texts["app-signed-recorded"])
            }
            if let signer { Note(.careful) { Text(texts.of(signer)) } }
        case .kept(_, let signer):
            Note(.careful) {
                Said(texts[signer == nil ? "app-signed-kept" : "app-approved-kept"])
                if let signer { Text(texts.of(signer)) }
            }
        case .refused(let why, let what, _):
            Note(.bad) {
                HeadingText(texts.of(why))
                Said(texts.of(what))
                Text(texts["app-signed-refused"])
            }
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }

    private var isOver: Bool {
        switch state.sheet {
        case .signed, .kept, .refused: true
        case .preparing, .ready, .signing, .failed: false
        }
    }

    private var leaving: Leaving {
        if case .signing = state.sheet { return .no }
        return isOver ? .no : .ours("app-cancel") { on(.cancel) }
    }
}

/// The page as it will be signed, with the place of the signature in a frame.
private struct StampedScreen: View {
    let title: String
    let at: String
    let stamped: Stamped
    let pages: @MainActor (Stamped) -> PageSource
    let on: @MainActor (SignEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-preview-title"], under: title.isEmpty ? nil : title, leaving: .ours("app-go-back") { on(.cancel) }) {
            VStack(spacing: 0) {
                Aside(texts("app-preview-what", ["page": stamped.page.page + 1, "at": at]))
                OnePage(page: stamped.page, source: pages(stamped)).id(stamped.sheet)
            }
        } below: {
            ActionBar { MainButton(label: texts["app-preview-to-sheet"]) { on(.show(look: .lines)) } }
        }
    }
}

private struct SheetTable: View {
    let lines: SheetLines
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        if let place = lines.inPlaceOf {
            Note(.plain) {
                Line(texts["app-sign-in-place-of"], place.name)
                Line(texts["app-sign-title-above"], place.title)
                Line(texts["app-sign-delegation-until"], place.until)
            }
        }
        Line(texts[lines.inPlaceOf == nil ? "app-sign-as" : "app-sign-as-delegate"], lines.position)
        Line(texts["app-sign-certificate"], certificate)
        Line(texts["app-sign-time"], lines.at)
        Line(texts["app-sign-place"], lines.page.map { texts("app-page", ["page": $0 + 1]) } ?? texts["app-sign-no-stamp"])
        if lines.meanwhile > 0 { Note(.plain) { Text(texts("app-signed-meanwhile", ["count": lines.meanwhile])) } }
        ForEach(lines.findings, id: \.self) { finding in Note(.careful) { Text(texts.of(finding)) } }
        Text(texts["app-sign-final"]).font(.subheadline).foregroundStyle(palette.quiet)
    }

    private var certificate: String {
        let until = lines.certificateUntil.map { "\n" + texts("app-sign-until", ["day": $0]) }
        return "…\(lines.certificate)\(until ?? "")"
    }
}

private struct SheetActions: View {
    let sheet: SheetContent
    let on: @MainActor (SignEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch sheet {
        case .ready: ActionBar { MainButton(label: texts["app-sign-with-finger"]) { on(.sign) } }
        case .signed(_, let next, _), .kept(let next, _), .refused(_, _, let next): Onwards(next: next, on: on)
        case .preparing, .signing, .failed: EmptyView()
        }
    }
}

private struct Onwards: View {
    let next: String?
    let on: @MainActor (SignEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        ActionBar {
            if next == nil {
                MainButton(label: texts["app-to-inbox"]) { on(.toInbox) }
            } else {
                OtherButton(label: texts["app-to-inbox"]) { on(.toInbox) }
                MainButton(label: texts["app-next-document"]) { on(.next) }
            }
        }
    }
}
