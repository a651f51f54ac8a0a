import Scenery
import TestKeys
import TrienCore
import XCTest

/// One office, and a phone per test: the life of a device as the app will drive it.
@MainActor
final class PhoneTest: XCTestCase {
    private static var shared: Office?

    private var office: Office {
        get throws {
            if let office = Self.shared { return office }
            let office = try Office()
            Self.shared = office
            return office
        }
    }

    override nonisolated class func tearDown() {
        MainActor.assumeIsolated {
            do {
                try shared?.close()
            } catch {
                XCTFail("\(error)")
            }
            shared = nil
        }
    }

    func testALeaderEnrollsReadsApprovesAndHoldsAReceipt() async throws {
        let prompts = Prompts()
        let phone = try await enrolled("Trần Minh Khuê", prompts.person)
        prompts.forget()
        let stamp = ["--stamp", "2:345.83,369.99,532.91,446.53", "--image", Places.signature.path]
        let request = try office.submit(Places.sample, signer: "Trần Minh Khuê", subject: "Thí điểm ký số", stamp)

        _ = try await phone.sync()
        let item = try found(phone.inbox().first)
        XCTAssertEqual(item.request, request)
        XCTAssertEqual(item.metadata.subject, "Thí điểm ký số")

        let original = try Data(contentsOf: Places.sample)
        let opened = try await phone.openRequest(request: request)
        XCTAssertEqual(opened.documents.map(\.size), [UInt64(original.count)])
        XCTAssertEqual(opened.pages.count, 2)
        let plain = try await phone.pagePng(request: request, page: 1, width: 1080, view: .plain)

        let sheet = try await phone.sheet(request: request)
        let stamped = try await phone.pagePng(request: request, page: 1, width: 1080, view: .stamped)
        XCTAssertEqual(sheet.signing?.stamp?.page, 1)
        XCTAssertNotEqual(plain, stamped, "the stamp shows before it is signed")

        guard case .recorded(let receipt) = try await phone.approve(sheet: sheet.id) else { return XCTFail("not recorded") }
        XCTAssertEqual(prompts.all.count, 1, "one approval, one prompt")
        XCTAssertTrue(receipt.proof.hasPrefix("c2sp.org/tlog-proof@v1"))
        XCTAssertEqual(phone.outbox().map(\.decision), [receipt.decision])

        let signed = try office.download(request)
        XCTAssertTrue(signed.count > original.count && signed.starts(with: original))
        _ = try await phone.sync()
        XCTAssertEqual(phone.inbox().count, 0)
    }

    func testARejectionNeedsAReasonAndEndsTheRequest() async throws {
        let phone = try await enrolled("Lê Thu Hà")
        let request = try await opened("Lê Thu Hà", "Thiếu hồ sơ", on: phone)

        let error = try await refused { _ = try await phone.reject(request: request, reason: "  ") }
        guard case .Reason = error else { return XCTFail("\(error)") }
        let reason = "Thiếu dự toán kinh phí"
        guard case .recorded = try await phone.reject(request: request, reason: reason) else { return XCTFail("not recorded") }
        XCTAssertTrue(try office.show(request).contains(reason))
        let again = try await refused { _ = try await phone.reject(request: request, reason: reason) }
        guard case .AlreadyDecided = again else { return XCTFail("\(again)") }
    }

    func testAPromptThatThePersonDismissesDecidesNothingAndCanBeAskedAgain() async throws {
        // The first prompt is that of the enrollment.
        let prompts = Guarded(["enroll", "dismissed"])
        let person = Person { _ in
            if prompts.with({ $0.isEmpty ? nil : $0.removeFirst() }) == "dismissed" { throw KeySignerError.Cancelled }
        }
        let phone = try await enrolled("Phạm Văn Sơn", person)
        let request = try await opened("Phạm Văn Sơn", "Kế hoạch tuần", on: phone)

        let error = try await refused { _ = try await phone.approve(sheet: phone.sheet(request: request).id) }
        guard case .Signer(.Cancelled) = error else { return XCTFail("\(error)") }
        XCTAssertEqual(phone.outbox().count, 0)
        guard case .recorded = try await phone.approve(sheet: phone.sheet(request: request).id) else { return XCTFail("not recorded") }
    }

    func testAnErrorThatTheAppDidNotForeseeBecomesOneOfTheCoreAndNotACrash() async throws {
        let person = Person { prompt in
            if !prompt.isEmpty && !prompt.contains("Đăng ký") { throw Fault("the driver is gone") }
        }
        let phone = try await enrolled("Đỗ Thị Mai", person)
        let request = try await opened("Đỗ Thị Mai", "Thông báo", on: phone)

        let error = try await refused { _ = try await phone.approve(sheet: phone.sheet(request: request).id) }
        guard case .Signer(.Unavailable(let detail)) = error else { return XCTFail("\(error)") }
        XCTAssertTrue(detail.contains("the driver is gone"), detail)
    }

    func testWhatWasSignedWhileTheServerWasAwayIsSentLaterAsItWas() async throws {
        let phone = try await enrolled("Vũ Hoàng Nam")
        let request = try await opened("Vũ Hoàng Nam", "Giấy mời họp", on: phone)
        let sheet = try await phone.sheet(request: request)
        try await office.whileClosed {
            guard case .waiting = try await phone.approve(sheet: sheet.id) else { return XCTFail("not waiting") }
        }
        let waiting = try found(phone.outbox().first)
        let sent = try found(await phone.flush().first)
        guard case .recorded = sent.state else { return XCTFail("\(sent.state)") }
        XCTAssertEqual(sent.decision, waiting.decision)
        XCTAssertEqual(sent.signedAt, sheet.signedAt)
    }

    func testASuspendedDeviceIsToldWithProofThatItsDecisionWasRefused() async throws {
        let phone = try await enrolled("Bùi Ngọc Anh")
        let request = try await opened("Bùi Ngọc Anh", "Công văn", on: phone)
        let sheet = try await phone.sheet(request: request)
        guard case .enrolled(let profile) = phone.state() else { return XCTFail("not enrolled") }
        try office.suspend(profile.device)

        guard case .refused(.deviceSuspended, _) = try await phone.approve(sheet: sheet.id) else { return XCTFail("not refused") }
        let error = try await refused { _ = try await phone.sync() }
        guard case .Problem(.deviceSuspended, _, _, _) = error else { return XCTFail("\(error)") }
    }

    private func opened(_ signer: String, _ subject: String, on phone: Phone) async throws -> String {
        let request = try office.submit(Places.sample, signer: signer, subject: subject)
        _ = try await phone.sync()
        _ = try await phone.openRequest(request: request)
        return request
    }

    private func enrolled(_ name: String, _ person: Person = .confirms) async throws -> Phone {
        let secrets = try TestSecretStore()
        let phone = try await started(in: newFolder(in: office.folder, "phone"), keys: TestKeyStore(person: person), secrets: secrets)
        let preview = try await phone.beginEnrollment(link: office.invite(name))
        XCTAssertEqual(preview.person.name, name)
        let code = try await phone.sendKeys()
        XCTAssertEqual(secrets.names, ["invitation", "data-key"])
        let before = try await phone.enrollmentStatus()
        XCTAssertEqual(before, .pending)
        try office.approve(code)
        guard case .active = try await phone.enrollmentStatus() else { throw Fault("the phone may not sign") }
        XCTAssertEqual(secrets.names, ["data-key"])
        return phone
    }
}
