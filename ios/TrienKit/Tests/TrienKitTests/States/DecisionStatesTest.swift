import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class SignStatesTest: States {
    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2")] } }

    private func sheet() async throws -> SignPresenter {
        await stage.sign(certificate: try XCTUnwrap(certificateFacts(testCertificate())))
    }

    private func signed() async throws {
        let sign = try await sheet()
        await sign.on(.sign, stage)
        reached(sign.state, signStates)
    }

    private func refused(_ why: PhoneError) async throws {
        phone.decides = { throw why }
        try await signed()
    }

    func testReady() async throws { reached(try await sheet().state, signStates) }

    func testPage() async throws {
        let sign = try await sheet()
        sign.on(.show(look: .page))
        reached(sign.state, signStates)
    }

    func testDelegate() async throws {
        phone.authority = .delegated(position: "Phó Chủ tịch", statement: "00")
        phone.items = [item("1", inPlaceOf: person)]
        phone.page = nil
        phone.findings = [.embeddedFiles]
        phone.meanwhile = 1
        let sign = try await sheet()
        phone.clock += 300
        await stage.pass(.seconds(301))
        reached(sign.state, signStates)
    }

    func testPreparing() async {
        let sign = SignPresenter(
            phone: phone, session: stage.session, certificate: nil, request: "1", scope: stage.scope, go: stage.go)
        reached(sign.state, signStates)
    }

    func testSigning() async throws {
        let sign = try await sheet()
        sign.on(.sign)
        reached(sign.state, signStates)
    }

    func testSigned() async throws { try await signed() }

    func testApproved() async throws {
        phone.signer = token
        try await signed()
    }

    func testApprovedKept() async throws {
        phone.signer = token
        phone.items = [item("1")]
        phone.decides = { waiting }
        try await signed()
    }

    func testLast() async throws {
        phone.items = [item("1")]
        try await signed()
    }

    func testKept() async throws {
        phone.decides = { waiting }
        try await signed()
    }

    func testRefused() async throws {
        phone.items = [item("1")]
        phone.decides = { overtaken }
        try await signed()
    }

    func testCancelled() async throws { try await refused(.Signer(source: .Cancelled)) }

    func testInvalidated() async throws { try await refused(.Signer(source: .KeyInvalidated)) }

    func testCertificateEnded() async throws { try await refused(.CertificateEnded(ended: now)) }

    func testDiskFull() async throws { try await refused(.Storage(source: .Full(file: "outbox"))) }

    func testLog() async throws { try await refused(.Log(detail: "two roots for size 812")) }
}

@MainActor
final class RefuseStatesTest: States {
    override func setUp() async throws { await MainActor.run { phone.items = [item("1"), item("2")] } }

    private func leaving(_ verb: Refusal) async -> RefusePresenter {
        let refuse = await stage.refuse(verb)
        refuse.on(.toggle(chip: .form))
        refuse.on(.send)
        await stage.settle()
        return refuse
    }

    private func sent(_ verb: Refusal, next: Bool) async {
        if !next { phone.items = [item("1")] }
        let refuse = await leaving(verb)
        await refuse.on(.sendNow, stage)
        reached(refuse.state, refuseStates)
    }

    func testReject() async { reached(await stage.refuse(.reject).state, refuseStates) }

    func testInPlace() async {
        phone.items = [item("1", inPlaceOf: person)]
        reached(await stage.refuse(.reject).state, refuseStates)
    }

    func testReturn() async {
        let refuse = await stage.refuse(.return)
        for chip in [Chip.form, .missing] { refuse.on(.toggle(chip: chip)) }
        refuse.on(.write(text: "Phụ lục 1 ghi sai năm ngân sách"))
        reached(refuse.state, refuseStates)
    }

    func testLeaving() async { reached(await leaving(.reject).state, refuseStates) }

    func testLeavingReturn() async {
        let refuse = await leaving(.return)
        await stage.pass(.milliseconds(4_900))
        reached(refuse.state, refuseStates)
    }

    func testSending() async {
        let refuse = await leaving(.reject)
        refuse.on(.sendNow)
        reached(refuse.state, refuseStates)
    }

    func testRecorded() async { await sent(.reject, next: true) }

    func testReturned() async { await sent(.return, next: false) }

    func testKeptNext() async {
        phone.decides = { waiting }
        await sent(.reject, next: true)
    }

    func testKept() async {
        phone.decides = { waiting }
        await sent(.return, next: false)
    }

    func testRefused() async {
        phone.decides = { .refused(why: .requestEnded, receipt: receipt) }
        await sent(.reject, next: true)
    }

    func testFailed() async {
        phone.decides = { throw PhoneError.Signer(source: .Locked) }
        await sent(.reject, next: true)
    }
}

@MainActor
final class NotMeStatesTest: States {
    override func setUp() async throws { await MainActor.run { phone.items = [item("1")] } }

    private func asked() async -> NotMePresenter {
        let notMe = NotMePresenter(phone: phone, texts: Texts(language: .vietnamese), request: "1", scope: stage.scope, go: stage.go)
        await stage.settle()
        return notMe
    }

    private func told() async {
        let notMe = await asked()
        await notMe.on(.tell, stage)
        reached(notMe.state, notMeStates)
    }

    func testAsking() async { reached(await asked().state, notMeStates) }

    func testSending() async {
        let notMe = await asked()
        notMe.on(.tell)
        reached(notMe.state, notMeStates)
    }

    func testTold() async { await told() }

    func testKept() async {
        phone.decides = { waiting }
        await told()
    }

    func testFailed() async {
        phone.decides = { throw PhoneError.Signer(source: .Unavailable(detail: "no answer")) }
        await told()
    }
}

@MainActor
final class SeveralStatesTest: States {
    private let requests = ["1", "2", "3"]

    override func setUp() async throws { await MainActor.run { phone.items = requests.map { item($0) } } }

    private func several(read: [String], signatures: UInt16? = nil) -> SeveralPresenter {
        for request in read { stage.session.opened(request) }
        return SeveralPresenter(
            phone: phone, session: stage.session, requests: requests,
            policy: signatures.map { .session(seconds: 60, signatures: $0) } ?? .perUse, scope: stage.scope, go: stage.go)
    }

    func testUnread() async { reached(several(read: ["1", "3"], signatures: 2).state, severalStates) }

    func testReady() async { reached(several(read: requests, signatures: 20).state, severalStates) }

    func testRunning() async {
        let several = several(read: requests)
        var between: [SeveralState] = []
        phone.decides = {
            between.append(several.state)
            return recorded
        }
        await several.on(.signAll, stage)
        reached(between[1], severalStates)
    }

    func testDone() async {
        var answers: [() throws -> Decided] = [{ recorded }, { waiting }, { throw PhoneError.Changed(request: "3") }]
        phone.decides = { try next(&answers)() }
        let several = several(read: requests)
        await several.on(.signAll, stage)
        reached(several.state, severalStates)
    }

    func testApproved() async {
        phone.signer = token
        let several = several(read: requests)
        await several.on(.signAll, stage)
        reached(several.state, severalStates)
    }
}

@MainActor
final class ReceiptStatesTest: States {
    private let proof = Evidenced(decision: "d", recordedAt: now, name: "a.1.evidence", text: "proof")

    private func receipt(_ state: Decided, _ verb: Verb = .approve) -> ReceiptPresenter {
        phone.entries = [entry("d", state, request: "1", verb: verb)]
        return ReceiptPresenter(phone: phone, decision: "d", device: stage.device, scope: stage.scope, go: stage.go)
    }

    /// The same, of a request that is not on this phone any more.
    private func alone(_ state: Decided, _ verb: Verb = .approve) -> ReceiptPresenter {
        phone.unknown = ["1"]
        return receipt(state, verb)
    }

    private func finished() -> ReceiptPresenter {
        phone.steps = stepsDone()
        return receipt(recorded)
    }

    private func shared(_ verdict: Verdict) async {
        phone.keeps = { [proof] in
            Kept(request: $0, name: "a.signed.pdf", document: Data([7]), evidence: [proof, proof], verdict: verdict)
        }
        let receipt = finished()
        await receipt.on(.share, stage)
        reached(receipt.state, receiptStates)
    }

    func testRecorded() async { reached(alone(recorded).state, receiptStates) }

    func testFinished() async { reached(finished().state, receiptStates) }

    func testFetching() async {
        let receipt = finished()
        receipt.on(.share)
        reached(receipt.state, receiptStates)
    }

    func testShared() async { await shared(.valid) }

    func testSharedUndetermined() async { await shared(.undetermined) }

    func testNotShared() async {
        phone.keeps = { _ in throw PhoneError.Kept(detail: "a signature on the file does not hold") }
        let receipt = finished()
        await receipt.on(.share, stage)
        reached(receipt.state, receiptStates)
    }

    func testRefused() async {
        reached(alone(.refused(why: .certificateNotValid, receipt: TrienKitTests.receipt)).state, receiptStates)
    }

    func testUnsent() async { reached(alone(waiting, .return).state, receiptStates) }

    func testSending() async {
        let receipt = alone(waiting, .return)
        receipt.on(.sendAgain)
        reached(receipt.state, receiptStates)
    }

    func testFailed() async {
        phone.refuses = .WrongServerKey(server: "https://ky.example.vn")
        let receipt = alone(waiting, .return)
        await receipt.on(.sendAgain, stage)
        reached(receipt.state, receiptStates)
    }

    func testMissing() async {
        let receipt = ReceiptPresenter(phone: phone, decision: "x", device: stage.device, scope: stage.scope, go: stage.go)
        reached(receipt.state, receiptStates)
    }
}
