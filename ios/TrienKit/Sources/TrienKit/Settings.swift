import TrienCore

/// What the person may want to know or change: certificate, this device, language, notifications.
public struct SettingsState: Equatable, Sendable {
    public var person: PersonFacts?
    public var certificate: CertificateLines?
    public var keys: KeyPlace
    public var prompts: Prompts
    public var notifications: Notifications
    public var language: Language
    /// A new certificate in place of one that ends: the officer is asked, and invites.
    public var renewal: Replacement = .notAsked
    /// The phone's passcode answers as well as a finger or a face.
    public var passcode: Bool = false

    public init(
        person: PersonFacts?, certificate: CertificateLines?, keys: KeyPlace, prompts: Prompts, notifications: Notifications,
        language: Language, renewal: Replacement = .notAsked, passcode: Bool = false
    ) {
        self.person = person
        self.certificate = certificate
        self.keys = keys
        self.prompts = prompts
        self.notifications = notifications
        self.language = language
        self.renewal = renewal
        self.passcode = passcode
    }
}

public struct PersonFacts: Equatable, Sendable {
    public var name: String
    public var position: String
    public var office: String
    public var device: String
    public var model: String

    public init(name: String, position: String, office: String, device: String, model: String) {
        self.name = name
        self.position = position
        self.office = office
        self.device = device
        self.model = model
    }
}

public struct CertificateLines: Equatable, Sendable {
    public var subject: String
    public var issuer: String
    public var serial: String
    public var from: String
    public var until: String
    public var validity: Validity

    public init(subject: String, issuer: String, serial: String, from: String, until: String, validity: Validity) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.from = from
        self.until = until
        self.validity = validity
    }
}

public enum SettingsEvent: Equatable, Sendable {
    case back
    case speak(language: Language)
    case notifications
    case devices
    case delegations
    case verify
    case practice
    case diagnostics
    case licences
    case renew

    /// The invitation for the new certificate is there.
    case enrollAnew
    case mend(remedy: Remedy)
}

public final class SettingsPresenter: Presenter<SettingsState, SettingsEvent> {
    private let phone: any PhoneProtocol
    private let device: any Device
    private let go: @MainActor (Place) -> Void

    public init(phone: any PhoneProtocol, device: any Device, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.device = device
        self.go = go
        super.init(settings(phone, device), scope)
    }

    /// The person is back from a screen where some of it is changed.
    public func load() { show { $0.notifications = device.notifications() } }

    public override func on(_ event: SettingsEvent) {
        switch event {
        case .back: go(.back)
        case .speak(let language):
            device.speak(language)
            show { $0.language = language }
        case .notifications: go(.notifications(first: .no))
        case .devices: go(.devices)
        case .delegations: go(.delegations)
        case .verify: go(.verify(file: nil))
        case .practice: go(.practice)
        case .diagnostics: go(.diagnostics)
        case .licences: go(.licences)
        case .renew: renew()
        case .enrollAnew: go(.enrollment(link: nil))
        case .mend(let remedy): if let place = remedy.place() { go(place) } else { renew() }
        }
    }

    private func renew() {
        if state.renewal == .asking { return }
        show { $0.renewal = .asking }
        ask { [self] in
            try await phone.askReplacement()
            show { $0.renewal = .asked }
        } failed: { [self] failure in
            show { $0.renewal = .failed(failure) }
        }
    }
}

@MainActor
private func settings(_ phone: any PhoneProtocol, _ device: any Device) -> SettingsState {
    let profile = profile(phone)
    return SettingsState(
        person: profile.map {
            PersonFacts(
                name: $0.person.name, position: $0.person.position, office: $0.unit.name, device: $0.device, model: device.model)
        },
        certificate: profile.flatMap { certificateLines($0, phone) },
        keys: device.keys(),
        prompts: profile.map { prompts($0.promptPolicy) } ?? .each,
        notifications: device.notifications(),
        language: device.language(),
        passcode: profile?.passcode == true)
}

private func certificateLines(_ profile: Profile, _ phone: any PhoneProtocol) -> CertificateLines? {
    certificateFacts(profile.certificate).map {
        CertificateLines(
            subject: $0.subject, issuer: $0.issuer, serial: $0.serial, from: day($0.from), until: day($0.until),
            validity: $0.validity(phone.serverNow()))
    }
}

/// Whose device this is, once it is enrolled.
func profile(_ phone: any PhoneProtocol) -> Profile? {
    if case .enrolled(let profile) = phone.state() { profile } else { nil }
}
