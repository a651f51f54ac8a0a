#if DEBUG
    import TrienCore
    import TrienKit

    private let offline = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "timed out"))
    private let office = "Ủy ban nhân dân xã Mây Ngàn"
    private let below = words("app-delegation-below", ["name": office])

    private func terms(_ change: (inout DelegationTerms) -> Void = { _ in }) -> DelegationTerms {
        var terms = DelegationTerms(
            title: "KT. CHỦ TỊCH", name: "Phạm Văn Sơn", position: "Phó Chủ tịch", units: [below], kinds: [], from: "22/11/2026",
            until: "28/11/2026", reason: "Đi công tác tại Hà Nội")
        change(&terms)
        return terms
    }

    private let byAct = terms {
        $0.title = "TUQ. CHỦ TỊCH"
        $0.name = "Lê Thị Hoa"
        $0.position = "Trưởng phòng Kinh tế"
        $0.kinds = ["Báo cáo", "Công văn"]
        $0.from = "01/12/2026"
        $0.until = "31/12/2026"
        $0.reason = "Quyết định số 15/QĐ-UBND ngày 10/11/2026"
    }

    private let over = terms {
        $0.from = "01/10/2026"
        $0.until = "07/10/2026"
        $0.reason = "Nghỉ phép"
    }

    private let byOrder = terms {
        $0.title = "TL. CHỦ TỊCH"
        $0.name = "Đặng Thị Thu"
        $0.position = "Chủ tịch"
        $0.units = [words("app-delegation-elsewhere")]
        $0.kinds = ["Giấy mời"]
        $0.until = "12:00 30/11/2026"
        $0.reason = "Quy chế làm việc"
    }

    private let given = [
        DelegationLine(id: "d1", terms: terms(), state: .inForce),
        DelegationLine(id: "d2", terms: byAct, state: .planned),
        DelegationLine(id: "d3", terms: over, state: .ended),
    ]

    private let received = [DelegationLine(id: "d4", terms: byOrder, state: .inForce, side: .received)]
    private let all = Delegated.known(given: given, received: received)
    private let notEnded = Delegated.known(given: given, received: received, failure: offline)
    private let ended = Delegated.known(
        given: over(given.prefix(1)) + given.dropFirst(), received: received,
        done: words("app-delegation-end-done", ["name": "Phạm Văn Sơn"]))
    private let laidDown = Delegated.known(
        given: given, received: over(received[...]), done: words("app-delegation-lay-down-done", ["name": "Đặng Thị Thu"]))

    private func over(_ lines: ArraySlice<DelegationLine>) -> [DelegationLine] {
        lines.map { DelegationLine(id: $0.id, terms: $0.terms, state: .ended, side: $0.side) }
    }

    public let delegationsStates: [Named<DelegationsState>] = [
        Named("all", DelegationsState(list: all)),
        Named("none", DelegationsState(list: .known(given: [], received: []))),
        Named("asking", DelegationsState(list: .asking)),
        Named("unreachable", DelegationsState(list: .failed(offline))),
        Named("ending", DelegationsState(list: all, ending: Ending(line: given[0]))),
        Named("ending-why", DelegationsState(list: all, ending: Ending(line: given[0], why: "Đã về sớm"))),
        Named("ended", DelegationsState(list: ended)),
        Named("not-ended", DelegationsState(list: notEnded)),
        Named("laying-down", DelegationsState(list: all, ending: Ending(line: received[0]))),
        Named("laying-down-why", DelegationsState(list: all, ending: Ending(line: received[0], why: "Chuyển công tác"))),
        Named("laid-down", DelegationsState(list: laidDown)),
        Named("not-laid-down", DelegationsState(list: notEnded)),
    ]

    private let deputy = PersonLine(
        id: "p2 u1", name: "Phạm Văn Sơn", position: "Phó Chủ tịch", unit: office, forms: DelegationForm.allCases, deputy: true)
    private let head = PersonLine(
        id: "p3 u2", name: "Lê Thị Hoa", position: "Trưởng phòng Kinh tế", unit: "Phòng Kinh tế", forms: [.tl, .tuq], deputy: false)

    private let notHead = failureOf(
        PhoneError.Problem(
            kind: .noDelegation, title: "Không ủy quyền được",
            detail:
                "Chỉ người đứng đầu đơn vị ủy quyền được cho người khác. Nếu bạn đứng đầu đơn vị, hãy báo quản trị viên kiểm tra chức vụ của bạn.",
            code: "not-head"))

    private let scopes = [
        ScopeLine(unit: "u1", words: below, reach: .andBelow),
        ScopeLine(unit: "u1", words: .theirs(text: office), reach: .alone),
        ScopeLine(unit: "u2", words: words("app-delegation-below", ["name": "Phòng Kinh tế"]), reach: .andBelow),
    ]

    private func choosing(_ change: (inout DelegateState) -> Void = { _ in }) -> DelegateState {
        var state = DelegateState(people: .known(lines: [deputy, head]), scopes: scopes, from: "22/11/2026")
        change(&state)
        return state
    }

    private func written(_ change: (inout DelegateState) -> Void = { _ in }) -> DelegateState {
        choosing {
            $0.whom = deputy
            $0.form = .kt
            $0.until = "28/11/2026"
            $0.reason = "Đi công tác tại Hà Nội"
            $0.step = .writing
            change(&$0)
        }
    }

    private func written(_ step: DelegateStep) -> DelegateState { written { $0.step = step } }

    private let chosen = written {
        $0.until = ""
        $0.reason = ""
        $0.fault = words("app-delegate-fault-day")
    }

    private let noKinds = written {
        $0.whom = head
        $0.form = .tuq
        $0.reason = "Quyết định số 15/QĐ-UBND"
        $0.fault = words("app-delegate-fault-kinds")
    }

    private let tooLong = written {
        $0.until = "31/12/2027"
        $0.fault = words("app-delegate-fault-long")
    }

    private let notFound = choosing {
        $0.people = .known(lines: [])
        $0.search = "kho bạc"
    }

    private let nobody = choosing {
        $0.people = .known(lines: [])
        $0.scopes = Array(scopes.prefix(2))
    }

    public let delegateStates: [Named<DelegateState>] = [
        Named("people", choosing()),
        Named("not-found", notFound),
        Named("nobody", nobody),
        Named("asking", DelegateState(people: .asking, from: "22/11/2026")),
        Named("unreachable", DelegateState(people: .failed(offline), from: "22/11/2026")),
        Named("not-head", DelegateState(people: .failed(notHead), from: "22/11/2026")),
        Named("chosen", chosen),
        Named("no-kinds", noKinds),
        Named("too-long", tooLong),
        Named("written", written()),
        Named("sheet", written(.sheet(terms: terms()))),
        Named("signing", written(.signing(terms: terms()))),
        Named("given", written(.given(terms: terms()))),
        Named("unknown", written(.unknown)),
        Named("cancelled", written(.failed(failureOf(PhoneError.Signer(source: .Cancelled))))),
    ]

    private let said = [
        CommentLine(
            id: "c1", place: words("app-comment-page", ["page": 1]), name: "Lê Thị Hoa", position: "Trưởng phòng Kinh tế", at: "08:12",
            body: .text(text: "Căn cứ thứ ba đã có văn bản thay thế, đề nghị sửa.")),
        CommentLine(
            id: "c2", place: words("app-comment-page", ["page": 2]), name: "Nguyễn Văn An", position: "Chủ tịch", at: "08:31",
            body: .own(text: "Kinh phí mục 2 lấy từ nguồn nào?")),
        CommentLine(
            id: "c3", place: words("app-comment-file-page", ["file": 1, "page": 4]), name: "Trần Thị Bình", position: "", at: "08:35",
            body: .withdrawn(at: "08:40")),
    ]

    private func commented(_ change: (inout CommentsState) -> Void = { _ in }) -> CommentsState {
        var state = CommentsState(title: "120/QĐ-UBND", page: 2, pages: 3, list: .known(lines: said), open: true)
        change(&state)
        return state
    }

    private let ownWords = "Đề nghị ghi rõ nguồn."

    private let tooLongWords = commented {
        $0.list = .known(lines: [])
        $0.text = String(repeating: "Đề nghị ghi rõ nguồn kinh phí. ", count: 70)
    }

    private let sending = commented {
        $0.text = ownWords
        $0.sending = true
    }

    private let notSent = commented {
        $0.text = ownWords
        $0.list = .known(lines: said, failure: offline)
    }

    public let commentsStates: [Named<CommentsState>] = [
        Named("all", commented()),
        Named("none", commented { $0.list = .known(lines: []) }),
        Named("written", commented { $0.text = ownWords }),
        Named("too-long", tooLongWords),
        Named("sending", sending),
        Named("not-sent", notSent),
        Named("withdrawing", commented { $0.withdrawing = said[1] }),
        Named("over", commented { $0.open = false }),
        Named("asking", CommentsState(title: "", page: 2, pages: 3, list: .asking)),
        Named("unreachable", commented { $0.list = .failed(offline) }),
    ]
#endif
