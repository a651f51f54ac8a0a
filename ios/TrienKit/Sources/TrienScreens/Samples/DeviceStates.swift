#if DEBUG
    import TrienCore
    import TrienKit

    private let holder = Holder(
        office: "Ủy ban nhân dân xã Mây Ngàn", server: "ky.mayngan.gov.vn", name: "Nguyễn Văn An", position: "Chủ tịch")

    private let timedOut = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "timed out"))

    private func check(_ lock: ScreenLock, passcode: Bool = false) -> EnrollmentState {
        EnrollmentState(step: .check(holder: holder, prompts: .every(papers: 20), lock: lock, passcode: passcode))
    }

    private func waiting(_ notifications: Notifications, _ pending: Pending, failure: Failure? = nil) -> EnrollmentState {
        EnrollmentState(step: .waiting(code: "7391 0264", notifications: notifications, pending: pending), failure: failure)
    }

    private func slip(code: String, triesLeft: Int? = nil, failure: Failure? = nil) -> EnrollmentState {
        EnrollmentState(step: .slip(.init(holder: holder, until: "22/12/2026", code: code, triesLeft: triesLeft)), failure: failure)
    }

    private let noLink = failureOf(PhoneError.Invitation(detail: "this is not a Trien invitation link"))

    private let invited = EnrollmentStep.start(link: "https://ky.mayngan.gov.vn/e#pQFQB…")
    private let texts = Texts(language: .vietnamese)
    private let spent = failureOf(
        PhoneError.Problem(
            kind: .invitationSpent, title: texts.of(problemTitle(.invitationSpent)), detail: texts.of(problemDetail(.invitationSpent)),
            code: "expired"))

    public let enrollmentStates: [Named<EnrollmentState>] = [
        Named("start", EnrollmentState(step: .start())),
        Named("pasted", EnrollmentState(step: invited)),
        Named("no-link", EnrollmentState(step: .start(link: "https://example.vn/e"), failure: noLink)),
        Named("asking", EnrollmentState(step: invited, busy: .yes)),
        Named("expired", EnrollmentState(step: invited, failure: spent)),
        Named("slip", slip(code: "4817")),
        Named("slip-wrong", slip(code: "", triesLeft: 3, failure: failureOf(PhoneError.WrongShortCode(left: 3)))),
        Named("check", check(.biometric)),
        Named("check-no-finger", check(.noneEnrolled)),
        Named("check-no-sensor", check(.noHardware)),
        Named("check-not-allowed", check(.notAllowed)),
        Named("check-passcode", check(.passcode, passcode: true)),
        Named("check-no-passcode", check(.noPasscode, passcode: true)),
        Named("impostor", EnrollmentState(step: .start(), failure: failureOf(PhoneError.Impostor(detail: "the proof does not hold")))),
        Named("keys", EnrollmentState(step: .keys(holder: holder), busy: .yes)),
        Named("waiting", waiting(.off, .officer)),
        Named("waiting-offline", waiting(.byItself, .officer, failure: timedOut)),
        Named("certificate", waiting(.push, .certificate)),
        Named("done", EnrollmentState(step: .done(name: "Nguyễn Văn An", office: "Ủy ban nhân dân xã Mây Ngàn"))),
        Named("ended", EnrollmentState(step: .ended(why: words("app-enrollment-refused")))),
        Named("erased", EnrollmentState(step: .ended(why: words("app-erased-revoked", ["unanswered": 2])))),
        Named("erased-key-lost", EnrollmentState(step: .ended(why: words("app-erased-key-lost")))),
    ]

    private func certificate(until: String, _ validity: Validity) -> CertificateLines {
        CertificateLines(
            subject: "Nguyễn Văn An", issuer: "Trien Issuing CA", serial: "5A0911C2F04B7D6E", from: "14/03/2026", until: until,
            validity: validity)
    }

    private func settings(_ change: (inout SettingsState) -> Void = { _ in }) -> SettingsState {
        var settings = SettingsState(
            person: PersonFacts(
                name: "Nguyễn Văn An", position: "Chủ tịch", office: "Ủy ban nhân dân xã Mây Ngàn",
                device: "0193b0c1-7d2e-7c3a-9f10-2b6d5e8a4c11", model: "Apple iPhone15,4"),
            certificate: certificate(until: "14/03/2028", .good), keys: .secureEnclave, prompts: .each, notifications: .push,
            language: .vietnamese)
        change(&settings)
        return settings
    }

    private func ending(_ renewal: Replacement = .notAsked) -> SettingsState {
        settings {
            $0.certificate = certificate(until: "10/12/2026", .ending)
            $0.prompts = .every(papers: 20)
            $0.notifications = .off
            $0.renewal = renewal
        }
    }

    public let settingsStates: [Named<SettingsState>] = [
        Named("enrolled", settings()),
        Named("ending", ending()),
        Named(
            "ended",
            settings {
                $0.certificate = certificate(until: "10/11/2026", .ended)
                $0.notifications = .byItself
            }),
        Named("renewal-asking", ending(.asking)),
        Named("renewal-asked", ending(.asked)),
        Named("renewal-failed", ending(.failed(timedOut))),
        Named(
            "not-enrolled",
            settings {
                $0.person = nil
                $0.certificate = nil
                $0.keys = .unknown
            }),
    ]

    private let apple = PushProvider(id: "com.apple.apns", name: "Apple")
    private let providers = [apple, PushProvider(id: "vn.example.push", name: "Mây Ngàn")]

    private func notifications(
        _ health: PushHealth, _ test: WakeTest = .notYet, sent: String? = "08:40", _ change: (inout NotificationsState) -> Void = { _ in }
    ) -> NotificationsState {
        var state = NotificationsState(
            may: .push, standing: .known(health: health, since: "16:05 20/11/2026", sent: sent), providers: [apple], provider: apple.id,
            test: test)
        change(&state)
        return state
    }

    private func nobody(_ providers: [PushProvider], first: First = .no) -> NotificationsState {
        notifications(.none, sent: nil) {
            $0.may = .byItself
            $0.providers = providers
            $0.provider = nil
            $0.first = first
        }
    }

    public let notificationsStates: [Named<NotificationsState>] = [
        Named("ok", notifications(.ok) { $0.providers = providers }),
        Named("failing", notifications(.failing)),
        Named("dead", notifications(.dead)),
        Named("none-there", nobody([])),
        Named("choose", nobody(providers)),
        Named("none-yet", notifications(.none, sent: nil) { $0.may = .byItself }),
        Named("off", notifications(.ok) { $0.may = .off }),
        Named("asking", notifications(.ok) { $0.standing = .asking }),
        Named("unreachable", notifications(.ok) { $0.standing = .failed(timedOut) }),
        Named("test-waiting", notifications(.ok, .waiting)),
        Named("test-arrived", notifications(.ok, .arrived(at: "08:42"))),
        Named("test-missing", notifications(.ok, .missing)),
        Named("test-failed", notifications(.ok, .failed(timedOut))),
        Named(
            "first",
            notifications(.ok, sent: nil) {
                $0.may = .off
                $0.first = .yes
            }),
        Named("first-arrived", notifications(.ok, .arrived(at: "08:42")) { $0.first = .yes }),
        Named("first-none", nobody([], first: .yes)),
    ]

    private let others = [
        OtherLine(id: "device-2", model: "Google Pixel 8a", since: "02/03/2026", state: .active),
        OtherLine(id: "device-3", model: "Samsung SM-T220", since: "14/10/2025", state: .suspended),
        OtherLine(id: "device-4", model: "Apple iPhone13,2", since: "22/11/2026", state: .waiting),
    ]

    public let devicesStates: [Named<DevicesState>] = [
        Named("others", DevicesState(others: .known(lines: others))),
        Named("none", DevicesState(others: .known(lines: []))),
        Named("asking", DevicesState(others: .asking)),
        Named("unreachable", DevicesState(others: .failed(timedOut))),
        Named("losing", DevicesState(others: .known(lines: others), losing: others[0])),
        Named("not-reported", DevicesState(others: .known(lines: [others[0]], failure: timedOut))),
        Named("replacement-asked", DevicesState(others: .known(lines: []), replacement: .asked)),
        Named("replacement-failed", DevicesState(others: .known(lines: []), replacement: .failed(timedOut))),
    ]

    private let diagnosis = [
        Fact(name: words("app-fact-app"), value: "Trien iOS 0.1.0"),
        Fact(name: words("app-fact-model"), value: "Apple iPhone15,4"),
        Fact(name: words("app-fact-server"), value: "ky.mayngan.gov.vn"),
        Fact(name: words("app-fact-keys"), value: texts[KeyPlace.secureEnclave.rawValue]),
        Fact(name: words("app-fact-notifications"), value: texts[Notifications.push.rawValue]),
        Fact(name: words("app-fact-synced"), value: "08:41"),
        Fact(name: words("app-fact-unsent"), value: "1"),
        Fact(name: words("app-fact-last-failure"), value: "–"),
    ]

    private let unnamed = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "dns error"))

    public let diagnosticsStates: [Named<DiagnosticsState>] = [
        Named("not-yet", DiagnosticsState(facts: diagnosis)),
        Named("running", DiagnosticsState(facts: diagnosis, check: .running)),
        Named("reached", DiagnosticsState(facts: diagnosis, check: .reached(logSize: 812, clockSeconds: 4))),
        Named("failed", DiagnosticsState(facts: diagnosis, check: .failed(unnamed))),
    ]
#endif
