import Foundation
import TrienCore

/// The list of what waits, what was decided and what was not sent yet.
public struct InboxState: Equatable, Sendable {
    public var tab: InboxTab = .waiting
    public var search: String = ""
    public var waiting: Int = 0
    public var unsent: Int = 0
    public var sections: [Section] = []
    public var decisions: [DecisionRow] = []
    public var sync: SyncStatus = .never
    public var picked: Set<String> = []
    /// Whether this phone tells when something comes: an empty list says so.
    public var notifications: Notifications = .push
    /// Whether the sync that runs was asked for by pulling the list.
    public var pulled: Bool = false
    /// Documents that were sent to this person for information.
    public var copies: [CopyRow] = []
    /// How many of them were not opened.
    public var unopened: Int = 0

    public init(
        tab: InboxTab = .waiting, search: String = "", waiting: Int = 0, unsent: Int = 0, sections: [Section] = [],
        decisions: [DecisionRow] = [], sync: SyncStatus = .never, picked: Set<String> = [], notifications: Notifications = .push,
        pulled: Bool = false, copies: [CopyRow] = [], unopened: Int = 0
    ) {
        self.tab = tab
        self.search = search
        self.waiting = waiting
        self.unsent = unsent
        self.sections = sections
        self.decisions = decisions
        self.sync = sync
        self.picked = picked
        self.notifications = notifications
        self.pulled = pulled
        self.copies = copies
        self.unopened = unopened
    }
}

public enum InboxTab: String, CaseIterable, Sendable {
    case waiting = "app-tab-waiting"
    case copies = "app-tab-copies"
    case done = "app-tab-done"
    case unsent = "app-tab-unsent"
}

/// Papers under one heading, the most pressing first.
public struct Section: Equatable, Sendable {
    public var heading: Heading
    public var rows: [WaitingRow]

    public init(heading: Heading, rows: [WaitingRow]) {
        self.heading = heading
        self.rows = rows
    }
}

public enum Heading: String, CaseIterable, Sendable {
    case urgent = "app-heading-urgent"
    case today = "app-heading-today"
    case later = "app-heading-later"
}

public struct WaitingRow: Equatable, Sendable {
    public var request: String
    public var title: String
    public var subject: String
    public var from: String
    public var role: Words
    public var urgency: Words?
    public var deadline: Deadline
    public var read: Reading
    /// Whose part it is, where it is another's.
    public var inPlaceOf: Words? = nil

    public init(
        request: String, title: String, subject: String, from: String, role: Words, urgency: Words?, deadline: Deadline, read: Reading,
        inPlaceOf: Words? = nil
    ) {
        self.request = request
        self.title = title
        self.subject = subject
        self.from = from
        self.role = role
        self.urgency = urgency
        self.deadline = deadline
        self.read = read
        self.inPlaceOf = inPlaceOf
    }
}

/// A finished document that came as a copy; not opened where it has no such time.
public struct CopyRow: Equatable, Sendable {
    public var request: String
    public var title: String
    public var subject: String
    public var from: String
    public var at: String
    public var opened: String?

    public init(request: String, title: String, subject: String, from: String, at: String, opened: String?) {
        self.request = request
        self.title = title
        self.subject = subject
        self.from = from
        self.at = at
        self.opened = opened
    }
}

/// Whether the person has had the document open since the app was started.
public enum Reading: CaseIterable, Sendable {
    case unread
    case read
}

public struct DecisionRow: Equatable, Sendable {
    public var decision: String
    public var subject: String
    public var verb: Verb
    public var standing: Standing
    public var at: String

    public init(decision: String, subject: String, verb: Verb, standing: Standing, at: String) {
        self.decision = decision
        self.subject = subject
        self.verb = verb
        self.standing = standing
        self.at = at
    }
}

/// Where a decision stands.
public enum Standing: CaseIterable, Sendable {
    case recorded
    case refused
    case unsent
}

public enum SyncStatus: Equatable, Sendable {
    case never
    case running
    case done(at: String)
    case failed(last: String?, failure: Failure)
}

public enum InboxEvent: Equatable, Sendable {
    case refresh
    case pull
    case show(tab: InboxTab)
    case search(text: String)
    case open(request: String)
    case pick(request: String)
    case unpick
    case together
    case look(decision: String)
    case settings
    case notifications
    case verify
    case mend(remedy: Remedy)
}

/// Papers that are decided together: as many as sheets that the core keeps open.
public let mostTogether = 50

public final class InboxPresenter: Presenter<InboxState, InboxEvent> {
    private let phone: any PhoneProtocol
    private let session: Session
    private let go: @MainActor (Place) -> Void
    private let notifications: @MainActor () -> Notifications
    private let synced: @MainActor () async -> Void

    public init(
        phone: any PhoneProtocol, session: Session, scope: Scope, go: @escaping @MainActor (Place) -> Void,
        notifications: @escaping @MainActor () -> Notifications = { .push }, synced: @escaping @MainActor () async -> Void = {}
    ) {
        self.phone = phone
        self.session = session
        self.go = go
        self.notifications = notifications
        self.synced = synced
        super.init(InboxState(), scope)
        load()
        on(.refresh)
    }

    public override func on(_ event: InboxEvent) {
        switch event {
        case .refresh: sync()
        case .pull:
            show { $0.pulled = true }
            sync()
        case .show(let tab):
            change {
                $0.tab = tab
                $0.picked = []
            }
        case .search(let text): change { $0.search = text }
        case .open(let request): go(.document(request: request))
        case .pick(let request): show { $0.picked = toggled($0.picked, request) }
        case .unpick: show { $0.picked = [] }
        case .together: together()
        case .look(let decision): go(.receipt(decision: decision))
        case .settings: go(.settings)
        case .notifications: go(.notifications(first: .no))
        case .verify: go(.verify(file: nil))
        case .mend(let remedy): mend(remedy)
        }
    }

    /// Shows what the phone has now; also when the person comes back from another screen.
    public func load() { change { _ in } }

    /// The phone has synced without being asked here, or learned why it cannot.
    public func heard(_ failure: Failure? = nil) {
        change {
            if $0.sync == .running { return }
            $0.sync = failure.map { .failed(last: lastSync(), failure: $0) } ?? done()
        }
    }

    private func mend(_ remedy: Remedy) {
        switch remedy {
        case .enrollAgain, .security: remedy.place().map(go)
        default: sync()
        }
    }

    private func sync() {
        if state.sync == .running { return }
        show { $0.sync = .running }
        ask { [self] in
            _ = try await phone.sync()
            _ = try await phone.flush()
            change { $0.sync = done() }
            await synced()
        } failed: { [self] failure in
            change { $0.sync = .failed(last: lastSync(), failure: failure) }
        }
    }

    private func together() {
        let picked = state.picked
        show { $0.picked = [] }
        if !picked.isEmpty { go(.several(requests: inOrder(picked))) }
    }

    private func inOrder(_ picked: Set<String>) -> [String] { phone.inbox().map(\.request).filter(picked.contains) }

    private func change(_ change: (inout InboxState) -> Void) {
        show { state in
            change(&state)
            let (now, search) = (phone.serverNow(), state.search)
            let open = phone.inbox().filter { $0.decision == nil }
            let entries = phone.outbox().reversed()
            let copies = phone.copies()
            state.waiting = open.count
            state.unsent = entries.count { standing($0) == .unsent }
            state.sections = TrienKit.sections(open.filter { matches($0.metadata, $0.unit, search) }, session, now)
            let standings = standings(state.tab)
            state.decisions = entries.filter { standings.contains(standing($0)) && sought($0.subject, search) }.map { decisionRow($0, now) }
            if state.sync == .never { state.sync = done() }
            state.notifications = notifications()
            state.pulled = state.pulled && state.sync == .running
            state.picked.formIntersection(open.map(\.request))
            state.copies = copies.filter { matches($0.metadata, $0.unit, search) }.map { copyRow($0, now) }
            state.unopened = copies.count { $0.receipt.openedAt == nil }
        }
    }

    private func done() -> SyncStatus { lastSync().map { .done(at: $0) } ?? .never }

    private func lastSync() -> String? { phone.lastSync().map { moment($0, phone.serverNow()) } }
}

private func standings(_ tab: InboxTab) -> Set<Standing> {
    switch tab {
    case .waiting, .copies: []
    case .done: [.recorded, .refused]
    case .unsent: [.unsent]
    }
}

private func toggled(_ picked: Set<String>, _ request: String) -> Set<String> {
    if picked.contains(request) { return picked.subtracting([request]) }
    return picked.count < mostTogether ? picked.union([request]) : picked
}

@MainActor
func sections(_ items: [InboxItem], _ session: Session, _ now: Date) -> [Section] {
    let byHeading = Dictionary(grouping: items) { heading($0, now) }
    return Heading.allCases.compactMap { heading in
        byHeading[heading].map { Section(heading: heading, rows: $0.sorted(by: isMorePressing).map { waitingRow($0, session, now) }) }
    }
}

private func isMorePressing(_ one: InboxItem, _ other: InboxItem) -> Bool {
    (-weight(one.metadata.urgency), one.expiresAt) < (-weight(other.metadata.urgency), other.expiresAt)
}

private func weight(_ urgency: Urgency) -> Int { Urgency.allCases.firstIndex(of: urgency) ?? 0 }

private func heading(_ item: InboxItem, _ now: Date) -> Heading {
    if item.metadata.urgency != .normal { return .urgent }
    return localDay(due(item)) <= localDay(now) ? .today : .later
}

@MainActor
private func waitingRow(_ item: InboxItem, _ session: Session, _ now: Date) -> WaitingRow {
    WaitingRow(
        request: item.request,
        title: headline(item.metadata),
        subject: item.metadata.subject,
        from: item.unit.name,
        role: roleWords(item.role),
        urgency: urgencyWords(item.metadata.urgency),
        deadline: deadline(due(item), now),
        read: session.reading(item.request),
        inPlaceOf: item.inPlaceOf.map { words("app-in-place-of", ["name": $0.name]) })
}

// What is due goes on afterwards; without such a time it is the end that counts.
private func due(_ item: InboxItem) -> Date { item.dueAt ?? item.expiresAt }

private func copyRow(_ copy: ReceivedCopy, _ now: Date) -> CopyRow {
    CopyRow(
        request: copy.request, title: headline(copy.metadata), subject: copy.metadata.subject, from: copy.unit.name,
        at: moment(copy.receipt.deliveredAt, now), opened: copy.receipt.openedAt.map { moment($0, now) })
}

func decisionRow(_ entry: OutboxEntry, _ now: Date) -> DecisionRow {
    DecisionRow(
        decision: entry.decision, subject: entry.subject, verb: entry.verb, standing: standing(entry), at: moment(entry.signedAt, now))
}

func standing(_ entry: OutboxEntry) -> Standing {
    switch entry.state {
    case .recorded: .recorded
    case .refused: .refused
    case .waiting: .unsent
    }
}

private func matches(_ metadata: Metadata, _ unit: UnitView, _ search: String) -> Bool {
    [metadata.number ?? "", metadata.subject, metadata.kind, metadata.issuer, unit.name].contains { sought($0, search) }
}

/// Typed without marks, a word finds what is written with them.
func sought(_ text: String, _ search: String) -> Bool {
    let wanted = plain(search)
    return wanted.isEmpty || plain(text).contains(wanted)
}

private func plain(_ text: String) -> String {
    let bare = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
        .filter { $0.properties.generalCategory != .nonspacingMark }
    return String(String.UnicodeScalarView(bare)).replacingOccurrences(of: "đ", with: "d")
}
