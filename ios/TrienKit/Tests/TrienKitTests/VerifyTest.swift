import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class VerifyTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }
    private let file = Picked(name: "a.pdf", bytes: Data([1]))

    private func verify(_ file: Picked? = nil) -> VerifyPresenter {
        VerifyPresenter(phone: phone, file: file, scope: stage.scope, go: stage.go)
    }

    func testAFileThatIsChosenIsJudgedWithTheReasonsAgainstIt() async throws {
        phone.judges = { undetermined() }
        let verify = verify()
        XCTAssertEqual(.choose, verify.state)
        verify.on(.chosen(file: file))
        XCTAssertEqual(.working(name: "a.pdf"), verify.state)
        await stage.settle()
        guard case .judged(let judged) = verify.state else { throw Unexpected(verify.state) }
        XCTAssertEqual(.undetermined, judged.verdict)
        XCTAssertEqual([], judged.why)
        XCTAssertEqual([words("pdf-finding-signed-before", ["count": 1])], judged.notes)
        XCTAssertEqual([[words("app-verify-no-trusted-issuer"), words("verify-chain-unknown")]], judged.signatures.map(\.why))
        XCTAssertEqual(.no, judged.changed)
        verify.on(.again)
        XCTAssertEqual(.choose, verify.state)
        verify.on(.back)
        XCTAssertEqual([.back], stage.went)
    }

    func testWhatWasChangedAfterASignatureIsSaidOnceAndCanBeCompared() async throws {
        phone.judges = {
            var answer = undetermined(changes: ["page-content", "page-content", "annotation"])
            answer.document = .failed
            answer.documentReason = "changed"
            return answer
        }
        let verify = verify(file)
        await stage.settle()
        guard case .judged(let judged) = verify.state else { throw Unexpected(verify.state) }
        XCTAssertEqual(.yes, judged.changed)
        XCTAssertEqual([words("verify-changed")], judged.why)
        XCTAssertEqual(
            [
                words("app-verify-no-trusted-issuer"), words("verify-chain-unknown"), words("verify-change-page-content"),
                words("verify-change-annotation"),
            ],
            judged.signatures[0].why)
        verify.on(.compare)
        XCTAssertEqual([.changes(what: .ofFile(file: file))], stage.went)
    }

    func testAFileThatCannotBeJudgedSaysWhy() async {
        phone.refuses = .Document(detail: "no PDF")
        let verify = verify(file)
        await stage.settle()
        XCTAssertEqual(.failed(failureOf(PhoneError.Document(detail: "no PDF"))), verify.state)
    }
}
