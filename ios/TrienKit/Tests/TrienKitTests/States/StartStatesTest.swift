import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class StartStatesTest: States {
    private var refuses: PhoneError?
    private var begunAnew = 0

    private func start() -> StartPresenter {
        StartPresenter { [self] in
            if let refuses { throw refuses }
            return Companion(phone: phone, device: stage.device, waking: wakingOf(phone), scope: stage.scope)
        } anew: { [self] in
            begunAnew += 1
            refuses = nil
        }
    }

    private func refused(_ why: StorageError, _ remedy: Remedy) async {
        refuses = .Storage(source: why)
        let start = start()
        await start.open()
        reached(start.failure, startStates)
        XCTAssertNil(start.companion)
        XCTAssertEqual(remedy, start.failure?.remedy)
        if remedy != .enrollAgain { refuses = nil }
        await start.mend(remedy)
        XCTAssertNotNil(start.companion)
        XCTAssertNil(start.failure)
        XCTAssertEqual(remedy == .enrollAgain ? 1 : 0, begunAnew)
    }

    func testOpening() async { reached(start().failure, startStates) }

    func testKeyLost() async { await refused(.KeyLost(folder: "phone"), .enrollAgain) }

    func testDamaged() async { await refused(.Damaged(file: "state.sealed", detail: "the seal does not hold"), .tryAgain) }

    func testOtherRelease() async { await refused(.OtherFormat(folder: "state.sealed"), .goBack) }

    func testDiskFull() async { await refused(.Full(file: "state.sealed"), .tryAgain) }
}

@MainActor
final class ScanStatesTest: States {
    private func scan(isAllowed: Bool = true, isOpen: Bool? = nil) -> ScanPresenter {
        let scan = ScanPresenter()
        scan.answered(isAllowed: isAllowed)
        if let isOpen { scan.opened(isOpen: isOpen) }
        return scan
    }

    func testAsked() async { reached(ScanPresenter().camera, scanStates) }

    func testLooking() async {
        XCTAssertEqual(.asked, scan().camera, "it does not look before it is open")
        reached(scan(isOpen: true).camera, scanStates)
    }

    func testRefused() async { reached(scan(isAllowed: false).camera, scanStates) }

    func testMissing() async { reached(scan(isOpen: false).camera, scanStates) }
}
