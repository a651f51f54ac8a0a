import Foundation
import Observation
import TrienCore

/// One screen that is open: where the person is, and who answers there. None for a screen that only shows.
@MainActor
public final class Scene: Identifiable {
    public let place: Place
    public let presenter: (any AnyPresenter)?
    let scope: Scope

    init(_ place: Place, _ presenter: (any AnyPresenter)?, _ scope: Scope) {
        self.place = place
        self.presenter = presenter
        self.scope = scope
    }
}

/// The screens that are open, the one in front last.
@MainActor
@Observable
public final class Companion {
    public private(set) var scenes: [Scene] = []

    @ObservationIgnored public let phone: any PhoneProtocol
    @ObservationIgnored private let device: any Device
    @ObservationIgnored private let waking: Waking
    @ObservationIgnored private let scope: Scope
    @ObservationIgnored private let session: Session
    @ObservationIgnored private lazy var listening = Listening(phone: phone, scope: scope) { [weak self] in await self?.heard($0) }
    @ObservationIgnored private var isInFront = false

    public init(phone: any PhoneProtocol, device: any Device, waking: Waking, scope: Scope = Scope()) {
        self.phone = phone
        self.device = device
        self.waking = waking
        self.scope = scope.child(noting: LastFailure(now: phone.serverNow))
        session = Session(phone: phone)
        scenes = [scene(first())]
    }

    /// The pages of a request, as the core draws them.
    public func pages(_ request: String, _ view: PageView) -> PageSource {
        PageSource { [phone] in try await phone.regionPng(request: request, region: region($0), view: view) }
    }

    /// The page that a sheet stamps, alone.
    public func stamped(_ of: Stamped) -> PageSource {
        PageSource { [phone] in try await phone.sheetRegionPng(sheet: of.sheet, region: region($0, page: of.page.page)) }
    }

    /// The pages of a file beside a request's document.
    public func attached(_ place: Place.Attached) -> PageSource {
        PageSource { [phone] in
            try await phone.attachmentRegionPng(request: place.request, place: UInt32(clamping: place.place), region: region($0))
        }
    }

    /// Shows a link from outside, which the person opens or not: whatever is open stays beneath. What is no link of ours is left alone.
    public func link(_ data: String) {
        switch linkOf(data) {
        case nil: break
        case .invitation(let text):
            let enrollment = scene(.enrollment(link: text))
            closing { before in before.filter { !isEnrollment($0) || before.count == 1 } + [enrollment] }
        case .request(let server, let request): lead(server, .document(request: request))
        case .inbox(let server): lead(server, .inbox)
        }
    }

    private func lead(_ server: String, _ place: Place) {
        let isOurs = profile(phone) != nil && shortServer(server) == phone.server().map(shortServer)
        if isOurs, !isDeciding(front.place) { go(place) }
    }

    public func go(_ place: Place) {
        if place == .security { return device.openSecurity() }
        if case .erased = phone.state() {
            scope.launch { [device, waking] in
                await device.unshare()
                await waking.synced()
            }
        }
        move(place)
        // Beside a document the list is in sight.
        scenes.first.map(refresh)
        device.waits(waitsOn(phone))
        // The phone may be enrolled by now.
        if isInFront { listening.start() }
    }

    /// Another part of the app has synced: what is open shows it.
    public func synced() { show(nil) }

    private func heard(_ failure: Failure?) async {
        let remains = if let failure { await refusedStill(failure) } else { Failure?.none }
        if remains == nil { await afterSync() }
        if case .erased = phone.state() { go(.inbox) } else { show(remains) }
    }

    // A sync alone finds out that this phone was revoked, and erases it.
    private func refusedStill(_ failure: Failure) async -> Failure? {
        do {
            _ = try await phone.sync()
            return nil
        } catch {
            return failure
        }
    }

    private func afterSync() async {
        // What cannot be sent now is sent after the next sync.
        _ = try? await phone.flush()
        await waking.synced()
    }

    private func show(_ failure: Failure?) {
        device.waits(waitsOn(phone))
        for scene in scenes {
            (scene.presenter as? InboxPresenter)?.heard(failure)
            (scene.presenter as? SeveralPresenter)?.load()
        }
    }

    /// The system's step back: within the screen in front, or to the one before.
    public func stepBack() {
        if front.presenter?.back() != true { go(.back) }
    }

    /// Another app is before the person.
    public func left() {
        isInFront = false
        listening.stop()
        front.presenter?.left()
    }

    /// The person is before the app: what may have changed meanwhile is looked at, and from now on the server is heard.
    public func returned() {
        isInFront = true
        listening.start()
        switch front.presenter {
        case let inbox as InboxPresenter: inbox.on(.refresh)
        case let enrollment as EnrollmentPresenter: enrollment.on(.returned)
        case let notifications as NotificationsPresenter: notifications.returned()
        case let settings as SettingsPresenter: settings.load()
        default: break
        }
    }

    // There is always one.
    private var front: Scene { scenes[scenes.count - 1] }

    private func move(_ place: Place) {
        switch place {
        case .back: back()
        case .inbox: closing { _ in [scene(first())] }
        case .document, .enrollment: onInbox(place)
        // Files that other apps hand over do not pile up.
        case .verify, .notRead: closing { before in before.filter { !($0.presenter is VerifyPresenter) } + [scene(place)] }
        default: scenes.append(scene(place))
        }
    }

    // The first screen stays.
    private func back() {
        if scenes.count == 1 { return }
        closing { $0.dropLast() }
        refresh(front)
    }

    // A document lies on the list, or on the papers that are decided together: never on another document.
    private func onInbox(_ place: Place) {
        closing { before in before.filter { isList($0.place) } + [scene(place)] }
    }

    private func closing(_ change: ([Scene]) -> [Scene]) {
        let before = scenes
        scenes = change(before)
        for scene in before where !scenes.contains(where: { $0 === scene }) { scene.scope.cancel() }
    }

    private func refresh(_ scene: Scene) {
        switch scene.presenter {
        case let inbox as InboxPresenter: inbox.load()
        case let several as SeveralPresenter: several.load()
        case let settings as SettingsPresenter: settings.load()
        case let delegations as DelegationsPresenter: delegations.load()
        default: break
        }
    }

    private func first() -> Place { profile(phone) == nil ? .enrollment(link: nil) : .inbox }

    private func scene(_ place: Place) -> Scene {
        let own = scope.child()
        return Scene(place, presenter(place, own), own)
    }

    private func presenter(_ place: Place, _ scope: Scope) -> (any AnyPresenter)? {
        let go: @MainActor (Place) -> Void = { [weak self] in self?.go($0) }
        return switch place {
        case .inbox:
            InboxPresenter(
                phone: phone, session: session, scope: scope, go: go, notifications: device.notifications,
                synced: { [weak self] in await self?.counted() })
        case .document(let request): DocumentPresenter(phone: phone, session: session, request: request, scope: scope, go: go)
        case .sign(let request, let look):
            SignPresenter(phone: phone, session: session, certificate: certificate(), request: request, scope: scope, go: go, first: look)
        case .refuse(let request, let verb):
            RefusePresenter(phone: phone, session: session, texts: texts(), request: request, verb: verb, scope: scope, go: go)
        case .several(let requests):
            SeveralPresenter(
                phone: phone, session: session, requests: requests, policy: profile(phone)?.promptPolicy ?? .perUse, scope: scope, go: go)
        case .receipt(let decision): ReceiptPresenter(phone: phone, decision: decision, device: device, scope: scope, go: go)
        case .notMe(let request): NotMePresenter(phone: phone, texts: texts(), request: request, scope: scope, go: go)
        case .verify(let file): VerifyPresenter(phone: phone, file: file, scope: scope, go: go)
        case .notRead: VerifyPresenter(phone: phone, file: nil, scope: scope, go: go, first: TrienKit.notRead)
        case .changes(let what): ChangesPresenter(phone: phone, what: what, scope: scope, go: go)
        case .attached(let place): AttachmentPresenter(phone: phone, place: place, scope: scope, go: go)
        case .comments(let request, let page, let pages):
            CommentsPresenter(phone: phone, request: request, page: page, pages: pages, scope: scope, go: go)
        case .delegations: DelegationsPresenter(phone: phone, scope: scope, go: go)
        case .delegate: DelegatePresenter(phone: phone, scope: scope, go: go)
        case .practice: PracticePresenter(practice: device.practice(), scope: scope, go: go)
        case .enrollment(let link):
            EnrollmentPresenter(phone: phone, device: device, link: link, scope: scope, go: go, enrolled: waking.start)
        case .settings: SettingsPresenter(phone: phone, device: device, scope: scope, go: go)
        case .notifications(let first):
            NotificationsPresenter(phone: phone, device: device, waking: waking, first: first, scope: scope, go: go)
        case .devices: DevicesPresenter(phone: phone, scope: scope, go: go)
        case .diagnostics: DiagnosticsPresenter(phone: phone, device: device, texts: texts(), scope: scope, go: go)
        case .licences: LicencesPresenter(scope: scope, go: go)
        case .security, .back: nil
        }
    }

    private func counted() async {
        await waking.synced()
        device.waits(waitsOn(phone))
    }

    private func certificate() -> CertificateFacts? { profile(phone).flatMap { certificateFacts($0.certificate) } }

    private func texts() -> Texts { Texts(language: device.language()) }
}

@MainActor
private func isEnrollment(_ scene: Scene) -> Bool {
    if case .enrollment = scene.place { true } else { false }
}

private func isList(_ place: Place) -> Bool {
    switch place {
    case .inbox, .several: true
    default: false
    }
}
