import TrienCore
import TrienKit

// What screens show, for whoever counts on one of its forms.

extension EnrollmentStep {
    public var link: String? { if case .start(let link) = self { link } else { nil } }
    public var holder: Holder? { if case .check(let holder, _, _, _) = self { holder } else { nil } }
    public var code: String? { if case .waiting(let code, _, _) = self { code } else { nil } }
    public var doneName: String? { if case .done(let name, _, _) = self { name } else { nil } }
}

extension SyncStatus {
    public var doneAt: String? { if case .done(let at) = self { at } else { nil } }
    public var failure: Failure? { if case .failed(_, let failure) = self { failure } else { nil } }
}

extension DocumentContent {
    public var open: Open? { if case .open(let open) = self { open } else { nil } }
    public var over: Words? { if case .over(let what, _, _) = self { what } else { nil } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension SheetContent {
    public var lines: SheetLines? { if case .ready(let ready) = self { ready.lines } else { nil } }
    public var isSigned: Bool { if case .signed = self { true } else { false } }
    public var isKept: Bool { if case .kept = self { true } else { false } }
    public var refusal: (why: Words, what: Words)? { if case .refused(let why, let what, _) = self { (why, what) } else { nil } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }

    /// Whether the sheet is done with, in whatever way.
    public var isAnswer: Bool {
        switch self {
        case .preparing, .ready, .signing: false
        case .signed, .kept, .refused, .failed: true
        }
    }
}

extension PracticeStep {
    public var judged: [SignatureLine]? { if case .judged(_, let signatures) = self { signatures } else { nil } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension Others {
    public var lines: [OtherLine]? { if case .known(let lines, nil) = self { lines } else { nil } }
    public var isAsking: Bool { self == .asking }
}

extension People {
    public var lines: [PersonLine]? { if case .known(let lines) = self { lines } else { nil } }
}

extension DelegateStep {
    public var sheet: DelegationTerms? { if case .sheet(let terms) = self { terms } else { nil } }
}

extension Delegated {
    public var given: [DelegationLine]? { if case .known(let given, _, nil, _) = self { given } else { nil } }
}

extension Commented {
    public var lines: [CommentLine]? { if case .known(let lines, nil) = self { lines } else { nil } }
}

extension CommentLine {
    public var isWithdrawn: Bool { if case .withdrawn = body { true } else { false } }
}

extension NotMeProgress {
    /// Whether it is over, in whatever way.
    public var isAnswer: Bool {
        switch self {
        case .asking, .sending: false
        case .told, .failed: true
        }
    }
}

extension Keeping {
    public var isHanded: Bool { if case .handed = self { true } else { false } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension RefuseProgress {
    public var isRecorded: Bool { if case .recorded = self { true } else { false } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension Check {
    public var clockSeconds: Int? { if case .reached(_, let seconds) = self { Int(seconds) } else { nil } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension VerifyState {
    public var judged: Judged? { if case .judged(let judged) = self { judged } else { nil } }
    public var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}
