import TrienCore
import XCTest

@testable import TrienKit

/// What one test plays on: a phone and a device as scripts, and time that stands still.
///
/// All tests of presenters are `async`, also those that wait for nothing: XCTest on Linux calls others outside of the main actor.
@MainActor
final class Stage {
    let phone = FakePhone()
    let device = FakeDevice()
    let time = TestTime()
    private(set) lazy var scope = Scope(time: time)
    private(set) lazy var session = Session(phone: phone)
    private(set) var went: [Place] = []

    init() {
        // Nothing happens at the server, for as long as a test does not say so.
        phone.news = { [time] in
            try await time.sleep(for: .seconds(1_000_000))
            return nil
        }
    }

    var go: @MainActor (Place) -> Void { { [self] in went.append($0) } }

    /// Waits until everything that was begun has ended, or waits for the time to go on. Where something waits for more than that, `isDone`
    /// says when it has come.
    func settle(file: StaticString = #filePath, line: UInt = #line, isDone: () -> Bool = { true }) async {
        let end = ContinuousClock.now + .seconds(60)
        while scope.running != time.sleeping || !isDone() {
            if ContinuousClock.now > end { return XCTFail("something neither ends nor waits", file: file, line: line) }
            try? await Task.sleep(for: .microseconds(100))
        }
    }

    /// Lets time go on; what is due within comes in its order.
    func pass(_ duration: Duration, file: StaticString = #filePath, line: UInt = #line) async {
        let end = time.now.advanced(by: duration)
        await settle(file: file, line: line)
        while time.goOn(to: end) { await settle(file: file, line: line) }
    }
}

extension Stage {
    func inbox(notifications: @escaping @MainActor () -> Notifications = { .push }, synced: @escaping @MainActor () async -> Void = {})
        async -> InboxPresenter
    {
        let inbox = InboxPresenter(phone: phone, session: session, scope: scope, go: go, notifications: notifications, synced: synced)
        await settle()
        return inbox
    }

    func document(_ request: String = "1") async -> DocumentPresenter {
        let document = DocumentPresenter(phone: phone, session: session, request: request, scope: scope, go: go)
        await settle()
        return document
    }

    func sign(_ request: String = "1", certificate: CertificateFacts? = nil, first: Look = .lines) async -> SignPresenter {
        let sign = SignPresenter(
            phone: phone, session: session, certificate: certificate, request: request, scope: scope, go: go, first: first)
        await settle()
        return sign
    }

    func delegate() async -> DelegatePresenter {
        let delegate = DelegatePresenter(phone: phone, scope: scope, go: go)
        await settle()
        return delegate
    }

    func delegations() async -> DelegationsPresenter {
        let delegations = DelegationsPresenter(phone: phone, scope: scope, go: go)
        await settle()
        return delegations
    }

    /// Beside the second of three pages.
    func comments() async -> CommentsPresenter {
        let comments = CommentsPresenter(phone: phone, request: "1", page: 2, pages: 3, scope: scope, go: go)
        await settle()
        return comments
    }

    func refuse(_ verb: Refusal) async -> RefusePresenter {
        let refuse = RefusePresenter(
            phone: phone, session: session, texts: Texts(language: .vietnamese), request: "1", verb: verb, scope: scope, go: go)
        await settle()
        return refuse
    }
}

extension Presenter {
    /// Does something and waits for what comes of it.
    func on(_ event: Event, _ stage: Stage) async {
        on(event)
        await stage.settle()
    }
}
