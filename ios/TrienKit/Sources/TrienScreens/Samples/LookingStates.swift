#if DEBUG
    import TrienCore
    import TrienKit

    private let rows = [
        ChangedRow(page: 1, signer: "Phạm Văn Sơn", kinds: [words("verify-change-page-content")]),
        ChangedRow(page: nil, signer: "Phạm Văn Sơn", kinds: [words("verify-change-actions")]),
    ]

    private func listed(_ sight: Sight) -> ChangesState { .listed(rows: rows, sight: sight) }

    private func drawn(before: String?, after: String?, marks: [Mark] = []) -> ChangesState {
        listed(.drawn(.init(row: 0, before: before.flatMap(samplePng), after: after.flatMap(samplePng), marks: marks)))
    }

    private let pageFails = failureOf(PhoneError.Render(slug: "too-many-operations", detail: "the page takes too much to draw"))

    public let changesStates: [Named<ChangesState>] = [
        Named("looking", .looking),
        // What touches no page has no picture.
        Named("listed", .listed(rows: [rows[1]])),
        Named("drawing", listed(.drawing(row: 0))),
        Named("drawn", drawn(before: "before", after: "after", marks: [Mark(page: 0, left: 0.14, top: 0.45, right: 0.9, bottom: 0.49)])),
        Named("new-page", drawn(before: nil, after: "after")),
        Named("gone-page", drawn(before: "before", after: nil)),
        Named("not-drawn", listed(.failed(row: 0, failure: pageFails))),
        Named("none", .listed(rows: [])),
        Named("failed", .failed(failureOf(PhoneError.NotOpened(request: "request-1")))),
    ]

    private let encrypted = failureOf(PhoneError.Unsignable(slug: "encrypted", detail: "the document is encrypted"))

    private let unreachable = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "timed out"))
    private let longName =
        "Phụ lục 1 kèm theo Quyết định phê duyệt dự toán kinh phí cải cách hành chính năm 2027 của Ủy ban nhân dân tỉnh (bản đã thẩm định).pdf"

    public let attachmentStates: [Named<AttachmentState>] = [
        Named("opening", AttachmentState(name: "phu-luc-1-du-toan-chi-tiet.pdf", content: .opening)),
        Named("open", AttachmentState(name: "phu-luc-1-du-toan-chi-tiet.pdf", content: .open(pages: [a4, a4]))),
        Named("long-name", AttachmentState(name: longName, content: .open(pages: [a4]))),
        Named("unreachable", AttachmentState(name: "phu-luc-1-du-toan-chi-tiet.pdf", content: .failed(unreachable))),
        Named("unsignable", AttachmentState(name: "phu-luc-2.pdf", content: .failed(encrypted))),
    ]

    /// Where the practice document is signed.
    private func practicePlace(on page: Int) -> Mark {
        Mark(page: page, left: 0.4703, top: 0.4061, right: 0.8735, bottom: 0.513)
    }

    private let practicePage = MarkedPage(page: 1, size: a4, mark: practicePlace(on: 0))
    private let at = "08:42 22/11/2026"
    private let practised = SignatureLine(
        name: "BẢN TẬP / PRACTICE", verdict: .undetermined, why: [words("app-verify-no-trusted-issuer"), words("verify-chain-unknown")])

    private func practice(_ name: String, _ step: PracticeStep) -> Named<PracticeState> { Named(name, PracticeState(step: step)) }

    private let noFinger = Failure(what: words("app-enroll-no-finger"), remedy: .security, detail: "no biometric enrolled")

    public let practiceStates: [Named<PracticeState>] = [
        practice("opening", .opening),
        practice("reading", .reading(pages: [a4, a4], page: 1, mark: practicePlace(on: 1))),
        practice("sheet", .sheet(page: practicePage, at: at)),
        practice("signing", .signing(page: practicePage, at: at)),
        practice("judged", .judged(page: practicePage, signatures: [practised])),
        practice("no-finger", .failed(noFinger)),
    ]

    private let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    private func judged(
        _ name: String, _ verdict: Verdict, why: [Words] = [], notes: [Words] = [], _ signatures: [SignatureLine], changed: Changed = .no
    ) -> VerifyState {
        .judged(.init(name: name, verdict: verdict, why: why, notes: notes, signatures: signatures, sha256: sha256, changed: changed))
    }

    private func signature(_ verdict: Verdict, _ name: String = "Nguyễn Văn An", why: [String] = []) -> SignatureLine {
        SignatureLine(name: name, verdict: verdict, why: why.map { words($0) })
    }

    public let verifyStates: [Named<VerifyState>] = [
        Named("choose", .choose),
        Named("working", .working(name: "quyet-dinh.signed.pdf")),
        Named("valid", judged("quyet-dinh.signed.pdf", .valid, [signature(.valid)])),
        Named(
            "undetermined",
            judged(
                "hop-dong.pdf", .undetermined, notes: [findingWords(.fontNotEmbedded)],
                [
                    signature(
                        .undetermined, "Công ty Cổ phần Tư vấn Xây dựng", why: ["app-verify-no-trusted-issuer", "verify-chain-unknown"])
                ])),
        Named(
            "not-valid",
            judged("ban-sua.pdf", .notValid, [signature(.notValid, why: ["verify-document-changed"])])),
        Named(
            "changed", judged("ban-sua.pdf", .notValid, [signature(.notValid, why: ["verify-change-page-content"])], changed: .yes)),
        Named("not-read", notRead),
        Named("unsigned", judged("thu.pdf", .notValid, why: [words("verify-no-signature")], [])),
        Named("failed", .failed(failureOf(PhoneError.Defect(what: "verifying a file")))),
    ]
#endif
