#if DEBUG
    import TrienCore
    import TrienKit

    let a4 = PageSize(width: 59528, height: 84189)

    let sampleRoute = [
        RouteLine(
            role: roleWords(.review), name: "Lê Thị Hoa", position: "Chuyên viên Văn phòng", how: .approved, when: "08:10", reason: nil),
        RouteLine(role: roleWords(.initial), name: "Phạm Văn Sơn", position: "Chánh Văn phòng", how: .approved, when: "08:31", reason: nil),
        RouteLine(role: roleWords(.approve), name: "Nguyễn Văn An", position: "Chủ tịch UBND tỉnh", how: .now, when: nil, reason: nil),
        RouteLine(role: roleWords(.seal), name: "Trần Thị Bình", position: "Văn thư", how: .waits, when: nil, reason: nil),
    ]

    /// The same when all have signed.
    let sampleRouteDone: [RouteLine] = sampleRoute.prefix(2) + [signed(sampleRoute[2], at: "08:42"), signed(sampleRoute[3], at: "08:55")]

    private func signed(_ line: RouteLine, at: String) -> RouteLine {
        var signed = line
        signed.how = .approved
        signed.when = at
        return signed
    }

    private func route(approve: Standpoint, seal: Standpoint) -> [RouteLine] {
        var route = sampleRoute
        route[2].how = approve
        route[3].how = seal
        return route
    }

    private let facts = [
        Fact(name: words("app-fact-kind"), value: "Quyết định"),
        Fact(name: words("app-fact-issuer"), value: "Ủy ban nhân dân tỉnh"),
        Fact(name: words("app-fact-from"), value: "Văn phòng UBND tỉnh"),
        Fact(name: words("app-fact-queued"), value: "08:10"),
        Fact(name: words("app-fact-expires"), value: "10:30"),
        Fact(name: words("app-fact-files"), value: "120-QD-UBND.pdf\nphu-luc-1.pdf"),
        Fact(name: words("app-fact-sha256"), value: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ]

    /// The same of a document that came for information.
    private let copied: [Fact] =
        facts.prefix(4)
        + [Fact(name: words("app-fact-delivered"), value: "09:00"), Fact(name: words("app-fact-opened"), value: "09:12")]
        + facts.dropFirst(5)

    /// Somebody decided for another, and who has to decide is away.
    private let away: [RouteLine] = {
        var route = sampleRoute
        route[1].by = words("app-route-by", ["form": "KT.", "name": "Vũ Thị Hạnh"])
        route[2].absent = words("app-route-absent", ["until": "25/11/2026"])
        route[3].absent = words("app-route-absent-later", ["since": "01/12/2026", "until": "05/12/2026"])
        return route
    }()

    /// The leader has approved, and a token has still to sign.
    private func awaiting(_ key: String, _ until: String) -> [RouteLine] {
        var route = sampleRoute
        route[2].awaits = words(key, ["until": until])
        return route
    }

    /// Where the sample is signed.
    private func place(on page: Int) -> Mark {
        Mark(page: page, left: 0.53, top: 0.91, right: 0.9, bottom: 0.98)
    }

    private func open(_ change: (inout DocumentContent.Open) -> Void = { _ in }) -> DocumentContent {
        var open = DocumentContent.Open(
            pages: [a4, a4, a4], place: 2, meanwhile: 0, findings: [], signatures: [], route: sampleRoute, facts: facts,
            agree: agreeWords(.approve), mark: place(on: 2))
        change(&open)
        return .open(open)
    }

    private func signed(_ open: inout DocumentContent.Open) {
        open.meanwhile = 1
        open.findings = [findingWords(.signedBefore(count: 2)), findingWords(.fontNotEmbedded)]
        open.signatures = [
            SignatureLine(name: "Phạm Văn Sơn", verdict: .valid, why: []),
            SignatureLine(name: "Công ty Cổ phần Tư vấn Xây dựng", verdict: .undetermined, why: [words("app-verify-no-trusted-issuer")]),
        ]
    }

    private func changed(_ open: inout DocumentContent.Open) {
        signed(&open)
        open.findings = [findingWords(.contentChangedAfterSignature)]
        open.changed = .yes
        open.signatures = [SignatureLine(name: "Phạm Văn Sơn", verdict: .notValid, why: [words("verify-document-changed")])]
    }

    private func copy(_ open: inout DocumentContent.Open) {
        open.place = nil
        open.mark = nil
        open.agree = nil
        open.route = sampleRouteDone
        open.facts = copied
    }

    private let files = [
        AttachmentLine(name: "phu-luc-1-du-toan-chi-tiet.pdf", size: words("app-size-kb", ["count": 412]), place: 1),
        AttachmentLine(name: "bang-tinh.xlsx", size: words("app-size-mb", ["count": 2]), place: nil),
    ]

    private func state(_ content: DocumentContent, _ panel: Panel? = nil) -> DocumentState {
        DocumentState(
            title: "120/QĐ-UBND", subject: "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", content: content, panel: panel)
    }

    private let unsignable = failureOf(PhoneError.Unsignable(slug: "encrypted", detail: "the document is encrypted"))

    private let unreachable = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "timed out"))
    private let damaged = failureOf(PhoneError.Document(detail: "the digest is another"))
    private let full = failureOf(PhoneError.Storage(source: .Full(file: "documents")))

    public let documentStates: [Named<DocumentState>] = [
        Named("open", state(open())),
        Named(
            "review",
            state(
                open {
                    $0.place = nil
                    $0.mark = nil
                    $0.agree = agreeWords(.review)
                })),
        Named("findings", state(open(signed), .findings)),
        Named("changed", state(open(changed), .findings)),
        Named(
            "first-page",
            state(
                open {
                    $0.pages = [a4]
                    $0.place = 0
                    $0.mark = place(on: 0)
                })),
        Named("route", state(open(), .route)),
        Named("files", state(open { $0.attachments = files }, .files)),
        Named(
            "all-sound",
            state(
                open {
                    $0.signatures = [SignatureLine(name: "Phạm Văn Sơn", verdict: .valid, why: [])]
                    $0.attachments = files
                })),
        Named("facts", state(open(), .facts)),
        Named("in-place", state(open { $0.inPlaceOf = "Nguyễn Văn An" })),
        Named("away", state(open { $0.route = away }, .route)),
        Named("paper", state(open { $0.paper = words("app-paper-finance") }, .facts)),
        Named("copy", state(open(copy))),
        Named("copy-facts", state(open(copy), .facts)),
        Named("opening", DocumentState(title: "", subject: "", content: .opening)),
        Named("unsignable", state(.failed(unsignable))),
        Named("unreachable", state(.failed(unreachable))),
        Named("damaged", state(.failed(damaged))),
        Named("disk-full", state(.failed(full))),
        Named("over", state(.over(what: words("app-end-completed"), route: sampleRouteDone, decision: "a1"))),
        Named("elsewhere", state(.over(what: words("app-over-elsewhere"), route: route(approve: .released, seal: .now)))),
        Named("awaits", state(.over(what: words("app-over-elsewhere"), route: awaiting("app-route-awaits", "08:42 23/11/2026")))),
        Named("awaits-over", state(.over(what: words("app-over-elsewhere"), route: awaiting("app-route-awaits-over", "08:40")))),
        Named("recalled", state(.over(what: words("app-end-recalled"), route: route(approve: .released, seal: .waits)))),
    ]
#endif
