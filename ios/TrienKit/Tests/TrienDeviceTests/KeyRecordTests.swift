import TrienCore
import XCTest

@testable import TrienDevice

final class KeyRecordTests: XCTestCase {
    private let sealed = Data([1, 2, 3])
    private let face = Data([7])

    func testWhatIsKeptOfAKeyIsReadAsItWasWritten() throws {
        for policy in [PromptPolicy.perUse, .session(seconds: 60, signatures: 50)] {
            let record = KeyRecord(sealed: sealed, policy: policy, biometry: face)
            let read = try KeyRecord(bytes: try record.bytes())
            XCTAssertEqual(read, record)
            XCTAssertEqual(read.policy, policy)
        }
    }

    func testThatAPasscodeOpensAKeyIsKeptAndAKeyOfBeforeTakesNone() throws {
        for answers in [Guard.Answers.biometryOrPasscode, .passcode] {
            let record = KeyRecord(sealed: sealed, policy: .perUse, biometry: nil, answers: answers)
            XCTAssertEqual(try KeyRecord(bytes: try record.bytes()).answers, answers)
            XCTAssertTrue(record.takesPasscode)
        }
        let before = KeyRecord(sealed: sealed, policy: .perUse, biometry: face)
        XCTAssertFalse(String(decoding: try before.bytes(), as: UTF8.self).contains("answered"), "as it was written before")
        XCTAssertFalse(try KeyRecord(bytes: try before.bytes()).takesPasscode)
    }

    func testWhatIsNoRecordIsRefused() {
        for bytes in [Data(), Data([0]), Data("bplist00".utf8)] {
            XCTAssertThrowsError(try KeyRecord(bytes: bytes))
        }
    }

    func testAKeyEndsWithAnotherFaceAndNotBefore() {
        let record = KeyRecord(sealed: sealed, policy: .perUse, biometry: face)
        XCTAssertFalse(record.isEnded(by: face))
        XCTAssertTrue(record.isEnded(by: Data([8])))
        // Not known, as while biometrics are locked: then the chip answers.
        XCTAssertFalse(record.isEnded(by: nil))
    }

    func testAKeyThatAsksNobodyKnowsNoFace() {
        let record = KeyRecord(sealed: sealed, policy: .perUse, biometry: nil)
        XCTAssertFalse(record.isEnded(by: face))
    }

    func testNoTwoKeysHaveOneName() {
        let names = [KeySet.device, .practice].flatMap { set in [KeyRole.auth, .approval].map(set.name) }
        XCTAssertEqual(Set(names).count, 4)
    }
}
