import TrienCore

/// A signature in one line, with the reasons against it; a sound one needs none.
func signatureLine(_ judgement: Judgement, _ otherName: String, _ changes: [String] = []) -> SignatureLine {
    let against = judgement.answers.filter { $0.outcome != .ok }.map { TrienKit.against($0.reason) }
    var later: [String] = []
    for change in changes where !later.contains(change) { later.append(change) }
    return SignatureLine(
        name: judgement.name ?? otherName, verdict: judgement.verdict, why: against + later.map { words("verify-change-\($0)") })
}

// What the command line says here names options of its own.
private func against(_ reason: String) -> Words {
    switch reason {
    case "no-trusted-issuer": words("app-verify-no-trusted-issuer")
    case "no-revocation-list": words("app-verify-no-revocation-list")
    default: words("verify-\(reason)")
    }
}
