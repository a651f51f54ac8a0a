import Scenery
import TrienCore
import TrienKit
import XCTest

/// The system ends an app as it likes: here a process of its own, by SIGKILL.
final class KilledTest: Telling {
    func testKilledBeforeSending() async throws {
        try tells("killed-before-sending", "an app that is killed between signing and sending sends what was signed, once")
        let request = try await killed(.heldUp, "Lý Thường Kiệt") { try recordedNothing($0) }
        try recordedOnce(request)
    }

    func testKilledBeforeTheAnswer() async throws {
        try tells("killed-before-the-answer", "an app that is killed before the answer came learns it later, and nothing stands twice")
        let request = try await killed(.answerHeldUp, "Trần Nhật Duật") { try recordedOnce($0) }
        try recordedOnce(request)
    }

    /// Kills the app in the middle of its sending, and starts it again; gives the request.
    private func killed(_ mishap: Mishap, _ name: String, meanwhile: (String) throws -> Void) async throws -> String {
        let folder = try newFolder(in: office.folder, "killed")
        let first = try await Handset(folder: folder)
        try await first.enroll(at: office, office.invite(name))
        try await first.close()
        let request = try submitted(name, "Tờ trình")
        let sending = try office.road.next(Asked.decision, mishap)
        let log = folder.appendingPathComponent("app.log")
        let words = [Places.handset, folder.path, request]
        let app = try Command(words, environment: ProcessInfo.processInfo.environment, folder: folder, output: log, errors: log)
        defer { app.kill() }
        try await sending.wait()
        app.kill()
        XCTAssertEqual(try app.wait(), .signal(SIGKILL), (try? String(contentsOf: log, encoding: .utf8)) ?? "")
        try meanwhile(request)

        let handset = ending(try await Handset(folder: folder))
        XCTAssertEqual(handset.phone.outbox().count, 1, "what was signed is on disk")
        let inbox = try await handset.home()
        XCTAssertNotNil(inbox.sync.doneAt, "\(inbox.sync)")
        XCTAssertEqual([inbox.unsent, inbox.waiting], [0, 0])
        return request
    }
}
