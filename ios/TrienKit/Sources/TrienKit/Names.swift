import TrienCore

/// The urgency as the office writes it; ordinary papers bear no mark.
public func urgencyWords(_ urgency: Urgency) -> Words? {
    switch urgency {
    case .normal: nil
    case .urgent: words("app-urgency-urgent")
    case .veryUrgent: words("app-urgency-very-urgent")
    case .flash: words("app-urgency-flash")
    }
}

public func roleWords(_ role: Role) -> Words {
    switch role {
    case .review: words("app-role-review")
    case .initial: words("app-role-initial")
    case .approve: words("app-role-approve")
    case .seal: words("app-role-seal")
    case .receive: words("app-role-receive")
    }
}

/// The button with which a role agrees.
public func agreeWords(_ role: Role) -> Words {
    switch role {
    case .review, .receive: words("app-agree-review")
    case .initial: words("app-agree-initial")
    case .approve: words("app-agree-approve")
    case .seal: words("app-agree-seal")
    }
}

public func verbWords(_ verb: Verb) -> Words {
    switch verb {
    case .approve: words("app-verb-approved")
    case .reject: words("app-verb-rejected")
    case .return: words("app-verb-returned")
    }
}

/// Where a request stands once it needs nobody any more; nothing while a step is open.
public func endWords(_ state: RouteState) -> Words? {
    switch state {
    case .open: nil
    case .completed: words("app-end-completed")
    case .rejected: words("app-end-rejected")
    case .returned: words("app-end-returned")
    case .recalled: words("app-end-recalled")
    case .expired: words("app-end-expired")
    }
}

/// Whose key signs the document after the decision.
public func signerWords(_ signer: SheetSigner) -> Words {
    switch signer.home {
    case .token: words("app-sign-elsewhere-token", ["name": signer.subject])
    case .sim: words("app-sign-elsewhere-sim", ["name": signer.subject])
    case .remote, .phone: words("app-sign-elsewhere-remote", ["name": signer.subject])
    }
}

/// The same once it was decided: the document is not signed yet.
public func awaitedSignerWords(_ signer: SheetSigner) -> Words {
    switch signer.home {
    case .token: words("app-approved-elsewhere-token", ["name": signer.subject])
    case .sim: words("app-approved-elsewhere-sim", ["name": signer.subject])
    case .remote, .phone: words("app-approved-elsewhere-remote", ["name": signer.subject])
    }
}

public func findingWords(_ finding: Finding) -> Words {
    switch finding {
    case .signedBefore(let count): words("pdf-finding-signed-before", ["count": count])
    case .changedAfterSignature: words("pdf-finding-changed-after-signature")
    case .optionalContent: words("pdf-finding-optional-content")
    case .fieldWithoutAppearance: words("pdf-finding-field-without-appearance")
    case .embeddedFiles: words("pdf-finding-embedded-files")
    case .xfa: words("pdf-finding-xfa")
    case .contentChangedAfterSignature: words("pdf-finding-content-changed-after-signature")
    case .fontNotEmbedded: words("pdf-finding-font-not-embedded")
    case .cleanCopy: words("pdf-finding-clean-copy")
    case .readersMayDiffer: words("pdf-finding-readers-may-differ")
    case .annotationMayDiffer: words("pdf-finding-annotation-may-differ")
    }
}

public func verdictWords(_ verdict: Verdict) -> Words {
    switch verdict {
    case .valid: words("verify-verdict-valid")
    case .notValid: words("verify-verdict-not-valid")
    case .undetermined: words("verify-verdict-undetermined")
    }
}

public func positionOf(_ authority: Authority) -> String {
    switch authority {
    case .own(let position), .delegated(let position, _): position
    }
}

/// Why a document also goes on paper.
public func paperWords(_ why: OnPaper) -> Words {
    switch why {
    case .legislation: words("app-paper-legislation")
    case .finance: words("app-paper-finance")
    case .personnel: words("app-paper-personnel")
    case .complaints: words("app-paper-complaints")
    case .other(let reason): .theirs(text: reason)
    }
}

/// The document's number, or its kind while it has none.
public func headline(_ metadata: Metadata) -> String { metadata.number ?? metadata.kind }
