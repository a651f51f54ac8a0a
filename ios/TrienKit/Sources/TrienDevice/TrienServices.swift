#if canImport(UIKit) && canImport(UserNotifications) && canImport(BackgroundTasks) && canImport(CryptoKit) && canImport(LocalAuthentication)
    import Foundation
    import TrienCore
    import TrienGroup
    import TrienKit
    import UIKit

    /// The parts of the app, put together once.
    @MainActor
    public final class TrienServices {
        public let device: AppleDevice
        let notices: Notices
        private let cover: PrivacyCover
        private let enclave: SecureEnclaveKeys
        private let practiceKeys: SecureEnclaveKeys
        private let secrets = KeychainSecrets()
        private let group: AppGroup
        private var opening: Task<Phone, any Error>?
        private var companion: Companion?
        private var looking: Task<Bool, Never>?
        private lazy var waking = Waking(phone: { [unowned self] in try await phone() }, secrets: secrets, services: [ApplePush()])

        public init() {
            let group = AppGroup() ?? AppGroup(name: "")
            let language: @Sendable () -> Language = { spoken(group) }
            self.group = group
            enclave = SecureEnclaveKeys(set: .device, language: language)
            practiceKeys = SecureEnclaveKeys(set: .practice, language: language)
            notices = Notices(language: language)
            cover = PrivacyCover(language: language)
            let told = Told()
            device = AppleDevice(
                enclave: enclave, practiceKeys: practiceKeys, group: group, notices: notices, isWoken: { told.waking?.isTold ?? false })
            told.waking = waking
        }

        /// Before the app has finished launching.
        func launched() {
            cover.start()
            BackgroundSync.register { [weak self] in await self?.look(isShown: false) ?? false }
        }

        /// The core, opened once. What failed is tried again by whoever asks next.
        public func phone() async throws -> Phone {
            try await opened { try await Phone.start(setup: $0, keys: $1, secrets: $2) }
        }

        /// The same, where the person gives up what no key opens any more.
        public func phoneAnew() async throws -> Phone {
            try await opened { try await Phone.startOver(setup: $0, keys: $1, secrets: $2) }
        }

        /// The screens that are open; they outlive a window.
        public func screens() async throws -> Companion {
            let phone = try await phone()
            if let companion { return companion }
            let opened = Companion(phone: phone, device: device, waking: waking, scope: Scope())
            companion = opened
            await device.unshare()
            Task { await waking.start() }
            return opened
        }

        /// The person is before the app.
        public func returned() async {
            notices.clear()
            await device.look()
            await takeHanded()
            companion?.returned()
        }

        /// Something of the system's is before the app, such as Control Center or the app switcher: the person may not see it any more.
        public func hidden() {
            companion?.left()
        }

        /// The person is before another app. What they decided last is sent, as long as the system allows.
        public func left() {
            companion?.left()
            enclave.left()
            practiceKeys.left()
            BackgroundSync.plan()
            let time = GrantedTime()
            Task {
                if companion != nil { await finish() }
                time.end()
            }
        }

        /// The person touched a notice. It may be newer than what this phone knows, so that the phone looks before it leads anywhere.
        func touched() async {
            guard await look(isShown: true), let phone = try? await phone(), let link = waitsOn(phone).link else { return }
            try? await screens().link(link)
        }

        /// What the system opens the app with: a link, or a file of another app.
        public func open(_ url: URL) async {
            switch Outside(url, home: NSHomeDirectory()) {
            case .link(let text): try? await screens().link(text)
            case .file(let file): await verify(await picked(file))
            case .copy(let file):
                let read = await picked(file)
                try? FileManager.default.removeItem(at: file)
                await verify(read)
            case .ours: await verify(nil)
            }
        }

        /// A push came. The system counts against the app what it does not answer within thirty seconds.
        func woken(_ push: Push) async -> Bool {
            waking.woken()
            return await answer(within: .seconds(25)) { await self.look(isShown: push.isVisible) } ?? false
        }

        /// Apple's service gave a place.
        func placed(_ token: Data) async {
            await waking.arrived(from: ApplePush.apple, place: .apns(token: hexadecimal(token)))
        }

        /// Syncs and sends while nobody looks; gives whether that worked. Whoever asks meanwhile gets the same answer.
        func look(isShown: Bool) async -> Bool {
            if let looking { return await looking.value }
            let running = Task { await sync(isShown: isShown) }
            looking = running
            defer { looking = nil }
            return await running.value
        }

        private func sync(isShown: Bool) async -> Bool {
            defer {
                device.unshareOld()
                if let files = try? group.handedFiles() { files.clearOld() }
            }
            do {
                let phone = try await phone()
                guard case .enrolled = phone.state() else {
                    await ended()
                    return true
                }
                let known = Set(phone.inbox().map(\.request))
                _ = try await phone.sync()
                _ = try await phone.flush()
                await waking.synced()
                let isInFront = UIApplication.shared.applicationState == .active
                await notices.show(.of(phone.inbox(), known: known), isShown: isShown || isInFront)
                companion?.synced()
                return true
            } catch {
                return false
            }
        }

        private func finish() async {
            guard let phone = try? await phone() else { return }
            _ = try? await phone.flush()
            device.waits(waitsOn(phone))
        }

        // What a phone that has ended since left outside the core.
        private func ended() async {
            await notices.show(.fewerWait(count: 0), isShown: false)
            await device.unshare()
            if case .erased = try? await phone().state(), let files = try? group.handedFiles() { files.clear() }
            await waking.synced()
        }

        // What is taken is gone from there, so there has to be a screen for it.
        private func takeHanded() async {
            guard (try? await screens()) != nil else { return }
            guard let files = try? group.handedFiles(), let file = try? files.take() else { return }
            await verify(Picked(name: file.name, bytes: file.bytes))
        }

        private func verify(_ file: Picked?) async {
            try? await screens().go(file.map { .verify(file: $0) } ?? .notRead)
        }

        private func opened(_ how: @escaping @Sendable (Setup, any KeyStore, any SecretStore) async throws -> Phone) async throws -> Phone {
            if let opening { return try await opening.value }
            let begun = Task { try await start(how) }
            opening = begun
            do {
                return try await begun.value
            } catch {
                opening = nil
                throw error
            }
        }

        private func start(_ how: @Sendable (Setup, any KeyStore, any SecretStore) async throws -> Phone) async throws -> Phone {
            if try Storage.isFresh() {
                try await enclave.removeAll()
                try await secrets.removeAll()
            }
            let setup = Setup(folder: try Storage.phone().path, app: device.app, model: device.model, language: device.language())
            return try await how(setup, enclave, secrets)
        }
    }

    /// Who knows whether this phone is woken; it is made after the device that asks it.
    @MainActor
    private final class Told {
        var waking: Waking?
    }

    /// What the system grants an app that is behind another one; given back once.
    @MainActor
    private final class GrantedTime {
        private var task = UIBackgroundTaskIdentifier.invalid

        init() {
            task = UIApplication.shared.beginBackgroundTask { [self] in end() }
        }

        func end() {
            if task == .invalid { return }
            UIApplication.shared.endBackgroundTask(task)
            task = .invalid
        }
    }

    /// Reads a file of another app, away from the main thread: that app may take its time.
    private func picked(_ file: URL) async -> Picked? {
        let handed = await Task.detached {
            let isForeign = file.startAccessingSecurityScopedResource()
            defer { if isForeign { file.stopAccessingSecurityScopedResource() } }
            return try? read(file)
        }.value
        return handed.map { Picked(name: $0.name, bytes: $0.bytes) }
    }
#endif
