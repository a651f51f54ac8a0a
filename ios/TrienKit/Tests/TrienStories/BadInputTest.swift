import Scenery
import TrienCore
import TrienKit
import XCTest

/// What reaches a phone that was never meant for it, or in no good state.
final class BadInputTest: Telling {
    private static let huge = 51 * 1024 * 1024

    // Where a code is read by the system, the story begins with the text in it.
    func testOtherCode() async throws {
        try tells("other-code", "the code of another app enrolls nothing and says so")
        let handset = try await handset()
        let others = [
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", "WIFI:S:van-phong;T:WPA;P:x;;", "https://example.vn/e#v1.AAAA", "8934000000001",
        ]
        for text in others {
            try handset.at(EnrollmentPresenter.self).on(.scanned(text: text))
            let failure = try await handset.enrollmentFailure()
            try assertSays(failure, "không phải liên kết mời của Triện")
            XCTAssertNotNil(try handset.at(EnrollmentPresenter.self).state.step.link)
        }
        try await handset.enroll(at: office, office.invite("Mạc Đĩnh Chi"))
        let inbox = try await handset.home()
        XCTAssertEqual(inbox.waiting, 0)
    }

    func testInvitationEnded() async throws {
        try tells("invitation-ended", "an invitation whose time is over enrolls nothing, and another one does")
        let office = ending(try Office(clock: "-40d"))
        let late = try office.invite("Chu Văn An")
        try office.moveClock(by: nil)
        let handset = try await handset(of: office)
        try handset.at(EnrollmentPresenter.self).on(.scanned(text: late))
        let failure = try await handset.enrollmentFailure()
        try assertSays(failure, "mời")
        XCTAssertEqual(failure.remedy, .enrollAgain)
        try handset.at(EnrollmentPresenter.self).on(.mend(remedy: .enrollAgain))
        let link = try await handset.step(\.link)
        XCTAssertEqual(link, "")
        try await handset.enroll(at: office, office.invite("Chu Thị An"))
    }

    func testBrokenDocument() async throws {
        try tells("broken-document", "a document that is broken, huge or damaged on its way is never signed")
        let handset = try await enrolled("Lương Thế Vinh")
        let sample = try Data(contentsOf: Places.sample)
        let broken = try written("broken.pdf", sample.prefix(20_000))
        let huge = try written("huge.pdf", sample + Data(count: Self.huge))
        XCTAssertFalse(try office.refuses(broken, signer: "Lương Thế Vinh").isEmpty)
        let tooLarge = try office.refuses(huge, signer: "Lương Thế Vinh")
        XCTAssertTrue(tooLarge.contains("\(50 * 1024 * 1024)"), tooLarge)
        let before = try await handset.home()
        XCTAssertEqual(before.waiting, 0)

        let request = try submitted("Lương Thế Vinh", "Đề án")
        try await handset.home()
        let damaged = try office.road.next(Asked.document, .answerDamaged)
        let failure = try found(await handset.open(request).failure)
        try await damaged.wait()
        try assertSays(failure, "không đúng văn bản")
        XCTAssertEqual(failure.remedy, .tryAgain)
        try handset.at(DocumentPresenter.self).on(.mend(remedy: .tryAgain))
        try found(await handset.opened().open)
        try found(await handset.sheet().lines)
        let signed = try await handset.confirm()
        XCTAssertTrue(signed.isSigned, "\(signed)")
        try recordedOnce(request)
    }

    func testForeignFile() async throws {
        try tells("foreign-file", "a file that another app hands over is judged or refused in words, whatever it is")
        let handset = try await enrolled("Lê Quý Đôn")
        let request = try submitted("Lê Quý Đôn", "Vân đài")
        try await handset.home()
        let answer = try await handset.sign(request)
        XCTAssertTrue(answer.isSigned, "\(answer)")
        let signed = try office.download(request)

        let sound = try await judged(handset, signed)
        XCTAssertEqual(sound.judged?.verdict, .valid, "\(sound)")
        var changed = signed
        changed[changed.count / 4] &+= 1
        for bytes in [changed, signed.prefix(signed.count / 2), Data(), Data("không phải PDF".utf8)] {
            let judged = try found(await judged(handset, bytes).judged)
            XCTAssertNotEqual(judged.verdict, .valid, "\(judged)")
            let reasons = judged.why + judged.notes + judged.signatures.flatMap(\.why)
            XCTAssertFalse(reasons.isEmpty)
            for reason in reasons { _ = try said(reason) }
        }
        let failure = try found(await judged(handset, Data(count: 3 * Self.huge)).failure)
        try assertSays(failure, "lớn")
        let inbox = try await handset.home()
        XCTAssertEqual(inbox.waiting, 0)
    }

    private func judged(_ handset: Handset, _ bytes: Data) async throws -> VerifyState {
        handset.app.go(.verify(file: nil))
        let verify = try handset.at(VerifyPresenter.self)
        verify.on(.chosen(file: Picked(name: "tep.pdf", bytes: bytes)))
        return try await verify.until { $0.judged != nil || $0.failure != nil }
    }

    private func written(_ name: String, _ bytes: Data) throws -> URL {
        let file = try office.folder.appendingPathComponent(name)
        try bytes.write(to: file)
        return file
    }
}
