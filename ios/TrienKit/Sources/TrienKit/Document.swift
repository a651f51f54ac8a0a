import Foundation
import TrienCore

/// A document as the person reads it before deciding.
public struct DocumentState: Equatable, Sendable {
    public var title: String
    public var subject: String
    public var content: DocumentContent
    public var panel: Panel? = nil

    public init(title: String, subject: String, content: DocumentContent, panel: Panel? = nil) {
        self.title = title
        self.subject = subject
        self.content = content
        self.panel = panel
    }
}

public enum DocumentContent: Equatable, Sendable {
    case opening
    case failed(Failure)

    /// Nothing is left to decide here: somebody else did, or the request ended.
    case over(what: Words, route: [RouteLine] = [], decision: String? = nil)
    case open(Open)

    public struct Open: Equatable, Sendable {
        public var pages: [PageSize]
        public var place: Int?
        public var meanwhile: Int
        public var findings: [Words]
        public var signatures: [SignatureLine]
        public var route: [RouteLine]
        public var facts: [Fact]
        /// Nothing where it is only read: a copy.
        public var agree: Words?
        public var mark: Mark? = nil
        public var attachments: [AttachmentLine] = []
        public var changed: Changed = .no
        /// Whose part it is, where it is another's.
        public var inPlaceOf: String? = nil
        /// Why it also goes on paper.
        public var paper: Words? = nil

        public init(
            pages: [PageSize], place: Int?, meanwhile: Int, findings: [Words], signatures: [SignatureLine], route: [RouteLine],
            facts: [Fact], agree: Words?, mark: Mark? = nil, attachments: [AttachmentLine] = [], changed: Changed = .no,
            inPlaceOf: String? = nil, paper: Words? = nil
        ) {
            self.pages = pages
            self.place = place
            self.meanwhile = meanwhile
            self.findings = findings
            self.signatures = signatures
            self.route = route
            self.facts = facts
            self.agree = agree
            self.mark = mark
            self.attachments = attachments
            self.changed = changed
            self.inPlaceOf = inPlaceOf
            self.paper = paper
        }
    }
}

/// What is laid beside the document when the person asks for it.
public enum Panel: CaseIterable, Sendable {
    case findings
    case route
    case files
    case facts
}

public struct SignatureLine: Equatable, Sendable {
    public var name: String
    public var verdict: Verdict
    public var why: [Words]

    public init(name: String, verdict: Verdict, why: [Words]) {
        self.name = name
        self.verdict = verdict
        self.why = why
    }
}

public struct RouteLine: Equatable, Sendable {
    public var role: Words
    public var name: String
    public var position: String
    public var how: Standpoint
    public var when: String?
    public var reason: String?
    /// Who decided in this signer's place.
    public var by: Words? = nil
    /// When the signer is away, as was announced.
    public var absent: Words? = nil
    /// Until when the document's signature is awaited, where the signer has approved; or that it did not come.
    public var awaits: Words? = nil

    public init(
        role: Words, name: String, position: String, how: Standpoint, when: String?, reason: String?, by: Words? = nil,
        absent: Words? = nil, awaits: Words? = nil
    ) {
        self.role = role
        self.name = name
        self.position = position
        self.how = how
        self.when = when
        self.reason = reason
        self.by = by
        self.absent = absent
        self.awaits = awaits
    }
}

/// How far one signer is.
public enum Standpoint: String, CaseIterable, Sendable {
    case waits = "app-route-waits"
    case now = "app-route-now"
    case approved = "app-route-approved"
    case rejected = "app-route-rejected"
    case returned = "app-route-returned"
    case released = "app-route-released"
}

/// One line of what the register says.
public struct Fact: Equatable, Sendable {
    public var name: Words
    public var value: String

    public init(name: Words, value: String) {
        self.name = name
        self.value = value
    }
}

public enum DocumentEvent: Equatable, Sendable {
    case back
    case toggle(panel: Panel)
    case agree
    case reject
    case `return`
    case notMe

    /// The page as it will be signed.
    case preview

    /// The pages that were changed after a signature.
    case compare
    case read(attachment: AttachmentLine)

    /// What people say beside this page, from 1.
    case comments(page: Int)

    /// What this phone decided on it.
    case receipt(decision: String)
    case mend(remedy: Remedy)
}

/// Draws parts of pages, as PNG.
public struct PageSource: Sendable {
    private let source: @MainActor @Sendable (Strip) async throws -> Data

    public init(_ source: @escaping @MainActor @Sendable (Strip) async throws -> Data) { self.source = source }

    @MainActor
    public func draw(_ strip: Strip) async throws -> Data { try await source(strip) }
}

/// A band across a page, in pixels of the whole page at the scale that is shown.
public struct Strip: Equatable, Hashable, Sendable {
    public var page: Int
    public var pageWidth: Int
    public var top: Int
    public var height: Int

    public init(page: Int, pageWidth: Int, top: Int, height: Int) {
        self.page = page
        self.pageWidth = pageWidth
        self.top = top
        self.height = height
    }
}

public final class DocumentPresenter: Presenter<DocumentState, DocumentEvent> {
    private let phone: any PhoneProtocol
    private let session: Session
    private let request: String
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, session: Session, request: String, scope: Scope, go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.session = session
        self.request = request
        self.go = go
        super.init(DocumentState(title: "", subject: "", content: .opening), scope)
        open()
    }

    public override func on(_ event: DocumentEvent) {
        switch event {
        case .back: go(.back)
        case .toggle(let panel): show { $0.panel = $0.panel == panel ? nil : panel }
        case .agree: go(.sign(request: request))
        case .reject: go(.refuse(request: request, verb: .reject))
        case .return: go(.refuse(request: request, verb: .return))
        case .notMe: go(.notMe(request: request))
        case .preview: go(.sign(request: request, look: .page))
        case .compare: go(.changes(what: .ofRequest(request: request)))
        case .read(let attachment):
            if let place = attachment.place { go(.attached(.init(request: request, place: place, name: attachment.name))) }
        case .comments(let page): go(.comments(request: request, page: page, pages: pages))
        case .receipt(let decision): go(.receipt(decision: decision))
        case .mend(let remedy): mend(remedy)
        }
    }

    private var pages: Int {
        if case .open(let open) = state.content { open.pages.count } else { 1 }
    }

    private func mend(_ remedy: Remedy) {
        switch remedy {
        case .sync:
            ask { [self] in
                _ = try await phone.sync()
            } failed: { [self] in
                failed($0)
            } ended: { [self] in
                open()
            }
        case .lookAgain: open()
        default: if let place = remedy.place() { go(place) } else { open() }
        }
    }

    private func open() {
        show { $0.content = .opening }
        ask { [self] in
            let details = try await details()
            show {
                $0.title = headline(details.metadata)
                $0.subject = details.metadata.subject
            }
            let content = try await content(details)
            show { $0.content = content }
        } failed: { [self] in
            failed($0)
        }
    }

    private func content(_ details: RequestDetails) async throws -> DocumentContent {
        guard let over = over(details) else { return try opened(details, await phone.openRequest(request: request)) }
        return details.received == nil ? ended(over, details) : try copy(await phone.openRequest(request: request))
    }

    // A link may be quicker than the sync that brings its request.
    private func details() async throws -> RequestDetails {
        do {
            return try phone.request(request: request)
        } catch PhoneError.UnknownRequest {
            _ = try await phone.sync()
            try Task.checkCancellation()
            return try phone.request(request: request)
        }
    }

    private func ended(_ over: Words, _ details: RequestDetails) -> DocumentContent {
        let mine = phone.outbox().last { $0.request == request }?.decision
        return .over(what: over, route: routeLines(details, phone.serverNow()), decision: mine)
    }

    // In the list means: waits for this person, and is not decided on this phone.
    private func over(_ details: RequestDetails) -> Words? {
        guard let item = phone.inbox().first(where: { $0.request == request }) else {
            return endWords(details.state) ?? words("app-over-elsewhere")
        }
        return item.decision == nil ? nil : words("app-over-here")
    }

    private func opened(_ details: RequestDetails, _ opened: Opened) throws -> DocumentContent {
        session.opened(request)
        // A sync may have taken it from the list while it was fetched.
        guard let role = phone.inbox().first(where: { $0.request == request })?.role else {
            return ended(endWords(details.state) ?? words("app-over-elsewhere"), details)
        }
        return try open(details, opened, agree: agreeWords(role), place: role == .review ? nil : details.place)
    }

    // Opening it is what tells when: the phone knows of it only then.
    private func copy(_ opened: Opened) throws -> DocumentContent {
        try open(phone.request(request: request), opened, agree: nil, place: nil)
    }

    private func open(_ details: RequestDetails, _ opened: Opened, agree: Words?, place: StampPlace?) throws -> DocumentContent {
        .open(
            .init(
                pages: opened.pages,
                place: place.map { Int($0.page) },
                meanwhile: Int(opened.signedMeanwhile),
                findings: opened.findings.map(findingWords),
                signatures: opened.signatures.map(signatureLine),
                route: routeLines(details, phone.serverNow()),
                facts: facts(details, opened),
                agree: agree,
                mark: place.flatMap { place in
                    let page = Int(place.page)
                    return opened.pages.indices.contains(page) ? TrienKit.mark(page, place.rect, opened.pages[page]) : nil
                },
                attachments: try phone.attachments(request: request).map(attachmentLine),
                changed: opened.findings.contains(.contentChangedAfterSignature) ? .yes : .no,
                inPlaceOf: agree == nil ? nil : details.inPlaceOf?.name,
                paper: details.onPaper.map(paperWords)))
    }

    private func failed(_ failure: Failure) { show { $0.content = .failed(failure) } }

    private func facts(_ details: RequestDetails, _ opened: Opened) -> [Fact] {
        let now = phone.serverNow()
        let version = opened.revision > 1 ? Fact(name: words("app-fact-version"), value: "\(opened.revision)") : nil
        let expires = Fact(name: words("app-fact-expires"), value: moment(details.expiresAt, now))
        return [
            Fact(name: words("app-fact-kind"), value: details.metadata.kind),
            Fact(name: words("app-fact-issuer"), value: details.metadata.issuer),
            Fact(name: words("app-fact-from"), value: details.unit.name),
            version,
            Fact(name: words("app-fact-queued"), value: moment(details.queuedAt, now)),
            details.dueAt.map { Fact(name: words("app-fact-due"), value: moment($0, now)) },
            details.received == nil ? expires : nil,
            details.received.map { Fact(name: words("app-fact-delivered"), value: moment($0.deliveredAt, now)) },
            details.received?.openedAt.map { Fact(name: words("app-fact-opened"), value: moment($0, now)) },
            Fact(name: words("app-fact-files"), value: details.documents.joined(separator: "\n")),
            Fact(name: words("app-fact-sha256"), value: opened.documents.first?.sha256 ?? ""),
        ].compactMap { $0 }
    }
}

/// Who takes part in a request, in the order of its route, and how far each is.
func routeLines(_ details: RequestDetails, _ now: Date) -> [RouteLine] {
    details.steps.flatMap { step in step.signers.map { routeLine(step, $0, details.state, now) } }
}

private func routeLine(_ step: RouteStep, _ signer: RouteSigner, _ state: RouteState, _ now: Date) -> RouteLine {
    var when: String?
    if case .decided(_, _, let at) = signer.assignment { when = moment(at, now) }
    let how = standpoint(signer.assignment, state)
    return RouteLine(
        role: roleWords(step.role), name: signer.person.name, position: signer.person.position, how: how, when: when,
        reason: signer.reason,
        by: signer.by.map { words("app-route-by", ["form": abbreviation($0.form), "name": $0.person.name]) },
        absent: isAwaited(signer.assignment) ? signer.absent.flatMap { absentWords($0, now) } : nil,
        awaits: how == .now ? signer.awaitsUntil.map { awaitsWords($0, now) } : nil)
}

private func awaitsWords(_ until: Date, _ now: Date) -> Words {
    words(until <= now ? "app-route-awaits-over" : "app-route-awaits", ["until": moment(until, now)])
}

private func isAwaited(_ assignment: Assignment) -> Bool {
    switch assignment {
    case .open, .waiting: true
    case .decided, .released: false
    }
}

private func absentWords(_ away: Absence, _ now: Date) -> Words? {
    if away.until <= now { return nil }
    if away.since <= now { return words("app-route-absent", ["until": lastDay(away.until)]) }
    return words("app-route-absent-later", ["since": day(away.since), "until": lastDay(away.until)])
}

private func standpoint(_ assignment: Assignment, _ state: RouteState) -> Standpoint {
    switch (assignment, state) {
    case (.waiting, _): .waits
    case (.open, .open): .now
    case (.open, _), (.released, _): .released
    case (.decided(.approve, _, _), _): .approved
    case (.decided(.reject, _, _), _): .rejected
    case (.decided(.return, _, _), _): .returned
    }
}

func signatureLine(_ signature: EarlierSignature) -> SignatureLine {
    signatureLine(signature.judgement, signature.signer ?? signature.field)
}
