import Foundation
import TestKeys
import TrienCore
import TrienKit

/// A phone with the app on it, in the hands of a person: what they touch goes to the presenter in front.
@MainActor
public final class Handset {
    public let folder: URL
    public let device: HeldDevice
    public let keys: TestKeyStore

    private var running: (phone: Phone, app: Companion)?

    /// The app is started; what the folder holds is what the phone held before.
    public init(folder: URL, person: Person = .confirms) async throws {
        self.folder = folder
        device = HeldDevice(person: person)
        keys = TestKeyStore(person: person, folder: try made("keys", in: folder))
        let secrets = try TestSecretStore(folder: made("secrets", in: folder))
        let setup = Setup(folder: try made("phone", in: folder).path, app: "Trien Swift test 0.1", model: "Linux", language: .vietnamese)
        let phone = try await Phone.start(setup: setup, keys: keys, secrets: secrets)
        let waking = Waking(phone: { phone }, secrets: secrets, services: [])
        running = (phone, Companion(phone: phone, device: device, waking: waking, scope: Scope()))
    }

    /// The core of the app that runs.
    public var phone: Phone {
        guard let running else { preconditionFailure("the app has ended") }
        return running.phone
    }

    /// The screens of the app that runs.
    public var app: Companion {
        guard let running else { preconditionFailure("the app has ended") }
        return running.app
    }

    /// The device's id at the server.
    public var id: String {
        get throws {
            guard case .enrolled(let profile) = phone.state() else { throw Fault("the phone is not enrolled") }
            return profile.device
        }
    }

    /// Who answers on the screen in front.
    public func at<P: AnyPresenter>(_ presenter: P.Type) throws -> P {
        guard let front = app.scenes.last else { throw Fault("no screen is open") }
        guard let presenter = front.presenter as? P else { throw Fault("in front is \(front.place)") }
        return presenter
    }

    /// The app ends; what the phone holds stays. Whoever keeps the phone from ending has a defect.
    public func close() async throws {
        guard running != nil else { return }
        weak var phone = running?.phone
        app.left()
        for scene in app.scenes { scene.presenter?.close() }
        running = nil
        try await patiently("the app has ended, and something of it still holds the phone") { phone == nil }
    }
}

// What a person does, in one sentence each.
extension Handset {
    /// Scans or opens the link, and goes on until the phone may sign.
    public func enroll(at office: Office, _ link: String) async throws {
        let code = try await sendKeys(link)
        try office.approve(code)
        // As a person who does not wait for the next look by itself.
        try at(EnrollmentPresenter.self).on(.mend(remedy: .tryAgain))
        try await step(\.doneName)
        try at(EnrollmentPresenter.self).on(.toInbox)
        try await synced()
    }

    /// The same until the officer is asked; gives the code that the person reads out.
    public func sendKeys(_ link: String) async throws -> String {
        try at(EnrollmentPresenter.self).on(.scanned(text: link))
        try await step(\.holder)
        try at(EnrollmentPresenter.self).on(.right)
        return try await step(\.code)
    }

    /// What the step of the enrollment that is shown next says.
    @discardableResult
    public func step<Said>(_ said: (EnrollmentStep) -> Said?) async throws -> Said {
        let shown = try await at(EnrollmentPresenter.self).until { $0.busy == .no && (said($0.step) != nil || $0.failure != nil) }
        guard shown.failure == nil, let answer = said(shown.step) else { throw Fault("the enrollment stands at \(shown)") }
        return answer
    }

    /// Why the enrollment does not go on.
    public func enrollmentFailure() async throws -> Failure {
        let shown = try await at(EnrollmentPresenter.self).until { $0.busy == .no && $0.failure != nil }
        return try found(shown.failure)
    }

    /// Goes to the list, which syncs; gives how it ended.
    @discardableResult
    public func home() async throws -> InboxState {
        app.go(.inbox)
        return try await synced()
    }

    /// How the sync ended.
    @discardableResult
    public func synced() async throws -> InboxState {
        try await at(InboxPresenter.self).until { $0.sync.doneAt != nil || $0.sync.failure != nil }
    }

    /// Opens a document from the list.
    public func open(_ request: String) async throws -> DocumentContent {
        try at(InboxPresenter.self).on(.open(request: request))
        return try await opened()
    }

    /// The document in front, once it is there or cannot be.
    public func opened() async throws -> DocumentContent {
        try await at(DocumentPresenter.self).until { $0.content != .opening }.content
    }

    /// Asks for the sheet of the document in front.
    public func sheet() async throws -> SheetContent {
        try at(DocumentPresenter.self).on(.agree)
        return try await at(SignPresenter.self).until { $0.sheet != .preparing }.sheet
    }

    /// Agrees on the sheet in front.
    public func confirm() async throws -> SheetContent {
        try at(SignPresenter.self).on(.sign)
        return try await at(SignPresenter.self).until { $0.sheet.isAnswer }.sheet
    }

    /// Opens, looks and signs.
    public func sign(_ request: String) async throws -> SheetContent {
        try found(await open(request).open)
        try found(await sheet().lines)
        return try await confirm()
    }
}

extension Presenter {
    /// Waits for what the screen is to show.
    @discardableResult
    public func until(_ shown: (State) -> Bool) async throws -> State {
        try await patiently("the screen stays at \(state)") { shown(state) }
        return state
    }
}

/// What a story counts on.
@discardableResult
public func found<Value>(_ value: Value?, _ otherwise: @autoclosure () -> String = "") throws -> Value {
    guard let value else { throw Fault("no \(Value.self) \(otherwise())") }
    return value
}

private func made(_ name: String, in folder: URL) throws -> URL {
    let made = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    return made
}
