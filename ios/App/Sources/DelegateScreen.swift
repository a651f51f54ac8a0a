import SwiftUI
import TrienCore
import TrienKit
import TrienScreens

/// Whom, how, about what and how long; then all that will be signed, and the prompt.
struct DelegateScreen: View {
    let state: DelegateState
    let on: @MainActor (DelegateEvent) -> Void
    @State private var reading = ReadThrough<DelegationTerms>()
    @Environment(\.texts) private var texts

    var body: some View {
        ScrollViewReader { scroll in
            Frame(title: texts[title], leaving: leaving) {
                // What is below it is no room to read in.
                GeometryReader { room in
                    Scrolling { content(room.frame(in: .global)) }
                }
            } below: {
                if case .sheet(let terms) = state.step, !reading.isDone(terms) {
                    ReadOn { withAnimation { scroll.scrollTo(whatIsRead, anchor: UnitPoint(x: 0, y: reading.onward)) } }
                } else {
                    DelegateActions(state: state, on: on)
                }
            }
        }
    }

    @ViewBuilder
    private func content(_ room: CGRect) -> some View {
        switch state.step {
        case .choosing: Choosing(state: state, on: on)
        case .writing: Writing(state: state, on: on)
        case .sheet(let terms):
            VStack(alignment: .leading, spacing: 14) { DelegationSheet(terms: terms) }
                .id(whatIsRead)
                .background { Watch(of: terms, in: room) { reading.look($0) } }
        case .signing(let terms):
            Terms(terms: terms, who: texts["app-delegation-whom"])
            Working(texts["app-delegate-signing"])
        case .given(let terms):
            Note(.good) { Said(texts("app-delegate-given", ["name": terms.name])) }
            Terms(terms: terms, who: texts["app-delegation-whom"])
        case .unknown: Note(.careful) { Said(texts["app-delegate-unknown"]) }
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        }
    }

    private var title: String {
        switch state.step {
        case .choosing: "app-delegate-whom"
        case .writing: "app-delegate-terms"
        case .sheet, .signing, .given, .unknown, .failed: "app-delegate-sheet"
        }
    }

    private var leaving: Leaving {
        switch state.step {
        case .choosing: .back
        case .writing: .ours("app-go-back") { on(.back) }
        case .sheet, .failed: .ours("app-cancel") { on(.back) }
        case .signing, .given, .unknown: .no
        }
    }
}

private struct Choosing: View {
    let state: DelegateState
    let on: @MainActor (DelegateEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.people {
        case .asking: Working(texts["app-delegate-asking"])
        case .failed(let failure): FailureCard(failure: failure) { on(.mend(remedy: $0)) }
        case .known(let lines):
            if lines.isEmpty, state.search.isEmpty {
                Text(texts["app-delegate-none"])
            } else {
                Field(label: texts["app-delegate-search"], text: binding(state.search) { on(.search(text: $0)) })
                if lines.isEmpty { Text(texts["app-delegate-not-found"]) }
            }
            ForEach(lines, id: \.id) { line in PersonButton(line: line) { on(.choose(person: line.id)) } }
        }
    }
}

private struct PersonButton: View {
    let line: PersonLine
    let choose: @MainActor () -> Void
    @Environment(\.palette) private var palette

    var body: some View {
        Button(action: choose) {
            VStack(alignment: .leading, spacing: 3) { PersonText(line: line) }
                .frame(maxWidth: .infinity, minHeight: finger, alignment: .leading)
                .padding(12)
                .contentShape(.rect)
        }
        .buttonStyle(.plain)
        .background(palette.plain, in: .rect(cornerRadius: 12))
    }
}

private struct PersonText: View {
    let line: PersonLine
    @Environment(\.texts) private var texts

    var body: some View {
        Text(line.name).font(.headline)
        Text(verbatim: line.deputy ? "\(post) · \(texts["app-delegate-deputy"])" : post).font(.subheadline)
    }

    private var post: String { "\(line.position), \(line.unit)" }
}

private struct Writing: View {
    let state: DelegateState
    let on: @MainActor (DelegateEvent) -> Void
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        if let whom = state.whom {
            Note(.plain) {
                PersonText(line: whom)
                OtherButton(label: texts["app-delegate-another"]) { on(.another) }
            }
            HeadingText(texts["app-delegate-form"])
            Choices {
                ForEach(whom.forms, id: \.self) { form in
                    Chosen(label: texts.of(formWords(form)), isOn: form == state.form) { on(.form(form: form)) }
                }
            }
            Text(texts.of(formMeaning(state.form))).font(.footnote)
        }
        HeadingText(texts["app-delegation-units"])
        Choices {
            ForEach(state.scopes.indices, id: \.self) { number in
                Chosen(label: texts.of(state.scopes[number].words), isOn: number == state.scope) { on(.scope(scope: number)) }
            }
        }
        Field(label: texts["app-delegate-kinds"], text: binding(state.kinds) { on(.kinds(text: $0)) })
        Text(texts["app-delegate-kinds-hint"]).font(.footnote)
        HeadingText(texts["app-delegation-time"])
        Choices {
            ForEach(Lasting.allCases, id: \.self) { lasting in
                OtherWay(label: texts[lasting.rawValue]) { on(.last(lasting: lasting)) }
            }
        }
        Field(label: texts["app-delegate-from"], text: binding(state.from) { on(.from(text: $0)) }, keyboard: .numbersAndPunctuation)
        Field(label: texts["app-delegate-until"], text: binding(state.until) { on(.until(text: $0)) }, keyboard: .numbersAndPunctuation)
        Field(label: texts["app-delegate-reason"], text: binding(state.reason) { on(.reason(text: $0)) }, lines: 2)
        if let fault = state.fault { Text(texts.of(fault)).font(.subheadline).foregroundStyle(palette.quiet) }
    }
}

/// Beside each other where they fit, else one below the other.
private struct Choices<Content: View>: View {
    @ViewBuilder let content: () -> Content

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 8) { content() }
            VStack(alignment: .leading, spacing: 8) { content() }
        }
    }
}

private struct DelegationSheet: View {
    let terms: DelegationTerms
    @Environment(\.texts) private var texts
    @Environment(\.palette) private var palette

    var body: some View {
        Note(.careful) { Text(texts("app-delegate-sheet-what", ["name": terms.name])) }
        Terms(terms: terms, who: texts["app-delegation-whom"])
        Text(texts["app-delegate-sheet-final"]).font(.subheadline).foregroundStyle(palette.quiet)
    }
}

private struct DelegateActions: View {
    let state: DelegateState
    let on: @MainActor (DelegateEvent) -> Void
    @Environment(\.texts) private var texts

    var body: some View {
        switch state.step {
        case .writing: ActionBar { MainButton(label: texts["app-delegate-look"], enabled: state.fault == nil) { on(.look) } }
        case .sheet: ActionBar { MainButton(label: texts["app-sign-with-finger"]) { on(.sign) } }
        case .given, .unknown: ActionBar { MainButton(label: texts["app-delegate-to-list"]) { on(.done) } }
        case .choosing, .signing, .failed: EmptyView()
        }
    }
}
