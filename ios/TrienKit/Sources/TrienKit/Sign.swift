import Foundation
import TrienCore

/// The last look before the prompt: what is signed, as whom, with which certificate, when.
public struct SignState: Equatable, Sendable {
    public var title: String
    public var subject: String
    public var sheet: SheetContent

    public init(title: String, subject: String, sheet: SheetContent) {
        self.title = title
        self.subject = subject
        self.sheet = sheet
    }
}

public enum SheetContent: Equatable, Sendable {
    case preparing
    case ready(Ready)

    /// The system's prompt is before the person, or the decision is on its way.
    case signing(lines: SheetLines)

    /// Only approved where another key signs the document yet: whose.
    case signed(at: String, next: String?, signer: Words? = nil)

    /// Signed and kept: it is sent when the server answers.
    case kept(next: String?, signer: Words? = nil)
    case refused(why: Words, what: Words, next: String?)
    case failed(Failure)

    public struct Ready: Equatable, Sendable {
        public var lines: SheetLines
        public var prompt: Prompt
        public var stamped: Stamped? = nil
        public var look: Look = .lines

        public init(lines: SheetLines, prompt: Prompt, stamped: Stamped? = nil, look: Look = .lines) {
            self.lines = lines
            self.prompt = prompt
            self.stamped = stamped
            self.look = look
        }
    }
}

public struct SheetLines: Equatable, Sendable {
    public var agree: Words
    public var position: String
    /// In whose place, where that is another's.
    public var inPlaceOf: InPlaceLines?
    public var certificate: String
    public var certificateUntil: String?
    public var at: String
    public var page: Int?
    public var meanwhile: Int
    public var findings: [Words]

    public init(
        agree: Words, position: String, inPlaceOf: InPlaceLines?, certificate: String, certificateUntil: String?, at: String, page: Int?,
        meanwhile: Int, findings: [Words]
    ) {
        self.agree = agree
        self.position = position
        self.inPlaceOf = inPlaceOf
        self.certificate = certificate
        self.certificateUntil = certificateUntil
        self.at = at
        self.page = page
        self.meanwhile = meanwhile
        self.findings = findings
    }
}

/// Whose place it is, what stands above the signature, and how long that counts.
public struct InPlaceLines: Equatable, Sendable {
    public var title: String
    public var name: String
    public var until: String

    public init(title: String, name: String, until: String) {
        self.title = title
        self.name = name
        self.until = until
    }
}

/// The page as approving this very sheet makes it.
public struct Stamped: Equatable, Sendable {
    public var sheet: UInt64
    public var page: MarkedPage

    public init(sheet: UInt64, page: MarkedPage) {
        self.sheet = sheet
        self.page = page
    }
}

/// What of the sheet is looked at.
public enum Look: CaseIterable, Sendable {
    case lines
    case page
}

/// Why the sheet is as it is now.
public enum Prompt: CaseIterable, Sendable {
    case first
    case renewed
}

public enum SignEvent: Equatable, Sendable {
    case sign
    case cancel
    case show(look: Look)
    case notMe
    case next
    case toInbox
    case mend(remedy: Remedy)
}

public final class SignPresenter: Presenter<SignState, SignEvent> {
    private let phone: any PhoneProtocol
    private let session: Session
    private let certificate: CertificateFacts?
    private let request: String
    private let go: @MainActor (Place) -> Void
    private let first: Look
    private var open: Sheet?
    private var renewal: Task<Void, Never>?

    // A sheet that is renewed is looked at as the one before.
    private var look: Look

    public init(
        phone: any PhoneProtocol, session: Session, certificate: CertificateFacts?, request: String, scope: Scope,
        go: @escaping @MainActor (Place) -> Void, first: Look = .lines
    ) {
        self.phone = phone
        self.session = session
        self.certificate = certificate
        self.request = request
        self.go = go
        self.first = first
        look = first
        super.init(SignState(title: "", subject: "", sheet: .preparing), scope)
        prepare(.first)
    }

    public override func on(_ event: SignEvent) {
        switch event {
        case .sign: sign()
        case .cancel: cancel()
        case .show(let what): look(at: what)
        case .notMe: go(.notMe(request: request))
        case .next: go(next().map { .document(request: $0) } ?? .inbox)
        case .toInbox: go(.inbox)
        case .mend(let remedy): if let place = remedy.place(request) { go(place) } else { prepare(.first) }
        }
    }

    // Whoever came from the sheet to its page goes back to the sheet.
    private func cancel() {
        if case .ready(let ready) = state.sheet, ready.look == .page, first == .lines { look(at: .lines) } else { go(.back) }
    }

    private func look(at look: Look) {
        guard case .ready(var ready) = state.sheet else { return }
        self.look = ready.stamped == nil ? .lines : look
        ready.look = self.look
        put(.ready(ready))
    }

    private func prepare(_ prompt: Prompt) {
        put(.preparing)
        ask { [self] in
            let sheet = try await phone.sheet(request: request)
            open = sheet
            show {
                $0.title = headline(sheet.metadata)
                $0.subject = sheet.metadata.subject
            }
            let stamped = try phone.stampedPage(sheet: sheet.id).map { Stamped(sheet: sheet.id, page: marked($0)) }
            put(.ready(.init(lines: lines(sheet), prompt: prompt, stamped: stamped, look: stamped == nil ? .lines : look)))
            renewLater(sheet)
        } failed: { [self] in
            failed($0)
        }
    }

    // The time of signing is fixed when the sheet opens, and old after five minutes.
    private func renewLater(_ sheet: Sheet) {
        renewal?.cancel()
        renewal = ask { [self] in
            try await scope.pause(.seconds(max(0, sheet.renewAt.timeIntervalSince(phone.serverNow()))))
            if case .ready = state.sheet { prepare(.renewed) }
        } failed: { [self] in
            failed($0)
        }
    }

    private func sign() {
        guard case .ready(let ready) = state.sheet, let sheet = open else { return }
        renewal?.cancel()
        put(.signing(lines: ready.lines))
        ask { [self] in
            do {
                put(after(try await phone.approve(sheet: sheet.id), sheet.documentSigner.map(awaitedSignerWords)))
            } catch PhoneError.SheetExpired {
                prepare(.renewed)
            }
        } failed: { [self] in
            failed($0)
        }
    }

    private func after(_ decided: Decided, _ signer: Words?) -> SheetContent {
        switch decided {
        case .recorded(let receipt): .signed(at: clock(receipt.recordedAt), next: next(), signer: signer)
        case .waiting: .kept(next: next(), signer: signer)
        case .refused(let why, _): .refused(why: problemTitle(why), what: problemDetail(why), next: next())
        }
    }

    private func next() -> String? { session.after(request) }

    private func lines(_ sheet: Sheet) -> SheetLines {
        SheetLines(
            agree: agreeWords(sheet.role),
            position: positionOf(sheet.authority),
            inPlaceOf: sheet.inPlaceOf.map { InPlaceLines(title: $0.title, name: $0.person.name, until: lastDay($0.until)) },
            certificate: lastDigits(sheet.certificate),
            certificateUntil: certificate.map { day($0.until) },
            at: "\(clock(sheet.signedAt)) \(day(sheet.signedAt))",
            page: sheet.signing?.stamp.map { Int($0.page) },
            meanwhile: Int(sheet.signedMeanwhile),
            findings: [sheet.documentSigner.map(signerWords)].compactMap { $0 } + sheet.findings.map(findingWords))
    }

    private func put(_ sheet: SheetContent) { show { $0.sheet = sheet } }

    private func failed(_ failure: Failure) { put(.failed(failure)) }
}

// Enough to tell two certificates apart, as people read a number out.
private func lastDigits(_ certificate: String) -> String {
    let digits = certificate.suffix(8).uppercased()
    return "\(digits.prefix(4)) \(digits.dropFirst(4))"
}
