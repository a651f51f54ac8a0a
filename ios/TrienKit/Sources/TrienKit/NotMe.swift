import TrienCore

/// The person did not expect this request: it is stopped with that reason, and somebody is told.
public struct NotMeState: Equatable, Sendable {
    public var title: String
    public var subject: String
    public var from: String
    public var progress: NotMeProgress = .asking

    public init(title: String, subject: String, from: String, progress: NotMeProgress = .asking) {
        self.title = title
        self.subject = subject
        self.from = from
        self.progress = progress
    }
}

public enum NotMeProgress: Equatable, Sendable {
    case asking
    case sending
    case told(recorded: Bool)
    case failed(Failure)
}

public enum NotMeEvent: Equatable, Sendable {
    case tell
    case back
    case toInbox
    case mend(remedy: Remedy)
}

public final class NotMePresenter: Presenter<NotMeState, NotMeEvent> {
    private let phone: any PhoneProtocol
    private let texts: Texts
    private let request: String
    private let go: @MainActor (Place) -> Void

    public init(phone: any PhoneProtocol, texts: Texts, request: String, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.texts = texts
        self.request = request
        self.go = go
        super.init(NotMeState(title: "", subject: "", from: ""), scope)
        ask { [self] in
            let details = try phone.request(request: request)
            show {
                $0.title = headline(details.metadata)
                $0.subject = details.metadata.subject
                $0.from = details.unit.name
            }
        } failed: { [self] in
            failed($0)
        }
    }

    public override func on(_ event: NotMeEvent) {
        switch event {
        case .tell: tell()
        case .back: go(.back)
        case .toInbox: go(.inbox)
        case .mend(let remedy): if let place = remedy.place(request) { go(place) } else { tell() }
        }
    }

    // Rejecting is the one statement that stops a request for everybody, with proof of who stopped it.
    private func tell() {
        if state.progress == .sending { return }
        show { $0.progress = .sending }
        ask { [self] in
            _ = try await phone.openRequest(request: request)
            // Whoever has closed the screen is asked for no finger.
            try Task.checkCancellation()
            let decided = try await phone.reject(request: request, reason: texts["app-not-me-reason"])
            let isRecorded = if case .recorded = decided { true } else { false }
            show { $0.progress = .told(recorded: isRecorded) }
        } failed: { [self] in
            failed($0)
        }
    }

    private func failed(_ failure: Failure) { show { $0.progress = .failed(failure) } }
}
