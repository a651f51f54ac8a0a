import TrienCore

/// A document to practise on. Nothing of it is sent, kept, or shown among what is real.
public struct PracticeState: Equatable, Sendable {
    public var step: PracticeStep

    public init(step: PracticeStep) {
        self.step = step
    }
}

public enum PracticeStep: Equatable, Sendable {
    case opening
    case reading(pages: [PageSize], page: Int, mark: Mark)

    /// The sheet, with the page as it will be signed.
    case sheet(page: MarkedPage, at: String)
    case signing(page: MarkedPage, at: String)
    case judged(page: MarkedPage, signatures: [SignatureLine])
    case failed(Failure)
}

public enum PracticeEvent: Equatable, Sendable {
    case sheet
    case sign
    case read
    case end
    case mend(remedy: Remedy)
}

public final class PracticePresenter: Presenter<PracticeState, PracticeEvent> {
    private let practice: any PracticeProtocol
    private let go: @MainActor (Place) -> Void
    private var page: MarkedPage?

    public init(practice: any PracticeProtocol, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.practice = practice
        self.go = go
        super.init(PracticeState(step: .opening), scope)
        open()
    }

    /// The document as it is.
    public var pages: PageSource { PageSource { [practice] in try await practice.regionPng(region: region($0), view: .plain) } }

    /// The page with the stamp, alone.
    public var stamped: PageSource {
        PageSource { [practice, page] in
            try await practice.regionPng(region: region($0, page: page?.page ?? 0), view: .stamped)
        }
    }

    public override func on(_ event: PracticeEvent) {
        switch event {
        case .sheet: prepare()
        case .sign: sign()
        case .read: open()
        case .end: go(.back)
        case .mend(let remedy):
            open()
            if remedy == .security { go(.security) }
        }
    }

    private func open() {
        put(.opening)
        ask { [self] in
            let document = try await practice.open()
            let (place, number) = (document.place, Int(document.place.page))
            page = marked(place)
            put(.reading(pages: document.pages, page: number, mark: mark(number, place.rect, place.size)))
        } failed: { [self] in
            failed($0)
        }
    }

    private func prepare() {
        guard let page else { return }
        ask { [self] in
            let at = try await practice.prepare()
            put(.sheet(page: page, at: "\(clock(at)) \(day(at))"))
        } failed: { [self] in
            failed($0)
        }
    }

    private func sign() {
        guard case .sheet(let page, let at) = state.step else { return }
        put(.signing(page: page, at: at))
        ask { [self] in
            let answer = try await practice.sign()
            put(.judged(page: page, signatures: answer.signatures.map { signatureLine($0.judgement, "", $0.changes) }))
        } failed: { [self] in
            failed($0)
        }
    }

    // No office asks for this key, and no other phone would help.
    private func failed(_ failure: Failure) {
        var known = failure
        if failure.remedy == .security { known.what = words("app-enroll-no-finger") } else { known.remedy = .tryAgain }
        put(.failed(known))
    }

    private func put(_ step: PracticeStep) { show { $0.step = step } }
}
