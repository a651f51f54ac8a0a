import TrienCore

/// Any PDF, judged on the phone: valid, not valid, or not to be determined, and why.
public enum VerifyState: Equatable, Sendable {
    case choose
    case working(name: String)
    case judged(Judged)
    case failed(Failure)

    public struct Judged: Equatable, Sendable {
        public var name: String
        public var verdict: Verdict
        public var why: [Words]
        public var notes: [Words]
        public var signatures: [SignatureLine]
        public var sha256: String
        public var changed: Changed = .no

        public init(
            name: String, verdict: Verdict, why: [Words], notes: [Words], signatures: [SignatureLine], sha256: String,
            changed: Changed = .no
        ) {
            self.name = name
            self.verdict = verdict
            self.why = why
            self.notes = notes
            self.signatures = signatures
            self.sha256 = sha256
            self.changed = changed
        }
    }
}

/// Whether something was changed after a signature, so that the pages can be compared.
public enum Changed: CaseIterable, Sendable {
    case no
    case yes
}

public enum VerifyEvent: Equatable, Sendable {
    case chosen(file: Picked)
    case again
    case compare
    case back
}

public final class VerifyPresenter: Presenter<VerifyState, VerifyEvent> {
    private let phone: any PhoneProtocol
    private var file: Picked?
    private let go: @MainActor (Place) -> Void

    public init(
        phone: any PhoneProtocol, file: Picked?, scope: Scope, go: @escaping @MainActor (Place) -> Void, first: VerifyState = .choose
    ) {
        self.phone = phone
        self.go = go
        super.init(first, scope)
        if let file { judge(file) }
    }

    public override func on(_ event: VerifyEvent) {
        switch event {
        case .chosen(let file): judge(file)
        case .again: show { $0 = .choose }
        case .compare: if let file { go(.changes(what: .ofFile(file: file))) }
        case .back: go(.back)
        }
    }

    private func judge(_ file: Picked) {
        self.file = file
        show { $0 = .working(name: file.name) }
        ask { [self] in
            let answer = try await phone.verify(file: file.bytes)
            show { $0 = .judged(judged(file.name, answer)) }
        } failed: { [self] failure in
            show { $0 = .failed(failure.ofOwnFile()) }
        }
    }
}

/// What another app handed over could not be read.
public let notRead = VerifyState.failed(Failure(what: words("app-failure-not-read"), remedy: .tryAgain))

private func judged(_ name: String, _ answer: Verification) -> VerifyState.Judged {
    VerifyState.Judged(
        name: name,
        verdict: answer.verdict,
        why: answer.document == .ok ? [] : [words("verify-\(answer.documentReason)")],
        notes: answer.findings.map(findingWords),
        signatures: answer.signatures.map { signatureLine($0.judgement, "", $0.changes) },
        sha256: answer.sha256,
        changed: answer.signatures.contains { !$0.changes.isEmpty } ? .yes : .no)
}
