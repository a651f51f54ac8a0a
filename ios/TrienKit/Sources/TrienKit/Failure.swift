import Foundation
import TrienCore

/// What the person can do about a failure.
public enum Remedy: String, CaseIterable, Sendable {
    case tryAgain = "app-try-again"
    case sync = "app-sync-now"
    case lookAgain = "app-look-again"
    case enrollAgain = "app-enroll-again"
    case goBack = "app-go-back"

    /// Where fingers and faces are added is a matter of the system, which lets an app open no page of it but its own.
    case security = "app-to-settings"

    /// Where a remedy leads on every screen; nowhere where the screen itself does something again.
    func place(_ request: String? = nil) -> Place? {
        switch self {
        case .enrollAgain: .enrollment(link: nil)
        case .security: .security
        case .goBack: .back
        case .sync: .inbox
        case .lookAgain: request.map { .document(request: $0) }
        case .tryAgain: nil
        }
    }
}

/// Why something did not happen: a sentence, and what can be done.
public struct Failure: Equatable, Sendable {
    public var what: Words
    public var remedy: Remedy

    /// For whoever helps, in their language: diagnostics show it, and the start where there are none.
    public var detail: String? = nil

    /// What the person is to pass on to whoever submitted the document, who alone can mend it.
    public var tell: Words? = nil

    public init(what: Words, remedy: Remedy, detail: String? = nil, tell: Words? = nil) {
        self.what = what
        self.remedy = remedy
        self.detail = detail
        self.tell = tell
    }

    /// The same for a file of the person's own: nobody else has to hear of it.
    func ofOwnFile() -> Failure { Failure(what: tell ?? what, remedy: remedy, detail: detail) }
}

/// What a signer says when the app may not ask for a face; the core has no word of its own for it.
public let faceNotAllowed = "the app may not ask for a face"

/// Every refusal, in words. What is none of the core's is a defect.
public func failureOf(_ error: any Error) -> Failure {
    guard let refused = error as? PhoneError else { return failure("app-failure-defect", .tryAgain, String(describing: error)) }
    return switch refused {
    case .NotEnrolled: failure("app-failure-not-enrolled", .enrollAgain)
    case .AlreadyEnrolled: failure("app-failure-already-enrolled", .goBack)
    case .NoEnrollment: failure("app-failure-no-enrollment", .enrollAgain)
    case .Invitation(let detail): failure("app-failure-invitation", .enrollAgain, detail)
    case .ShortCode(let detail): failure("app-failure-short-code", .tryAgain, detail)
    case .WrongShortCode(let left): failure("app-failure-wrong-short-code", .tryAgain, arguments: ["left": left])
    case .Impostor(let detail): failure("app-failure-impostor", .enrollAgain, detail)
    case .Profile(let detail): failure("app-failure-profile", .enrollAgain, detail)
    case .Address(let detail): failure("app-failure-address", .enrollAgain, detail)
    case .Unreachable(let server, let detail): failure("app-failure-unreachable", .tryAgain, detail, arguments: ["server": host(server)])
    case .WrongServerKey(let server): failure("app-failure-wrong-server-key", .tryAgain, arguments: ["server": host(server)])
    case .Problem(let kind, let title, let detail, let code):
        Failure(what: .theirs(text: "\(title). \(detail)"), remedy: remedy(kind), detail: code)
    case .UnexpectedAnswer(let detail): failure("app-failure-unexpected", .tryAgain, detail)
    case .AnswerTooLarge: failure("app-failure-unexpected", .tryAgain)
    case .Log(let detail): failure("app-failure-log", .goBack, detail)
    case .NeverSynced, .ReceiptsWait: failure("app-failure-sync-first", .sync)
    case .UnknownRequest, .NothingToDecide: failure("app-failure-nothing-to-decide", .sync)
    case .NotOpened, .Changed: failure("app-failure-changed", .lookAgain)
    case .UnknownSheet, .SheetExpired: failure("app-failure-sheet-expired", .tryAgain)
    case .AlreadyDecided: failure("app-failure-already-decided", .goBack)
    case .TooLate(let ended): failure("app-failure-too-late", .goBack, arguments: ["at": moment(ended)])
    case .NotFinished: failure("app-failure-not-finished", .sync)
    case .Kept(let detail): failure("app-failure-kept", .tryAgain, detail)
    case .CertificateEnded(let ended): failure("app-failure-certificate-ended", .enrollAgain, arguments: ["at": moment(ended)])
    case .Document(let detail): failure("app-failure-document", .tryAgain, detail)
    case .Unsignable(let slug, let detail):
        Failure(what: words("app-failure-unsignable"), remedy: .goBack, detail: detail, tell: words("pdf-refusal-\(slug)"))
    case .SecretGrade: Failure(what: words("problem-secret-grade-detail"), remedy: .goBack)
    case .Recipe(let detail): failure("app-failure-recipe", .goBack, detail)
    case .Delegation(let detail): failure("app-failure-delegation", .sync, detail)
    case .DelegationUnknown(let detail): failure("app-delegate-unknown", .goBack, detail)
    case .Render(let slug, let detail): Failure(what: words("pdf-render-\(slug)"), remedy: .goBack, detail: detail)
    case .Reason(let detail): failure("app-failure-reason", .tryAgain, detail)
    case .Signer(let source): signer(source)
    case .Keys(let source): keys(source)
    case .Secrets(.Unavailable(let detail)): failure("app-failure-secrets", .tryAgain, detail)
    case .Storage(let source): storage(source)
    case .Argument(let name, let detail): failure("app-failure-defect", .tryAgain, "\(name): \(detail)")
    case .Defect(let what): failure("app-failure-defect", .tryAgain, what)
    }
}

/// What a person calls the problem that the server named.
public func problemTitle(_ kind: ProblemKind) -> Words { words("problem-\(slug(kind))-title") }

/// What to do about it.
public func problemDetail(_ kind: ProblemKind) -> Words { words("problem-\(slug(kind))-detail", ["code": "none"]) }

// `staleRevision` is `stale-revision` in the texts.
private func slug(_ kind: ProblemKind) -> String {
    String(describing: kind).reduce(into: "") { slug, letter in slug += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)" }
}

private func failure(
    _ key: String, _ remedy: Remedy, _ detail: String? = nil, arguments: [String: any CustomStringConvertible] = [:]
) -> Failure {
    Failure(what: words(key, arguments), remedy: remedy, detail: detail)
}

private func remedy(_ kind: ProblemKind) -> Remedy {
    switch kind {
    case .deviceRevoked, .unauthenticated, .enrollmentEnded, .invitationSpent, .assuranceTooLow: .enrollAgain
    case .overtaken, .requestEnded: .sync
    case .staleRevision, .decisionMismatch: .lookAgain
    case .secretGrade, .unsignablePdf, .noDelegation: .goBack
    default: .tryAgain
    }
}

private func signer(_ why: KeySignerError) -> Failure {
    switch why {
    case .Cancelled: failure("app-failure-cancelled", .tryAgain)
    case .KeyInvalidated: failure("app-failure-key-invalidated", .enrollAgain)
    case .Locked: failure("app-failure-locked", .tryAgain)
    case .Unavailable(faceNotAllowed): failure("app-failure-face-not-allowed", .tryAgain)
    case .Unavailable(let detail): failure("app-failure-key", .tryAgain, detail)
    case .WrongSignature: failure("app-failure-key", .tryAgain, "the key gave a signature that does not verify")
    case .NotP256: failure("app-failure-key", .tryAgain, "the key is not a P-256 key")
    }
}

private func keys(_ why: KeyStoreError) -> Failure {
    switch why {
    case .Unsupported(faceNotAllowed): failure("app-failure-face-not-allowed", .tryAgain)
    case .Missing: failure("app-failure-keys-missing", .enrollAgain)
    case .Locked(let detail): failure("app-failure-keys-locked", .tryAgain, detail)
    case .Unsupported(let detail): failure("app-failure-keys-unsupported", .security, detail)
    case .Unavailable(let detail): failure("app-failure-key", .tryAgain, detail)
    }
}

private func storage(_ why: StorageError) -> Failure {
    switch why {
    case .Full(let file): failure("app-failure-disk-full", .tryAgain, "\(named(file)) was not written")
    case .KeyLost(let folder): failure("app-failure-key-lost", .enrollAgain, "the key of \(named(folder)) is lost")
    case .OtherFormat(let folder): failure("app-failure-other-release", .goBack, "\(named(folder)) was made by another release")
    case .InUse(let folder): failure("app-failure-files", .tryAgain, "\(named(folder)) is in use by another process")
    case .Damaged(let file, let detail): failure("app-failure-files", .tryAgain, "\(named(file)) is damaged: \(detail)")
    case .System(let file, let detail): failure("app-failure-files", .tryAgain, "\(named(file)): \(detail)")
    }
}

/// The file without the way to it, which says nothing to whoever helps and is long to read out.
private func named(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

private func host(_ server: String) -> String {
    for scheme in ["https://", "http://"] where server.hasPrefix(scheme) { return String(server.dropFirst(scheme.count)) }
    return server
}

private func moment(_ at: Date) -> String { "\(clock(at)) \(day(at))" }
