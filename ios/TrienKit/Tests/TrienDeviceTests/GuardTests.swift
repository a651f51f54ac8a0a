import TrienCore
import XCTest

@testable import TrienDevice

final class GuardTests: XCTestCase {
    func testTheApprovalKeyAsksItsPersonAndEndsWithTheirFingersAndThePasscode() {
        let approval = Guard(of: .approval, answers: .biometry)
        XCTAssertEqual(approval.protection, .whenPasscodeSetThisDeviceOnly)
        XCTAssertEqual(approval.flags, [.privateKeyUsage, .biometryCurrentSet])
    }

    func testThePasscodeOpensTheApprovalKeyOnlyWhereTheOfficeSaysSo() {
        let approval = Guard(of: .approval, answers: .biometryOrPasscode)
        XCTAssertEqual(approval.protection, .whenPasscodeSetThisDeviceOnly)
        XCTAssertEqual(approval.flags, [.privateKeyUsage, .biometryCurrentSet, .or, .devicePasscode])
        // The chip refuses to make a key for a finger or a face that nobody has enrolled.
        XCTAssertEqual(Guard(of: .approval, answers: .passcode).flags, [.privateKeyUsage, .devicePasscode])
        for answers in Guard.Answers.allCases { XCTAssertEqual(Guard(of: .auth, answers: answers), Guard(of: .auth, answers: .biometry)) }
    }

    func testTheSilentKeyAsksNobodyAndWorksOnlyAfterAnUnlocking() {
        let silent = Guard(of: .auth, answers: .biometry)
        XCTAssertEqual(silent.protection, .afterFirstUnlockThisDeviceOnly)
        XCTAssertEqual(silent.flags, [.privateKeyUsage])
    }

    // Apple's constants are not on Linux: that each wish is told by its own name is seen in the source.
    func testEachWishIsToldToTheChipByItsOwnName() throws {
        let keys = URL(fileURLWithPath: #filePath).appending(path: "../../../Sources/TrienDevice/SecureEnclaveKeys.swift").standardized
        let source = try String(contentsOf: keys, encoding: .utf8)
        let flags = Guard.Flag.allCases.map(\.rawValue).map { "case .\($0): .\($0)\n" }
        let protections = Guard.Protection.allCases.map(\.rawValue).map {
            "case .\($0): kSecAttrAccessible\($0.prefix(1).uppercased())\($0.dropFirst())\n"
        }
        for line in flags + protections { XCTAssert(source.contains(line), line) }
    }
}
