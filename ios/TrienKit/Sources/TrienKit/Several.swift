import TrienCore

/// Several papers at once: each looked at, each with its own answer.
public struct SeveralState: Equatable, Sendable {
    public var rows: [SeveralRow]
    public var running: Running
    public var prompts: Prompts

    public init(rows: [SeveralRow], running: Running, prompts: Prompts) {
        self.rows = rows
        self.running = running
        self.prompts = prompts
    }

    /// Nothing is signed that was not before the person.
    public var canSign: Bool {
        running == .no && rows.contains { $0.how == .ready } && !rows.contains { $0.how == .unread }
    }
}

public struct SeveralRow: Equatable, Sendable {
    public var request: String
    public var title: String
    public var subject: String
    public var how: How

    public init(request: String, title: String, subject: String, how: How) {
        self.request = request
        self.title = title
        self.subject = subject
        self.how = how
    }
}

public enum How: Equatable, Sendable {
    case unread
    case ready
    case signing

    /// Only approved where another key signs the document yet: whose.
    case signed(at: String, signer: Words? = nil)
    case kept
    case not(Failure)
}

public enum Running: CaseIterable, Sendable {
    case no
    case yes
    case done
}

/// How often the person will be asked.
public enum Prompts: Equatable, Sendable {
    case each

    /// One session is enough for all that is to be signed.
    case once

    /// A session lasts a short while, and for so many papers.
    case every(papers: Int)
}

public enum SeveralEvent: Equatable, Sendable {
    case oneByOne
    case signAll
    case open(request: String)
    case mend(request: String, remedy: Remedy)
    case back
}

public final class SeveralPresenter: Presenter<SeveralState, SeveralEvent> {
    private let phone: any PhoneProtocol
    private let session: Session
    private let requests: [String]
    private let policy: PromptPolicy
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, session: Session, requests: [String], policy: PromptPolicy, scope: Scope,
        go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.session = session
        self.requests = requests
        self.policy = policy
        self.go = go
        super.init(SeveralState(rows: [], running: .no, prompts: prompts(policy)), scope)
        load()
    }

    public override func on(_ event: SeveralEvent) {
        switch event {
        case .oneByOne: if let row = state.rows.first(where: { $0.how == .unread }) { go(.document(request: row.request)) }
        case .signAll: signAll()
        case .open(let request): go(.document(request: request))
        case .mend(let request, let remedy): mend(request, remedy)
        case .back: go(.back)
        }
    }

    /// Looks again at what was read meanwhile.
    public func load() {
        let waiting = phone.inbox()
        show { state in
            let before = state.rows
            state.rows = requests.compactMap { request in
                let old = before.first { $0.request == request }
                if let old, old.how != .unread { return old }
                // What needs nobody any more would stand in the way of the others.
                guard let item = waiting.first(where: { $0.request == request }) else { return nil }
                let how = how(item.decision, request)
                return SeveralRow(request: request, title: headline(item.metadata), subject: item.metadata.subject, how: how)
            }
            state.prompts = prompts(policy, state.rows.count { $0.how == .unread || $0.how == .ready })
        }
    }

    private func how(_ decision: String?, _ request: String) -> How {
        if decision != nil { return .kept }
        return session.reading(request) == .read ? .ready : .unread
    }

    /// What got no signature is signed with the next ones; what is another document by now is read again first.
    private func mend(_ request: String, _ remedy: Remedy) {
        if state.running == .yes { return }
        if remedy == .lookAgain { session.changed(request) }
        if remedy == .lookAgain || remedy == .tryAgain {
            put(request, .unread)
            show { $0.running = .no }
            load()
        }
        remedy.place(request).map(go)
    }

    private func signAll() {
        if !state.canSign { return }
        show { $0.running = .yes }
        scope.launch { [self] in
            for row in state.rows where row.how == .ready {
                put(row.request, .signing)
                let how = await sign(row.request)
                put(row.request, how)
                // Who dismisses a prompt wants to stop, not to see the next one.
                if case .not(let failure) = how, failure.what == words("app-failure-cancelled") { break }
                // Whoever has closed the screen is asked for nothing more.
                if Task.isCancelled { break }
            }
            show { $0.running = .done }
        }
    }

    private func sign(_ request: String) async -> How {
        do {
            let sheet = try await phone.sheet(request: request)
            try Task.checkCancellation()
            switch try await phone.approve(sheet: sheet.id) {
            case .recorded(let receipt):
                return .signed(at: clock(receipt.recordedAt), signer: sheet.documentSigner.map(awaitedSignerWords))
            case .waiting: return .kept
            case .refused(let why, _): return .not(Failure(what: problemTitle(why), remedy: .sync))
            }
        } catch {
            return .not(noted(error))
        }
    }

    private func put(_ request: String, _ how: How) {
        show { state in
            for row in state.rows.indices where state.rows[row].request == request { state.rows[row].how = how }
        }
    }
}

/// What a profile says of all papers to come.
func prompts(_ policy: PromptPolicy) -> Prompts {
    switch policy {
    case .perUse: .each
    case .session(_, let signatures): .every(papers: Int(signatures))
    }
}

private func prompts(_ policy: PromptPolicy, _ papers: Int) -> Prompts {
    let prompts = prompts(policy)
    if case .every(let most) = prompts, papers <= most { return .once }
    return prompts
}
