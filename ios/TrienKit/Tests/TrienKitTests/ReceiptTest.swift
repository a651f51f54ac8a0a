import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class ReceiptTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }

    private func receipt(_ decision: String = "d-1") -> ReceiptPresenter {
        ReceiptPresenter(phone: phone, decision: decision, device: stage.device, scope: stage.scope, go: stage.go)
    }

    func testWhatTheCoreVerifiedIsHandedOnWithItsProofsAndNothingElseIs() async {
        phone.entries = [entry("d-1", recorded), entry("d-2", waiting)]
        let receipt = receipt()
        XCTAssertEqual(.offered, receipt.state.keeping)
        receipt.on(.share)
        XCTAssertEqual(.fetching, receipt.state.keeping)
        await stage.settle()
        XCTAssertEqual(.failed(Failure(what: words("app-failure-not-finished"), remedy: .sync)), receipt.state.keeping)
        XCTAssertEqual([], stage.device.handed)
        let proof = Evidenced(decision: "d-1", recordedAt: now, name: "a.1.evidence", text: "proof")
        phone.keeps = { Kept(request: $0, name: "a.signed.pdf", document: Data([7]), evidence: [proof], verdict: .valid) }
        await receipt.on(.share, stage)
        XCTAssertEqual(.handed(verdict: .valid, files: ["a.signed.pdf", "a.1.evidence"]), receipt.state.keeping)
        XCTAssertEqual([Data([7]), Data("proof".utf8)], stage.device.handed.map(\.bytes))
        XCTAssertEqual(.nothing, self.receipt("d-2").state.keeping, "not recorded yet")
        phone.ended = .rejected
        XCTAssertEqual(.nothing, self.receipt().state.keeping, "not signed by all")
    }

    func testAPhoneThatCannotHandFilesOnSaysSo() async {
        phone.entries = [entry("d-1", recorded)]
        phone.keeps = { Kept(request: $0, name: "a.signed.pdf", document: Data([7]), evidence: [], verdict: .valid) }
        stage.device.handing = .refused
        let receipt = receipt()
        await receipt.on(.share, stage)
        XCTAssertEqual(.failed(Failure(what: words("app-failure-share"), remedy: .tryAgain)), receipt.state.keeping)
    }

    func testAReceiptSaysWhereTheDecisionStandsAndWhatBecameOfTheRequest() async {
        phone.entries = [entry("d-1", recorded), entry("d-3", overtaken), entry("d-2", waiting)]
        XCTAssertEqual(.recorded(at: "08:41", proof: TrienKitTests.receipt.proof), receipt().state.standing)
        XCTAssertEqual(words("app-end-completed"), receipt().state.end)
        XCTAssertEqual(1, receipt().state.route.count)
        XCTAssertEqual(
            .refused(why: problemTitle(.overtaken), what: problemDetail(.overtaken), proof: TrienKitTests.receipt.proof),
            receipt("d-3").state.standing)
        XCTAssertEqual(.missing, receipt("d-9").state.standing)
    }

    func testADecisionThatWasRefusedLeadsToTheDocumentAsItStandsNow() async {
        phone.entries = [entry("d-1", overtaken, request: "1")]
        let receipt = receipt()
        receipt.on(.lookAgain)
        XCTAssertEqual([.document(request: "1")], stage.went)
    }

    func testWhatFailedOfAReceiptIsMendedWhereItStands() async {
        phone.entries = [entry("d-1", recorded)]
        let receipt = receipt()
        await receipt.on(.share, stage)
        receipt.on(.mend(remedy: .sync))
        XCTAssertEqual([.inbox], stage.went)
        await receipt.on(.mend(remedy: .tryAgain), stage)
        phone.entries = [entry("d-1", waiting)]
        await self.receipt().on(.mend(remedy: .tryAgain), stage)
        XCTAssertEqual(["flush"], phone.asked.suffix(1))
    }

    func testWhatWasNotSentIsSentAgain() async {
        phone.entries = [entry("d-2", waiting)]
        let receipt = receipt("d-2")
        XCTAssertEqual(.unsent(detail: "no answer yet"), receipt.state.standing)
        phone.refuses = offline
        receipt.on(.sendAgain)
        XCTAssertEqual(.sending, receipt.state.standing)
        await stage.settle()
        XCTAssertEqual(.failed(failureOf(offline)), receipt.state.standing)
        phone.refuses = nil
        phone.entries = [entry("d-2", recorded)]
        await receipt.on(.sendAgain, stage)
        XCTAssertEqual(.recorded(at: "08:41", proof: TrienKitTests.receipt.proof), receipt.state.standing)
        receipt.on(.back)
        XCTAssertEqual([.back], stage.went)
    }
}
