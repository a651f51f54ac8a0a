import Scenery
import TestKeys
import TrienCore
import XCTest

/// What a phone does before it knows any office.
@MainActor
final class PhoneAloneTest: XCTestCase {
    private var folders: [URL] = []

    override func tearDown() async throws {
        for folder in folders { try FileManager.default.removeItem(at: folder) }
    }

    func testALinkThatIsNoInvitationIsRefusedWithItsOwnError() async throws {
        let phone = try await started(in: folder())
        let wrong = try await refused { _ = try await phone.beginEnrollment(link: "https://example.vn/e") }
        guard case .Invitation = wrong else { return XCTFail("\(wrong)") }
        let early = try await refused { _ = try await phone.sync() }
        guard case .NotEnrolled = early else { return XCTFail("\(early)") }
        XCTAssertEqual(phone.state(), .notEnrolled)
    }

    func testOneFolderIsOnePhone() async throws {
        let folder = try folder()
        let phone = try await started(in: folder)
        let error = try await refused { _ = try await started(in: folder) }
        guard case .Storage(.InUse) = error else { return XCTFail("\(error)") }
        withExtendedLifetime(phone) {}
    }

    func testAnAppWithoutANameIsRefused() async throws {
        let setup = Setup(folder: try folder().path, app: "", model: "Linux", language: .english)
        let error = try await refused { _ = try await Phone.start(setup: setup, keys: TestKeyStore(), secrets: TestSecretStore()) }
        guard case .Argument("app", _) = error else { return XCTFail("\(error)") }
    }

    private func folder() throws -> URL {
        let folder = try newFolder(in: FileManager.default.temporaryDirectory, "trien-phone")
        folders.append(folder)
        return folder
    }
}

/// A phone of its own, without an app.
func started(in folder: URL, keys: TestKeyStore = TestKeyStore(), secrets: TestSecretStore? = nil) async throws -> Phone {
    let setup = Setup(folder: folder.path, app: "Trien Swift test 0.1", model: "Linux", language: .vietnamese)
    return try await Phone.start(setup: setup, keys: keys, secrets: secrets ?? TestSecretStore())
}

/// What the core says when it refuses.
@MainActor
func refused(_ what: @MainActor () async throws -> Void) async throws -> PhoneError {
    do {
        try await what()
    } catch let error as PhoneError {
        return error
    }
    throw Fault("it was not refused")
}
