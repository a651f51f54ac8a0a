import Foundation
import TrienCore

/// What people say beside the pages of a document. None of it is in the document, and nobody signs it.
public struct CommentsState: Equatable, Sendable {
    public var title: String
    /// Beside which page the person writes, from 1.
    public var page: Int
    public var pages: Int
    public var list: Commented
    /// Whether the document is still on its way.
    public var open: Bool = false
    public var text: String = ""
    public var sending: Bool = false
    /// The one that is about to be withdrawn, while the person is asked whether to.
    public var withdrawing: CommentLine? = nil

    public init(
        title: String, page: Int, pages: Int, list: Commented, open: Bool = false, text: String = "", sending: Bool = false,
        withdrawing: CommentLine? = nil
    ) {
        self.title = title
        self.page = page
        self.pages = pages
        self.list = list
        self.open = open
        self.text = text
        self.sending = sending
        self.withdrawing = withdrawing
    }

    public var canSend: Bool {
        guard case .known = list else { return false }
        return open && !sending && !trimmed(text).isEmpty && tooLong == nil
    }

    /// What is too long stays as it was written or pasted, and the person shortens it.
    public var tooLong: Words? {
        characters(text) > longestComment ? words("app-comment-too-long", ["count": longestComment]) : nil
    }
}

public enum Commented: Equatable, Sendable {
    case asking
    case known(lines: [CommentLine], failure: Failure? = nil)
    case failed(Failure)
}

public struct CommentLine: Equatable, Sendable {
    public var id: String
    public var place: Words
    public var name: String
    /// Empty for a clerk.
    public var position: String
    public var at: String
    public var body: CommentBody

    public init(id: String, place: Words, name: String, position: String, at: String, body: CommentBody) {
        self.id = id
        self.place = place
        self.name = name
        self.position = position
        self.at = at
        self.body = body
    }
}

public enum CommentBody: Equatable, Sendable {
    case text(text: String)

    /// The person's own, which can be withdrawn while the document is on its way.
    case own(text: String)
    case withdrawn(at: String)
}

public enum CommentsEvent: Equatable, Sendable {
    case back
    case write(text: String)
    case page(page: Int)
    case send
    case withdraw(line: CommentLine)
    case reallyWithdraw
    case notWithdraw
    case mend(remedy: Remedy)
}

/// The core takes a comment of up to so many characters.
private let longestComment = 2000

public final class CommentsPresenter: Presenter<CommentsState, CommentsEvent> {
    private let phone: any PhoneProtocol
    private let request: String
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, request: String, page: Int, pages: Int, scope: Scope, go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.request = request
        self.go = go
        super.init(CommentsState(title: "", page: page, pages: pages, list: .asking), scope)
        look()
    }

    public override func on(_ event: CommentsEvent) {
        switch event {
        case .back: if !back() { go(.back) }
        case .write(let text): write(text)
        case .page(let page): show { $0.page = min(max(page, 1), max($0.pages, 1)) }
        case .send: send()
        case .withdraw(let line): show { $0.withdrawing = line }
        case .notWithdraw: show { $0.withdrawing = nil }
        case .reallyWithdraw: withdraw()
        case .mend(let remedy): if let place = remedy.place() { go(place) } else { look() }
        }
    }

    public override func back() -> Bool {
        let asked = state.withdrawing != nil
        show { $0.withdrawing = nil }
        return asked
    }

    // What is on its way stays as it is.
    private func write(_ text: String) {
        if !state.sending { show { $0.text = text } }
    }

    private func look() {
        show { $0.list = .asking }
        ask { [self] in
            let details = try phone.request(request: request)
            show {
                $0.title = headline(details.metadata)
                $0.open = endWords(details.state) == nil
            }
            let known = try await known()
            show { $0.list = known }
        } failed: { [self] failure in
            show { $0.list = .failed(failure) }
        }
    }

    // What did not arrive stays in the field.
    private func send() {
        let now = state
        if !now.canSend { return }
        show { $0.sending = true }
        ask { [self] in
            _ = try await phone.comment(request: request, document: 0, page: UInt32(now.page), text: trimmed(now.text))
            show { $0.text = "" }
            let known = try await known()
            show {
                $0.list = known
                $0.sending = false
            }
        } failed: { [self] in
            failed(now.list, $0)
        }
    }

    private func withdraw() {
        guard let line = state.withdrawing else { return }
        let before = state.list
        show {
            $0.withdrawing = nil
            $0.list = .asking
        }
        ask { [self] in
            try await phone.withdrawComment(request: request, comment: line.id)
            let known = try await known()
            show { $0.list = known }
        } failed: { [self] in
            failed(before, $0)
        }
    }

    private func failed(_ before: Commented, _ failure: Failure) {
        show {
            if case .known(let lines, _) = before {
                $0.list = .known(lines: lines, failure: failure)
            } else {
                $0.list = .failed(failure)
            }
            $0.sending = false
        }
    }

    private func known() async throws -> Commented {
        let now = phone.serverNow()
        return .known(lines: try await phone.comments(request: request).map { commentLine($0, now) })
    }
}

// As the core counts them.
private func characters(_ text: String) -> Int { trimmed(text).precomposedStringWithCanonicalMapping.unicodeScalars.count }

private func commentLine(_ comment: Comment, _ now: Date) -> CommentLine {
    CommentLine(
        id: comment.id, place: placeWords(comment), name: comment.name, position: comment.position, at: moment(comment.writtenAt, now),
        body: commentBody(comment, now))
}

private func commentBody(_ comment: Comment, _ now: Date) -> CommentBody {
    guard let text = comment.text else { return .withdrawn(at: moment(comment.withdrawnAt ?? comment.writtenAt, now)) }
    return comment.mine ? .own(text: text) : .text(text: text)
}

private func placeWords(_ comment: Comment) -> Words {
    comment.document == 0
        ? words("app-comment-page", ["page": comment.page])
        : words("app-comment-file-page", ["file": comment.document, "page": comment.page])
}
