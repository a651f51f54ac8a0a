import TrienCore
import XCTest

@testable import TrienDevice

final class GuardTests: XCTestCase {
    func testTheApprovalKeyAsksItsPersonAndEndsWithTheirFingersAndThePasscode() {
        let approval = Guard(of: .approval)
        XCTAssertEqual(approval.protection, .whenPasscodeSetThisDeviceOnly)
        XCTAssertEqual(approval.flags, [.privateKeyUsage, .biometryCurrentSet])
    }

    func testTheSilentKeyAsksNobodyAndWorksOnlyAfterAnUnlocking() {
        let silent = Guard(of: .auth)
        XCTAssertEqual(silent.protection, .afterFirstUnlockThisDeviceOnly)
        XCTAssertEqual(silent.flags, [.privateKeyUsage])
    }
}
