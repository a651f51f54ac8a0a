import TrienCore

/// One decision of this phone, with the proof that it stands in the log, and what became of its request.
public struct ReceiptState: Equatable, Sendable {
    public var subject: String
    public var verb: Verb
    public var signedAt: String
    public var decision: String
    public var standing: ReceiptStanding
    public var end: Words? = nil
    public var route: [RouteLine] = []
    public var keeping: Keeping = .nothing

    public init(
        subject: String, verb: Verb, signedAt: String, decision: String, standing: ReceiptStanding, end: Words? = nil,
        route: [RouteLine] = [], keeping: Keeping = .nothing
    ) {
        self.subject = subject
        self.verb = verb
        self.signedAt = signedAt
        self.decision = decision
        self.standing = standing
        self.end = end
        self.route = route
        self.keeping = keeping
    }
}

public enum ReceiptStanding: Equatable, Sendable {
    case recorded(at: String, proof: String)
    case refused(why: Words, what: Words, proof: String)

    /// Its detail is for diagnostics, as a failure's is.
    case unsent(detail: String)
    case sending
    case failed(Failure)
    case missing
}

public enum ReceiptEvent: Equatable, Sendable {
    case sendAgain
    case share

    /// What was refused, as it stands now: it may wait again, or be over.
    case lookAgain
    case mend(remedy: Remedy)
    case back
}

public final class ReceiptPresenter: Presenter<ReceiptState, ReceiptEvent> {
    private let phone: any PhoneProtocol
    private let decision: String
    private let device: any Device
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, decision: String, device: any Device, scope: Scope, go: @escaping @MainActor (Place) -> Void
    ) {
        self.phone = phone
        self.decision = decision
        self.device = device
        self.go = go
        super.init(receipt(phone, decision), scope)
    }

    public override func on(_ event: ReceiptEvent) {
        switch event {
        case .back: go(.back)
        case .sendAgain: send()
        case .share: share()
        case .lookAgain: request().map { go(.document(request: $0)) }
        case .mend(let remedy): mend(remedy)
        }
    }

    private func mend(_ remedy: Remedy) {
        if let place = remedy.place(request()) {
            go(place)
        } else if case .failed = state.keeping {
            share()
        } else {
            send()
        }
    }

    private func request() -> String? { phone.outbox().first { $0.decision == decision }?.request }

    private func send() {
        if state.standing == .sending { return }
        show { $0.standing = .sending }
        ask { [self] in
            _ = try await phone.flush()
            show { $0 = receipt(phone, decision) }
        } failed: { [self] failure in
            show { $0.standing = .failed(failure) }
        }
    }

    private func share() {
        guard let entry = phone.outbox().first(where: { $0.decision == decision }) else { return }
        if state.keeping == .nothing || state.keeping == .fetching { return }
        put(.fetching)
        ask { [self] in
            let kept = try await phone.kept(request: entry.request)
            put(handed(kept, await device.share(files(kept))))
        } failed: { [self] in
            put(.failed($0))
        }
    }

    private func put(_ keeping: Keeping) { show { $0.keeping = keeping } }
}

private func receipt(_ phone: any PhoneProtocol, _ decision: String) -> ReceiptState {
    guard let entry = phone.outbox().first(where: { $0.decision == decision }) else {
        return ReceiptState(subject: "", verb: .approve, signedAt: "", decision: decision, standing: .missing)
    }
    // A request that another enrollment brought is not on this phone any more; its receipt is.
    let details = try? phone.request(request: entry.request)
    let now = phone.serverNow()
    return ReceiptState(
        subject: entry.subject, verb: entry.verb, signedAt: moment(entry.signedAt, now), decision: decision,
        standing: standingOf(entry, phone), end: details.flatMap { endWords($0.state) },
        route: details.map { routeLines($0, now) } ?? [], keeping: keeping(entry, details))
}

private func keeping(_ entry: OutboxEntry, _ details: RequestDetails?) -> Keeping {
    guard entry.verb == .approve, case .recorded = entry.state, case .completed = details?.state else { return .nothing }
    return .offered
}

private func standingOf(_ entry: OutboxEntry, _ phone: any PhoneProtocol) -> ReceiptStanding {
    switch entry.state {
    case .recorded(let receipt): .recorded(at: moment(receipt.recordedAt, phone.serverNow()), proof: receipt.proof)
    case .refused(let why, let receipt): .refused(why: problemTitle(why), what: problemDetail(why), proof: receipt.proof)
    case .waiting(let detail): .unsent(detail: detail)
    }
}
