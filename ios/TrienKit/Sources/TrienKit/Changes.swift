import Foundation
import TrienCore

/// What is compared: the document of an opened request, or a file that the person handed over.
public enum Compared: Equatable, Sendable {
    case ofRequest(request: String)
    case ofFile(file: Picked)
}

/// What was changed after a signature, page by page, and how each page looked before.
public enum ChangesState: Equatable, Sendable {
    case looking
    case listed(rows: [ChangedRow], sight: Sight = .none)
    case failed(Failure)
}

/// One page with its changes; without a page, what concerns the document as a whole.
public struct ChangedRow: Equatable, Sendable {
    public var page: Int?
    public var signer: String
    public var kinds: [Words]

    public init(page: Int?, signer: String, kinds: [Words]) {
        self.page = page
        self.signer = signer
        self.kinds = kinds
    }
}

/// The two pictures of one row.
public enum Sight: Equatable, Sendable {
    case none
    case drawing(row: Int)
    case drawn(Drawn)
    case failed(row: Int, failure: Failure)

    public struct Drawn: Equatable, Sendable {
        public var row: Int
        public var before: Data?
        public var after: Data?
        public var marks: [Mark]

        public init(row: Int, before: Data?, after: Data?, marks: [Mark]) {
            self.row = row
            self.before = before
            self.after = after
            self.marks = marks
        }
    }

    /// The row whose pictures are asked for, being drawn, or there.
    public var of: Int? {
        switch self {
        case .none: nil
        case .drawing(let row), .failed(let row, _): row
        case .drawn(let drawn): drawn.row
        }
    }
}

public enum ChangesEvent: Equatable, Sendable {
    case look(row: Int)
    case back
    case again
}

/// Pixels across of each picture: a line of text can be read, and both fit into a small phone's memory.
private let width: UInt32 = 1080

public final class ChangesPresenter: Presenter<ChangesState, ChangesEvent> {
    private let phone: any PhoneProtocol
    private let what: Compared
    private let go: @MainActor (Place) -> Void
    private var pages: [ChangedPage] = []
    private var drawing: Task<Void, Never>?

    public init(phone: any PhoneProtocol, what: Compared, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.what = what
        self.go = go
        super.init(.looking, scope)
        list()
    }

    public override func on(_ event: ChangesEvent) {
        switch event {
        case .back: go(.back)
        case .again: list()
        case .look(let row): look(row)
        }
    }

    private func list() {
        show { $0 = .looking }
        ask { [self] in
            pages =
                switch what {
                case .ofRequest(let request): try await phone.changedPages(request: request)
                case .ofFile(let file): try await phone.changedPagesOf(file: file.bytes)
                }
            show { $0 = .listed(rows: pages.map(row)) }
            if let first = pages.firstIndex(where: { $0.page != nil }) { look(first) }
        } failed: { [self] failure in
            show { $0 = .failed(ofThis(failure)) }
        }
    }

    private func look(_ number: Int) {
        guard pages.indices.contains(number), let page = pages[number].page else { return }
        drawing?.cancel()
        sight(.drawing(row: number))
        drawing = ask { [self] in
            let drawn = try await draw(pages[number].revision, page)
            // Another row may have been asked for meanwhile.
            try Task.checkCancellation()
            sight(.drawn(.init(row: number, before: drawn.before, after: drawn.after, marks: marks(drawn))))
        } failed: { [self] in
            sight(.failed(row: number, failure: ofThis($0)))
        }
    }

    private func draw(_ revision: UInt32, _ page: UInt32) async throws -> BeforeAndAfter {
        switch what {
        case .ofRequest(let request):
            try await phone.changedPage(request: request, revision: revision, page: page, width: width)
        case .ofFile(let file):
            try await phone.changedPageOf(file: file.bytes, revision: revision, page: page, width: width)
        }
    }

    private func ofThis(_ failure: Failure) -> Failure {
        if case .ofFile = what { failure.ofOwnFile() } else { failure }
    }

    private func sight(_ sight: Sight) {
        if case .listed(let rows, _) = state { show { $0 = .listed(rows: rows, sight: sight) } }
    }
}

private func marks(_ drawn: BeforeAndAfter) -> [Mark] {
    drawn.size.map { size in drawn.marks.map { mark(0, $0, size) } } ?? []
}

private func row(_ changed: ChangedPage) -> ChangedRow {
    ChangedRow(
        page: changed.page.map { Int($0) }, signer: changed.signer ?? changed.field,
        kinds: changed.kinds.map { words("verify-change-\($0)") })
}
