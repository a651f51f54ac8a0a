import Foundation
import TrienCore
import TrienScreens
import XCTest

@testable import TrienKit

@MainActor
final class StartStatesTest: States {
    private var refuses: (any Error)?
    private var begunAnew = 0

    private func start() -> StartPresenter {
        StartPresenter(device: stage.device, now: { now }, screens: { [self] in try opened() }, anew: { [self] in beginAnew() })
    }

    private func opened() throws -> Companion {
        if let refuses { throw refuses }
        return Companion(phone: phone, device: stage.device, waking: wakingOf(phone), scope: stage.scope)
    }

    private func beginAnew() {
        begunAnew += 1
        refuses = nil
    }

    /// What it says, and that it opens by what it offers; `told` is what the person reads to whoever helps.
    private func refused(_ why: any Error, _ remedy: Remedy = .tryAgain, told: String) async throws {
        refuses = why
        let start = start()
        await start.on(.open)
        reached(start.state, startStates)
        XCTAssertNil(start.companion)
        guard case .refused(let failure, let facts) = start.state else { throw Unexpected(start.state) }
        XCTAssertEqual(remedy, failure.remedy)
        XCTAssertEqual(["Trien test", "Linux", "08:41 22/11/2026", told], facts.map(\.value))
        if remedy != .enrollAgain { refuses = nil }
        await start.on(.mend(remedy: remedy))
        XCTAssertNotNil(start.companion)
        XCTAssertEqual(remedy == .enrollAgain ? 1 : 0, begunAnew)
    }

    func testOpening() async { reached(start().state, startStates) }

    func testKeyLost() async throws {
        let lost = PhoneError.Storage(source: .KeyLost(folder: "/var/mobile/Containers/Data/Application/1/Library/phone"))
        try await refused(lost, .enrollAgain, told: "key-lost – the key of phone is lost")
    }

    func testDamaged() async throws {
        let damaged = PhoneError.Storage(source: .Damaged(file: "phone/state.sealed", detail: "the seal does not hold"))
        try await refused(damaged, told: "files – state.sealed is damaged: the seal does not hold")
    }

    func testOtherRelease() async throws {
        let other = PhoneError.Storage(source: .OtherFormat(folder: "phone"))
        try await refused(other, told: "other-release – phone was made by another release")
    }

    func testDiskFull() async throws {
        try await refused(PhoneError.Storage(source: .Full(file: "phone/state.sealed")), told: "disk-full – state.sealed was not written")
        try await refused(CocoaError(.fileWriteOutOfSpace), told: "disk-full – phone was not written")
    }

    func testSecrets() async throws {
        try await refused(PhoneError.Secrets(source: .Unavailable(detail: "locked")), told: "secrets – locked")
        try await refused(SecretStoreError.Unavailable(detail: "the keychain: -25300"), told: "secrets – the keychain: -25300")
    }

    func testDefect() async throws {
        try await refused(NotAsked(), told: "defect – NotAsked()")
    }
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
