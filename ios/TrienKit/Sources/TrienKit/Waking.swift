import Foundation
import TrienCore

/// Has this phone woken. It asks a push service for a place, keeps it with the phone's secrets, and tells the server until the server has
/// taken it: at each start, when the place changes, and after each sync while something is untold. With the phone's end the place ends too.
@MainActor
public final class Waking {
    private let phone: @MainActor () async throws -> any PhoneProtocol
    private let secrets: any SecretStore
    private let services: [any PushService]
    private var last: Task<Void, Never>?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var messages = 0
    private var asked = false
    private var now = PushRecord()

    public init(
        phone: @escaping @MainActor () async throws -> any PhoneProtocol, secrets: any SecretStore, services: [any PushService]
    ) {
        self.phone = phone
        self.secrets = secrets
        self.services = services
    }

    /// Whether the server knows where to wake this phone; a phone that waits in vain is worse than one that asks.
    public var isTold: Bool { now.told && now.place != nil }

    /// Everybody on this phone who could wake it.
    public func providers() -> [PushProvider] { services.flatMap { $0.providers() } }

    /// Whom the person chose, or who gave the place.
    public func provider() -> String? { now.chosen ?? now.from }

    /// At each start, and once the phone is enrolled. What fails is tried again after the next sync.
    public func start() async {
        await quietly { [self] in
            asked = false
            if now.place != nil { try await keep { $0.told = false } }
            try await register()
        }
    }

    /// A service gave a place.
    public func arrived(from: String, place: PushPlace) async {
        await quietly { [self] in
            if place.text.utf8.count > longestPlace { return }
            if now.place != place || now.from != from {
                try await keep {
                    $0.from = from
                    $0.place = place
                    $0.told = false
                }
            }
            try await tell()
        }
    }

    /// A service took its place back.
    public func ended() async {
        await quietly { [self] in
            if now.place != nil { try await keep { $0 = PushRecord(chosen: $0.chosen, told: false) } }
            try await tell()
        }
    }

    /// After each sync: the server can be reached again.
    public func synced() async {
        await quietly { [self] in if asked { try await tell() } else { try await register() } }
    }

    /// The person wants to be woken by this one from now on.
    public func choose(_ provider: String) async {
        await quietly { [self] in
            if now.from != nil && now.from != provider { try await giveUp() }
            try await keep { $0.chosen = provider }
            try await register()
        }
    }

    /// A message came.
    public func woken() {
        messages += 1
        release()
    }

    /// Has the server wake this phone, and waits for it; gives whether it came before the patience ended.
    public func test(patience: @escaping @MainActor () async throws -> Void) async throws -> Bool {
        let before = messages
        try await phone().pushTest()
        let ending = Task { [self] in
            try await patience()
            release()
        }
        if messages == before { await withCheckedContinuation { waiting.append($0) } }
        ending.cancel()
        return messages != before
    }

    private func release() {
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    private func register() async throws {
        let status = try await phone().pushStatus()
        let server = status.vapid.base64EncodedString()
        // A place is bound to one server, and a provider that knows it no more has to give another.
        if now.place != nil && (status.health == .dead || now.server != server) { try await giveUp() }
        if let (service, provider) = serviceAmong(status.offers) {
            let device = try await device() ?? now.device
            if now.server != server || now.device != device {
                try await keep {
                    $0.server = server
                    $0.device = device
                }
            }
            service.register(provider: provider.id, vapid: status.vapid)
        } else if now.place == nil && status.since == nil {
            _ = try await phone().pushRegister(address: .none)
        }
        try await tell()
        asked = true
    }

    // Who was chosen, or else who gave the place, or else the only one there: among several the person chooses, since whoever is asked
    // learns when this office has work. And only who the server can wake a phone through.
    private func serviceAmong(_ offers: [PushKind]) -> (any PushService, PushProvider)? {
        let there = services.filter { offers.contains($0.kind) }.flatMap { service in service.providers().map { (service, $0) } }
        return there.first { $0.1.id == now.chosen } ?? there.first { $0.1.id == now.from } ?? (there.count == 1 ? there[0] : nil)
    }

    private func giveUp() async throws {
        if let from = now.from {
            services.first { service in service.providers().contains { $0.id == from } }?.unregister(provider: from)
        }
        try await keep { $0 = PushRecord(chosen: $0.chosen, told: false) }
    }

    private func device() async throws -> String? { profile(try await phone())?.device }

    // The record goes last of what is given up, so that what was cut off is done the next time.
    private func forget() async throws {
        for service in services { service.forget() }
        try await secrets.remove(name: name)
        now = PushRecord()
        asked = false
    }

    // A phone may be revoked and enrolled anew before anybody looks.
    private func leaveAnother() async throws {
        guard let before = now.device, let device = try await device(), before != device else { return }
        try await giveUp()
        asked = false
    }

    private func tell() async throws {
        let phone = try await phone()
        if now.told || profile(phone) == nil { return }
        if let address = now.address() {
            _ = try await phone.pushRegister(address: address)
        } else {
            try await phone.pushRemove()
        }
        try await keep { $0.told = true }
    }

    private func keep(_ change: (inout PushRecord) -> Void) async throws {
        var record = now
        change(&record)
        try await secrets.put(name: name, secret: record.toBytes())
        now = record
    }

    // A phone that cannot be woken asks by itself: nothing here is worth an interruption. One piece of work follows the other.
    private func quietly(_ what: @escaping @MainActor () async throws -> Void) async {
        let before = last
        let work = Task { [self] in
            await before?.value
            try? await onRecord(what)
        }
        last = work
        await work.value
    }

    private func onRecord(_ what: @MainActor () async throws -> Void) async throws {
        let kept = try await secrets.get(name: name)
        now = PushRecord.of(kept)
        if case .erased = try await phone().state() {
            if kept != nil { try await forget() }
        } else {
            try await leaveAnother()
            try await what()
        }
    }
}

private let name = "push-address"

/// The server takes no longer one.
private let longestPlace = 4096
