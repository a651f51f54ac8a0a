#if DEBUG
    import Foundation
    import TrienCore
    import TrienKit

    private let title = "120/QĐ-UBND"
    private let subject = "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027"

    private func signer(_ why: KeySignerError) -> Failure { failureOf(PhoneError.Signer(source: why)) }

    private func lines(_ change: (inout SheetLines) -> Void = { _ in }) -> SheetLines {
        var lines = SheetLines(
            agree: agreeWords(.approve), position: "Chủ tịch Ủy ban nhân dân tỉnh", inPlaceOf: nil, certificate: "91BC 4F2A",
            certificateUntil: "14/03/2028", at: "08:42 22/11/2026", page: 2, meanwhile: 0, findings: [])
        change(&lines)
        return lines
    }

    private let delegate = lines {
        $0.inPlaceOf = InPlaceLines(title: "KT. CHỦ TỊCH", name: "Nguyễn Văn An", until: "28/11/2026")
        $0.position = "Phó Chủ tịch"
        $0.page = nil
        $0.meanwhile = 1
        $0.findings = [findingWords(.embeddedFiles)]
    }

    /// Signs the document after the phone has approved.
    private let token = SheetSigner(
        home: .token, subject: "NGUYỄN VĂN AN", issuer: "CA Chuyên dùng Chính phủ", notAfter: Date(timeIntervalSince1970: 1_836_604_800))
    private let approved = How.signed(at: "08:45", signer: awaitedSignerWords(token))

    /// Where the last page of the sample document is signed.
    private let stamped = Stamped(
        sheet: 1, page: MarkedPage(page: 2, size: a4, mark: Mark(page: 0, left: 0.581, top: 0.47, right: 0.895, bottom: 0.561)))

    private func sheet(_ content: SheetContent) -> SignState { SignState(title: title, subject: subject, sheet: content) }

    private let certificateEnded = failureOf(PhoneError.CertificateEnded(ended: Date(timeIntervalSince1970: 1_794_304_800)))
    private let full = failureOf(PhoneError.Storage(source: .Full(file: "outbox")))

    public let signStates: [Named<SignState>] = [
        Named("ready", sheet(.ready(.init(lines: lines(), prompt: .first, stamped: stamped)))),
        Named("page", sheet(.ready(.init(lines: lines(), prompt: .first, stamped: stamped, look: .page)))),
        Named("delegate", sheet(.ready(.init(lines: delegate, prompt: .renewed)))),
        Named("preparing", SignState(title: "", subject: "", sheet: .preparing)),
        Named("signing", sheet(.signing(lines: lines()))),
        Named("signed", sheet(.signed(at: "08:42", next: "request-3"))),
        Named("last", sheet(.signed(at: "08:42", next: nil))),
        Named("approved", sheet(.signed(at: "08:42", next: "request-3", signer: awaitedSignerWords(token)))),
        Named("kept", sheet(.kept(next: "request-3"))),
        Named("approved-kept", sheet(.kept(next: nil, signer: awaitedSignerWords(token)))),
        Named("refused", sheet(.refused(why: problemTitle(.overtaken), what: problemDetail(.overtaken), next: nil))),
        Named("cancelled", sheet(.failed(signer(.Cancelled)))),
        Named("invalidated", sheet(.failed(signer(.KeyInvalidated)))),
        Named("certificate-ended", sheet(.failed(certificateEnded))),
        Named("disk-full", sheet(.failed(full))),
        Named("log", sheet(.failed(failureOf(PhoneError.Log(detail: "two roots for size 812"))))),
    ]

    private func refuse(_ verb: Refusal, _ progress: RefuseProgress) -> RefuseState {
        RefuseState(title: title, subject: subject, verb: verb, chips: [.form], progress: progress)
    }

    private let written = RefuseState(
        title: title, subject: subject, verb: .return, chips: [.form, .missing],
        text: "Phụ lục 1 ghi sai năm ngân sách; đề nghị sửa rồi trình lại.")

    public let refuseStates: [Named<RefuseState>] = [
        Named("reject", RefuseState(title: title, subject: subject, verb: .reject)),
        Named("in-place", RefuseState(title: title, subject: subject, verb: .reject, inPlaceOf: "Nguyễn Văn An")),
        Named("return", written),
        Named("leaving", refuse(.reject, .leaving(seconds: 5))),
        Named("leaving-return", refuse(.return, .leaving(seconds: 1))),
        Named("sending", refuse(.reject, .sending)),
        Named("recorded", refuse(.reject, .recorded(at: "08:44", next: "request-3"))),
        Named("kept-next", refuse(.reject, .kept(next: "request-3"))),
        Named("returned", refuse(.return, .recorded(at: "08:44", next: nil))),
        Named("kept", refuse(.return, .kept(next: nil))),
        Named("refused", refuse(.reject, .refused(why: problemTitle(.requestEnded), what: problemDetail(.requestEnded)))),
        Named("failed", refuse(.reject, .failed(signer(.Locked)))),
    ]

    private func notMe(_ progress: NotMeProgress) -> NotMeState {
        NotMeState(title: title, subject: subject, from: "Văn phòng UBND tỉnh", progress: progress)
    }

    public let notMeStates: [Named<NotMeState>] = [
        Named("asking", notMe(.asking)),
        Named("sending", notMe(.sending)),
        Named("told", notMe(.told(recorded: true))),
        Named("kept", notMe(.told(recorded: false))),
        Named("failed", notMe(.failed(signer(.Unavailable(detail: "the Secure Enclave did not answer"))))),
    ]

    private func rows(_ first: How, _ second: How, _ third: How) -> [SeveralRow] {
        [
            SeveralRow(request: "request-1", title: title, subject: subject, how: first),
            SeveralRow(request: "request-3", title: "121/CV-STTTT", subject: "Đẩy mạnh cải cách thủ tục hành chính", how: second),
            SeveralRow(request: "request-4", title: "122/TTr-SNV", subject: "Bổ nhiệm cán bộ", how: third),
        ]
    }

    private let overtaken = failureOf(PhoneError.Changed(request: "request-4"))

    public let severalStates: [Named<SeveralState>] = [
        Named("unread", SeveralState(rows: rows(.ready, .unread, .ready), running: .no, prompts: .every(papers: 2))),
        Named("ready", SeveralState(rows: rows(.ready, .ready, .ready), running: .no, prompts: .once)),
        Named("running", SeveralState(rows: rows(.signed(at: "08:45"), .signing, .ready), running: .yes, prompts: .each)),
        Named("done", SeveralState(rows: rows(.signed(at: "08:45"), .kept, .not(overtaken)), running: .done, prompts: .each)),
        Named("approved", SeveralState(rows: rows(approved, approved, approved), running: .done, prompts: .each)),
    ]

    private let proof = "c2sp.org/tlog-proof@v1\nindex 811\nvAbG2s…\nky.example.vn/log\n812\nq0XyJ9…\n\n— ky.example.vn/log 3oJ1…"
    private let hash = "5f0c1e7a9b3d4f6081a2b3c4d5e6f70819283746556473829100aabbccddeeff"

    private func receipt(_ verb: Verb, _ standing: ReceiptStanding) -> ReceiptState {
        ReceiptState(subject: subject, verb: verb, signedAt: "08:42", decision: hash, standing: standing)
    }

    private let recorded = ReceiptStanding.recorded(at: "08:42", proof: proof)
    private let keptFiles = ["120-QD-UBND.signed.pdf", "120-QD-UBND.1.evidence", "120-QD-UBND.2.evidence"]

    private func finished(_ keeping: Keeping) -> ReceiptState {
        ReceiptState(
            subject: subject, verb: .approve, signedAt: "08:42", decision: hash, standing: recorded, end: words("app-end-completed"),
            route: sampleRouteDone, keeping: keeping)
    }

    private let notValid = ReceiptStanding.refused(
        why: problemTitle(.certificateNotValid), what: problemDetail(.certificateNotValid), proof: proof)
    private let otherKey = failureOf(PhoneError.WrongServerKey(server: "https://ky.mayngan.gov.vn"))

    public let receiptStates: [Named<ReceiptState>] = [
        Named("recorded", receipt(.approve, recorded)),
        Named("finished", finished(.offered)),
        Named("fetching", finished(.fetching)),
        Named("shared", finished(.handed(verdict: .valid, files: keptFiles))),
        Named("shared-undetermined", finished(.handed(verdict: .undetermined, files: keptFiles))),
        Named("not-shared", finished(.failed(failureOf(PhoneError.Kept(detail: "a signature on the file does not hold"))))),
        Named("refused", receipt(.approve, notValid)),
        Named("unsent", receipt(.return, .unsent(detail: "no answer from the server yet"))),
        Named("sending", receipt(.return, .sending)),
        Named("failed", receipt(.return, .failed(otherKey))),
        Named("missing", ReceiptState(subject: "", verb: .approve, signedAt: "", decision: hash, standing: .missing)),
    ]
#endif
