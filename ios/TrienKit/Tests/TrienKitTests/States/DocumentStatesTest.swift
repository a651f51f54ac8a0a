import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class DocumentStatesTest: States {
    override func setUp() async throws {
        await MainActor.run {
            phone.items = [item("1")]
            phone.steps = steps()
        }
    }

    private func shown(_ panel: Panel? = nil) async {
        let document = await stage.document()
        if let panel { document.on(.toggle(panel: panel)) }
        reached(document.state, documentStates)
    }

    private func refused(_ why: PhoneError) async {
        phone.refuses = why
        await shown()
    }

    private func sign(_ signatures: [EarlierSignature]) {
        phone.meanwhile = 1
        phone.signatures = signatures
    }

    private func attach() {
        phone.attached = [
            Attachment(place: 1, name: "phu-luc.pdf", size: 412_300, reading: .here),
            Attachment(place: 2, name: "bang.xlsx", size: 2_500_000, reading: .elsewhere),
        ]
    }

    func testOpen() async { await shown() }

    func testReview() async {
        phone.items = [item("1", role: .review)]
        await shown()
    }

    func testFindings() async {
        phone.findings = [.signedBefore(count: 2), .fontNotEmbedded]
        sign([signature(.valid), signature(.undetermined, "no-trusted-issuer")])
        await shown(.findings)
    }

    func testChanged() async {
        phone.findings = [.contentChangedAfterSignature]
        sign([signature(.notValid, "document-changed")])
        await shown(.findings)
    }

    func testFirstPage() async {
        phone.pages = [a4]
        phone.place.page = 0
        await shown()
    }

    func testRoute() async { await shown(.route) }

    func testFiles() async {
        attach()
        await shown(.files)
    }

    func testAllSound() async {
        phone.signatures = [signature(.valid)]
        attach()
        await shown()
    }

    func testFacts() async { await shown(.facts) }

    func testInPlace() async {
        phone.items = [item("1", inPlaceOf: person)]
        await shown()
    }

    func testAway() async {
        phone.steps = away()
        await shown(.route)
    }

    func testPaper() async {
        phone.paper = .finance
        await shown(.facts)
    }

    private func received() {
        phone.items = []
        phone.received = [copy("1", openedAt: now)]
        phone.steps = stepsDone()
    }

    func testCopy() async {
        received()
        await shown()
    }

    func testCopyFacts() async {
        received()
        await shown(.facts)
    }

    func testOpening() async {
        let document = DocumentPresenter(phone: phone, session: stage.session, request: "1", scope: stage.scope, go: stage.go)
        reached(document.state, documentStates)
    }

    func testUnsignable() async { await refused(.Unsignable(slug: "encrypted", detail: "the document is encrypted")) }

    func testUnreachable() async { await refused(offline) }

    func testDamaged() async { await refused(.Document(detail: "the digest is another")) }

    func testDiskFull() async { await refused(.Storage(source: .Full(file: "documents"))) }

    func testOver() async {
        phone.items = []
        phone.steps = stepsDone()
        phone.entries = [entry("a1", recorded, request: "1")]
        await shown()
    }

    func testElsewhere() async {
        phone.items = []
        phone.ended = .open(step: 4)
        phone.steps = steps(approve: .released, seal: .open)
        await shown()
    }

    /// As the sample has it: the leader has approved, and a token has still to sign.
    private func awaiting(until: Date) async {
        phone.items = []
        phone.ended = .open(step: 3)
        phone.steps?[2].signers[0].awaitsUntil = until
        await shown()
    }

    func testAwaits() async { await awaiting(until: now + 86_400) }

    func testAwaitsOver() async { await awaiting(until: now - 60) }

    func testRecalled() async {
        phone.items = []
        phone.ended = .recalled
        await shown()
    }
}

private let decided = Assignment.decided(verb: .approve, decision: "d", at: now)

/// The route of the samples.
func steps(approve: Assignment = .open, seal: Assignment = .waiting) -> [RouteStep] {
    let told: [(Role, Assignment)] = [(.review, decided), (.initial, decided), (.approve, approve), (.seal, seal)]
    return told.enumerated().map { number, step in
        let signer = RouteSigner(person: person, assignment: step.1, reason: nil)
        return RouteStep(number: UInt16(number + 1), role: step.0, quorum: .all, signers: [signer])
    }
}

func stepsDone() -> [RouteStep] { steps(approve: decided, seal: decided) }

/// As the sample has it: one decided for another, and two are away, or will be.
private func away() -> [RouteStep] {
    let day: TimeInterval = 86_400
    var route = steps()
    route[1].signers[0].by = DecidedBy(person: person, form: .kt)
    route[2].signers[0].absent = Absence(since: now - day, until: now + day)
    route[3].signers[0].absent = Absence(since: now + day, until: now + 4 * day)
    return route
}

/// A signature of a named person, and what speaks against it.
func signature(_ verdict: Verdict, _ reasons: String...) -> EarlierSignature {
    EarlierSignature(field: "Ky1", signer: nil, signedAt: nil, judgement: judgement(verdict, reasons))
}

func judgement(_ verdict: Verdict, _ reasons: [String]) -> Judgement {
    let outcome: Outcome = verdict == .notValid ? .failed : .cannotBeDetermined
    let against = reasons.map { Answer(question: .chain, outcome: outcome, reason: $0, detail: "") }
    return Judgement(
        verdict: verdict, kind: .signature, name: "Phạm Văn Sơn", algorithm: nil, time: .claimed(at: now),
        answers: [Answer(question: .integrity, outcome: .ok, reason: "intact", detail: "")] + against)
}
