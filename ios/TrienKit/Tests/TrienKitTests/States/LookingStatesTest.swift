import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class ChangesStatesTest: States {
    private let onPage = ChangedPage(revision: 1, field: "Ky1", signer: "An", page: 1, kinds: ["page-content"])
    private let onNone = ChangedPage(revision: 1, field: "Ky1", signer: "An", page: nil, kinds: ["actions"])
    private let size = PageSize(width: 100, height: 200)
    private let rect = Rect(left: 10, bottom: 100, right: 50, top: 150)

    override func setUp() async throws { await MainActor.run { phone.changed = [onPage, onNone] } }

    private func changes() async -> ChangesPresenter {
        let changes = ChangesPresenter(phone: phone, what: .ofRequest(request: "1"), scope: stage.scope, go: stage.go)
        await stage.settle()
        return changes
    }

    private func drawn(_ drawn: BeforeAndAfter) async {
        phone.drawn = drawn
        reached(await changes().state, changesStates)
    }

    func testLooking() async {
        let changes = ChangesPresenter(phone: phone, what: .ofRequest(request: "1"), scope: stage.scope, go: stage.go)
        reached(changes.state, changesStates)
    }

    func testListed() async {
        phone.changed = [onNone]
        reached(await changes().state, changesStates)
    }

    func testDrawing() async {
        let changes = await changes()
        changes.on(.look(row: 0))
        reached(changes.state, changesStates)
    }

    func testDrawn() async { await drawn(BeforeAndAfter(before: Data([1]), after: Data([2]), size: size, marks: [rect])) }

    func testNewPage() async { await drawn(BeforeAndAfter(before: nil, after: Data([2]), size: nil, marks: [])) }

    func testGonePage() async { await drawn(BeforeAndAfter(before: Data([1]), after: nil, size: nil, marks: [])) }

    func testNotDrawn() async {
        let changes = await changes()
        phone.refuses = .Render(slug: "too-many-operations", detail: "the page takes too much to draw")
        await changes.on(.look(row: 0), stage)
        reached(changes.state, changesStates)
    }

    func testNone() async {
        phone.changed = []
        reached(await changes().state, changesStates)
    }

    func testFailed() async {
        phone.refuses = .NotOpened(request: "1")
        reached(await changes().state, changesStates)
    }
}

@MainActor
final class AttachmentStatesTest: States {
    private func attachment() -> AttachmentPresenter {
        AttachmentPresenter(
            phone: phone, place: .init(request: "1", place: 1, name: "phu-luc.pdf"), scope: stage.scope, go: stage.go)
    }

    private func opened() async {
        let attachment = attachment()
        await stage.settle()
        reached(attachment.state, attachmentStates)
    }

    func testOpening() async { reached(attachment().state, attachmentStates) }

    func testOpen() async {
        phone.attachedPages = [a4, a4]
        await opened()
    }

    func testLongName() async {
        phone.attachedPages = [a4]
        await opened()
    }

    func testUnreachable() async {
        phone.refuses = offline
        await opened()
    }

    func testUnsignable() async {
        phone.refuses = .Unsignable(slug: "encrypted", detail: "the document is encrypted")
        await opened()
    }
}

@MainActor
final class PracticeStatesTest: States {
    private let fake = FakePractice()

    private func practice(_ events: PracticeEvent...) async -> PracticePresenter {
        let practice = PracticePresenter(practice: fake, scope: stage.scope, go: stage.go)
        await stage.settle()
        for event in events { await practice.on(event, stage) }
        return practice
    }

    func testOpening() async {
        reached(PracticePresenter(practice: fake, scope: stage.scope, go: stage.go).state, practiceStates)
    }

    func testReading() async { reached(await practice().state, practiceStates) }

    func testSheet() async { reached(await practice(.sheet).state, practiceStates) }

    func testSigning() async {
        let practice = await practice(.sheet)
        practice.on(.sign)
        reached(practice.state, practiceStates)
    }

    func testJudged() async { reached(await practice(.sheet, .sign).state, practiceStates) }

    func testNoFinger() async {
        let practice = await practice()
        fake.refuses = .Keys(source: .Unsupported(detail: "no biometric enrolled"))
        await practice.on(.sheet, stage)
        reached(practice.state, practiceStates)
    }
}

@MainActor
final class VerifyStatesTest: States {
    private let file = Picked(name: "a.pdf", bytes: Data([1]))

    private func verify(_ file: Picked?, first: VerifyState = .choose) -> VerifyPresenter {
        VerifyPresenter(phone: phone, file: file, scope: stage.scope, go: stage.go, first: first)
    }

    private func judged(
        _ verdict: Verdict, _ reasons: [String] = [], changes: [String] = [], notes: [Finding] = [], document: String? = nil,
        signatures: Int = 1
    ) async {
        let signature = VerifiedSignature(judgement: judgement(verdict, reasons), changes: changes)
        phone.judges = {
            Verification(
                verdict: verdict, sha256: "00", verifiedAt: now, document: document == nil ? .ok : .failed,
                documentReason: document ?? "sound", findings: notes, signatures: Array(repeating: signature, count: signatures))
        }
        let verify = verify(file)
        await stage.settle()
        reached(verify.state, verifyStates)
    }

    func testChoose() async { reached(verify(nil).state, verifyStates) }

    func testWorking() async { reached(verify(file).state, verifyStates) }

    func testValid() async { await judged(.valid) }

    func testUndetermined() async {
        await judged(.undetermined, ["no-trusted-issuer", "chain-unknown"], notes: [.fontNotEmbedded])
    }

    func testNotValid() async { await judged(.notValid, ["document-changed"]) }

    func testChanged() async { await judged(.notValid, changes: ["page-content"]) }

    func testNotRead() async { reached(verify(nil, first: notRead).state, verifyStates) }

    func testUnsigned() async { await judged(.notValid, document: "no-signature", signatures: 0) }

    func testFailed() async {
        phone.refuses = .Defect(what: "verifying a file")
        let verify = verify(file)
        await stage.settle()
        reached(verify.state, verifyStates)
    }
}

@MainActor
final class LicencesStatesTest: States {
    private let five = (1...5).map { "part-\($0)\t1.0\tMIT\t1" }.joined(separator: "\n") + "\n\u{c}\nWords\n"

    private func licences() async -> LicencesPresenter {
        let licences = LicencesPresenter(scope: stage.scope, go: stage.go) { [five] in five }
        await stage.settle()
        return licences
    }

    func testAll() async { reached(await licences().state, licencesStates) }

    func testOpen() async {
        let licences = await licences()
        licences.on(.open(name: "part-3 1.0"))
        reached(licences.state, licencesStates)
    }
}
