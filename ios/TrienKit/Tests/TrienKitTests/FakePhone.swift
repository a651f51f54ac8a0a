import Foundation
import TrienCore

/// 08:41 on 22 November 2026 in Việt Nam.
let now = Date(timeIntervalSince1970: 1_795_311_660)

let a4 = PageSize(width: 59528, height: 84189)
let office = UnitView(id: "unit-1", name: "Văn phòng UBND tỉnh")
let person = PersonView(id: "person-1", name: "Nguyễn Văn An", position: "Chủ tịch")

let enrolled = Profile(
    device: "device-1", person: person, unit: office, authority: .own(position: "Chủ tịch"), certificate: Data(), promptPolicy: .perUse)

func item(
    _ request: String, _ subject: String = "Kế hoạch công tác", left: TimeInterval = 3 * 24 * 3600, urgency: Urgency = .normal,
    role: Role = .approve, decision: String? = nil, due: Date? = nil, inPlaceOf: PersonView? = nil
) -> InboxItem {
    let metadata = Metadata(number: "12/KH-UBND", subject: subject, kind: "Kế hoạch", issuer: "UBND tỉnh", urgency: urgency)
    return InboxItem(
        request: request, role: role, unit: office, metadata: metadata, queuedAt: now, expiresAt: now.addingTimeInterval(left),
        decision: decision, dueAt: due, inPlaceOf: inPlaceOf)
}

func entry(_ decision: String, _ state: Decided, request: String? = nil, verb: Verb = .approve) -> OutboxEntry {
    OutboxEntry(
        decision: decision, request: request ?? "r-\(decision)", step: 1, verb: verb, subject: "Kế hoạch", signedAt: now, state: state)
}

/// What came to this person for information.
func copy(_ request: String, openedAt: Date? = nil) -> ReceivedCopy {
    ReceivedCopy(
        request: request, unit: office, metadata: item(request).metadata, onPaper: nil,
        receipt: CopyReceipt(deliveredAt: now, openedAt: openedAt))
}

/// Signs the document after the phone has approved.
let token = SheetSigner(
    home: .token, subject: "NGUYỄN VĂN AN", issuer: "CA Chuyên dùng Chính phủ", notAfter: now.addingTimeInterval(400 * 86_400))

let receipt = Receipt(decision: "d-1", recordedAt: now, proof: "c2sp.org/tlog-proof@v1\n")
let recorded = Decided.recorded(receipt: receipt)
let waiting = Decided.waiting(detail: "no answer yet")
let overtaken = Decided.refused(why: .overtaken, receipt: receipt)
let preview = EnrollmentPreview(server: "https://ky.example.vn", person: person, unit: office, promptPolicy: .perUse)
let synced = Synced(changed: 0, logSize: 812, clockOffsetMs: 4_000)
let suspended = PhoneError.Problem(kind: .deviceSuspended, title: "Tạm khóa", detail: "Hãy hỏi cán bộ", code: nil)
let offline = PhoneError.Unreachable(server: "https://ky.example.vn", detail: "no route")

/// What no test asks for.
struct NotAsked: Error {}

/// The next of what a test has prepared.
func next<T>(_ prepared: inout [T]) throws -> T {
    if prepared.isEmpty { throw NotAsked() }
    return prepared.removeFirst()
}

/// The core as a script: what a real one does against a server is tried by the stories and in the core's own tests.
@MainActor
final class FakePhone: PhoneProtocol {
    var stands: PhoneState = .enrolled(profile: enrolled)
    var items: [InboxItem] = []
    var entries: [OutboxEntry] = []
    var clock = now
    var synced: Date? = now
    var refuses: PhoneError?
    var decides: () throws -> Decided = { recorded }
    var statuses: [EnrollmentStatus] = []
    var opens: () -> Void = {}
    var ended: RouteState = .completed
    var assignment: Assignment?
    var steps: [RouteStep]?
    var place = StampPlace(page: 2, rect: Rect(left: 0, bottom: 0, right: 1, top: 1))
    var pages = [a4, a4, a4]
    var signatures: [EarlierSignature] = []
    var meanwhile: UInt32 = 0
    var findings: [Finding] = []
    var version: UInt32 = 1
    var paper: OnPaper?
    var authority = Authority.own(position: "Chủ tịch")
    var signer: SheetSigner?
    var others: [OtherDevice] = []
    var push = PushStatus(
        offers: [.none, .apns], vapid: Data(repeating: 4, count: 65), kind: .none, health: .none, since: nil, sentAt: nil)
    var told: PushAddress?
    var wakes: () -> Void = {}
    var news: () async throws -> Synced? = { throw NotAsked() }
    var unknown: Set<String> = []
    var judges: (() -> Verification)?
    var page: StampedPage? = StampedPage(
        page: 2, size: PageSize(width: 59528, height: 84189), rect: Rect(left: 29764, bottom: 42094, right: 44646, top: 50513))
    var attached: [Attachment] = []
    var attachedPages = [PageSize(width: 1, height: 1)]
    var changed: [ChangedPage] = []
    var drawn = BeforeAndAfter(
        before: Data([1]), after: Data([2]), size: PageSize(width: 100, height: 200),
        marks: [Rect(left: 10, bottom: 100, right: 50, top: 150)])
    var keeps: (String) throws -> Kept = { throw PhoneError.NotFinished(request: $0) }
    private(set) var asked: [String] = []

    func forget() { asked = [] }

    private func asked<T>(_ what: String, _ answer: () throws -> T) throws -> T {
        asked.append(what)
        if let refuses { throw refuses }
        return try answer()
    }

    nonisolated func state() -> PhoneState { MainActor.assumeIsolated { stands } }
    nonisolated func inbox() -> [InboxItem] { MainActor.assumeIsolated { items } }
    nonisolated func outbox() -> [OutboxEntry] { MainActor.assumeIsolated { entries } }
    nonisolated func serverNow() -> Date { MainActor.assumeIsolated { clock } }
    nonisolated func lastSync() -> Date? { MainActor.assumeIsolated { synced } }
    nonisolated func server() -> String? { "https://ky.example.vn" }
    nonisolated func attachments(request: String) throws -> [Attachment] { MainActor.assumeIsolated { attached } }
    nonisolated func stampedPage(sheet: UInt64) throws -> StampedPage? { MainActor.assumeIsolated { page } }
    nonisolated func request(request: String) throws -> RequestDetails { try MainActor.assumeIsolated { try details(request) } }

    private func details(_ request: String) throws -> RequestDetails {
        if unknown.contains(request) { throw PhoneError.UnknownRequest(request: request) }
        let waits = items.first { $0.request == request }
        let item = waits ?? item(request)
        let signer = RouteSigner(person: person, assignment: assignment ?? (waits == nil ? .released : .open), reason: nil)
        return RequestDetails(
            request: request, unit: item.unit, metadata: item.metadata, queuedAt: item.queuedAt, expiresAt: item.expiresAt,
            state: waits == nil ? ended : .open(step: 1),
            steps: steps ?? [RouteStep(number: 1, role: item.role, quorum: .all, signers: [signer])], documents: ["ke-hoach.pdf"],
            place: place, dueAt: item.dueAt, inPlaceOf: item.inPlaceOf, onPaper: paper,
            received: received.first { $0.request == request }?.receipt)
    }

    // Reading and deciding.
    func openRequest(request: String) async throws -> Opened {
        try asked("open \(request)") {
            opens()
            return Opened(
                request: request, revision: version, documents: [DocumentRef(sha256: "00", size: 1, mediaType: "application/pdf")],
                pages: pages, findings: findings, signatures: signatures, signedMeanwhile: meanwhile)
        }
    }

    func sheet(request: String) async throws -> Sheet {
        try asked("sheet \(request)") {
            let item = items.first { $0.request == request } ?? item(request)
            // What shows no signature stamps no page.
            let stamp = page == nil ? nil : place
            return Sheet(
                id: UInt64(asked.count), request: request, step: 1, revision: 1, role: item.role, unit: item.unit,
                metadata: item.metadata, documents: [],
                signing: SheetSigning(builder: "pdfrev/1", stamp: stamp, recipe: "00", revisionDigest: "00"),
                authority: authority, certificate: "0123456789abcdef", findings: findings, signedMeanwhile: meanwhile,
                signedAt: clock, validUntil: item.expiresAt, renewAt: clock.addingTimeInterval(300),
                inPlaceOf: item.inPlaceOf.map { InPlace(person: $0, title: "KT. CHỦ TỊCH", until: clock.addingTimeInterval(86_400)) },
                documentSigner: signer)
        }
    }

    func approve(sheet: UInt64) async throws -> Decided { try asked("approve", decides) }
    func reject(request: String, reason: String) async throws -> Decided { try asked("reject \(request): \(reason)", decides) }
    func returnForChanges(request: String, reason: String) async throws -> Decided { try asked("return \(request): \(reason)", decides) }
    func flush() async throws -> [OutboxEntry] { try asked("flush") { entries } }
    func sync() async throws -> Synced {
        try asked("sync") {
            unknown = []
            return TrienKitTests.synced
        }
    }
    func awaitNews() async throws -> Synced? {
        asked.append("listen")
        return try await news()
    }
    func verify(file: Data) async throws -> Verification {
        try asked("verify") { if let judges { judges() } else { throw NotAsked() } }
    }

    // Enrolling.
    func openLink(link: String) async throws -> PhoneState { try asked("link \(link)") { stands } }
    func beginEnrollment(link: String) async throws -> EnrollmentPreview { throw NotAsked() }
    func takeSlip(link: String) async throws -> HeldSlip { throw NotAsked() }
    func slipStatus() async throws -> HeldSlip { throw NotAsked() }
    func openSlip(shortCode: String) async throws -> EnrollmentPreview { try asked("short code \(shortCode)") { preview } }
    func sendKeys() async throws -> String { try asked("keys") { "7391 0264" } }
    func enrollmentStatus() async throws -> EnrollmentStatus { try asked("status") { try next(&statuses) } }
    func abandonEnrollment() async throws { try asked("abandon") { stands = .notEnrolled } }
    func otherDevices() async throws -> [OtherDevice] { try asked("others") { others } }
    func reportLost(device: String) async throws {
        try asked("lost \(device)") {
            for other in others.indices where others[other].id == device { others[other].state = .suspended }
        }
    }
    func askReplacement() async throws { try asked("replacement") {} }

    // Being woken.
    func pushRegister(address: PushAddress) async throws -> PushStatus {
        try asked("register") {
            told = address
            return push
        }
    }
    func pushRemove() async throws { try asked("remove") { told = nil } }
    func pushStatus() async throws -> PushStatus { try asked("push") { push } }
    func pushTest() async throws { try asked("push test") { wakes() } }

    // Looking and keeping.
    func pagePng(request: String, page: UInt32, width: UInt32, view: PageView) async throws -> Data { throw NotAsked() }
    func regionPng(request: String, region: Region, view: PageView) async throws -> Data {
        try asked("region \(request) \(region.page)") { Data() }
    }
    func sheetRegionPng(sheet: UInt64, region: Region) async throws -> Data { try asked("sheet \(sheet) page \(region.page)") { Data() } }
    func attachmentPages(request: String, place: UInt32) async throws -> [PageSize] {
        try asked("attachment \(place)") { attachedPages }
    }
    func attachmentRegionPng(request: String, place: UInt32, region: Region) async throws -> Data {
        try asked("attachment \(place) page \(region.page)") { Data() }
    }
    func changedPages(request: String) async throws -> [ChangedPage] { try asked("changed \(request)") { changed } }
    func changedPage(request: String, revision: UInt32, page: UInt32, width: UInt32) async throws -> BeforeAndAfter {
        try asked("compare \(request) \(revision) \(page)") { drawn }
    }
    func changedPagesOf(file: Data) async throws -> [ChangedPage] { try asked("changed file") { changed } }
    func changedPageOf(file: Data, revision: UInt32, page: UInt32, width: UInt32) async throws -> BeforeAndAfter {
        try asked("compare file \(revision) \(page)") { drawn }
    }
    func kept(request: String) async throws -> Kept { try asked("kept \(request)") { try keeps(request) } }

    // Delegations, copies, comments.
    var may: [Delegate] = []
    var delegated: [Delegation] = []
    private(set) var drafted: DelegationDraft?
    var gives: () throws -> String = { "g" }
    var afterEnd: () -> Void = {}
    var received: [ReceivedCopy] = []
    var said: [Comment] = []

    func delegates() async throws -> [Delegate] { try asked("delegates") { may } }
    func delegations() async throws -> [Delegation] { try asked("delegations") { delegated } }
    nonisolated func titleInPlace(form: DelegationForm) throws -> String { "\(form).".uppercased() + " CHỦ TỊCH" }
    func delegate(draft: DelegationDraft) async throws -> String {
        try asked("delegate") {
            drafted = draft
            return try gives()
        }
    }
    func endDelegation(delegation: String, why: String) async throws {
        try asked("end \(delegation): \(why)") {
            for one in delegated.indices where delegated[one].delegation == delegation { delegated[one].state = .ended }
            afterEnd()
        }
    }
    nonisolated func copies() -> [ReceivedCopy] { MainActor.assumeIsolated { received } }
    func comments(request: String) async throws -> [Comment] { try asked("comments \(request)") { said } }
    func comment(request: String, document: UInt32, page: UInt32, text: String) async throws -> String {
        try asked("comment \(request) \(document) \(page): \(text)") { "c" }
    }
    func withdrawComment(request: String, comment: String) async throws {
        try asked("withdraw \(comment)") {
            for one in said.indices where said[one].id == comment {
                said[one].text = nil
                said[one].withdrawnAt = clock
            }
        }
    }
}
