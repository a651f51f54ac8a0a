#if DEBUG
    import TrienCore
    import TrienKit

    private func row(
        _ number: Int, _ title: String, _ subject: String, _ from: String, _ deadline: Deadline, urgency: Urgency = .normal,
        role: Role = .approve, read: TrienKit.Reading = .unread
    ) -> WaitingRow {
        WaitingRow(
            request: "request-\(number)", title: title, subject: subject, from: from, role: roleWords(role), urgency: urgencyWords(urgency),
            deadline: deadline, read: read)
    }

    private let soon = Deadline(words: words("app-deadline-minutes", ["at": "10:30", "count": 25]), nearness: .soon)
    private let over = Deadline(words: words("app-deadline-over", ["at": "17:00 21/11/2026"]), nearness: .over)
    private let today = Deadline(words: words("app-deadline-today", ["at": "17:00"]), nearness: .today)
    private let later = Deadline(words: words("app-deadline", ["at": "02/12/2026"]), nearness: .far)

    private let sections = [
        TrienKit.Section(
            heading: .urgent,
            rows: [
                row(
                    1, "120/QĐ-UBND", "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", "Văn phòng UBND tỉnh", soon,
                    urgency: .flash),
                row(
                    2, "Tờ trình", "Xin ý kiến xử lý sạt lở bờ sông đoạn qua xã Mây Ngàn", "Sở Nông nghiệp và Môi trường", over,
                    urgency: .urgent, role: .review),
            ]),
        TrienKit.Section(
            heading: .today,
            rows: [
                row(3, "121/CV-STTTT", "Đẩy mạnh cải cách thủ tục hành chính", "Sở Khoa học và Công nghệ", today, read: .read),
                row(4, "122/TTr-SNV", "Bổ nhiệm cán bộ", "Sở Nội vụ", today, role: .initial),
            ]),
        TrienKit.Section(heading: .later, rows: [row(5, "Kế hoạch", "Kế hoạch công tác tuần 48", "Văn phòng UBND tỉnh", later)]),
    ]

    private let decisions = [
        DecisionRow(
            decision: "a1", subject: "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", verb: .approve, standing: .recorded,
            at: "08:42"),
        DecisionRow(decision: "a2", subject: "Thành lập tổ công tác", verb: .reject, standing: .recorded, at: "16:05 21/11/2026"),
        DecisionRow(decision: "a3", subject: "Thanh lý tài sản", verb: .approve, standing: .refused, at: "09:11 20/11/2026"),
    ]

    private let unsent = DecisionRow(decision: "a4", subject: "Giấy mời họp giao ban", verb: .return, standing: .unsent, at: "08:44")

    private let copies = [
        CopyRow(
            request: "copy-1", title: "15/CT-UBND", subject: "Tăng cường phòng cháy, chữa cháy mùa hanh khô", from: "Văn phòng UBND tỉnh",
            at: "08:20", opened: nil),
        CopyRow(
            request: "copy-2", title: "98/TB-VP", subject: "Kết luận họp giao ban tuần 47", from: "Văn phòng UBND tỉnh",
            at: "16:40 20/11/2026", opened: "17:02 20/11/2026"),
    ]

    private let inPlace: WaitingRow = {
        var row = sections[2].rows[0]
        row.inPlaceOf = words("app-in-place-of", ["name": "Nguyễn Văn An"])
        return row
    }()

    private let synced = SyncStatus.done(at: "08:41")

    private let refused = failureOf(PhoneError.Unreachable(server: "https://ky.mayngan.gov.vn", detail: "connection refused"))

    private let full = failureOf(PhoneError.Storage(source: .Full(file: "requests")))

    public let inboxStates: [Named<InboxState>] = [
        Named("waiting", InboxState(waiting: 5, unsent: 1, sections: sections, sync: synced)),
        Named("picking", InboxState(waiting: 5, sections: sections, sync: synced, picked: ["request-1", "request-3"])),
        Named("in-place", InboxState(waiting: 1, sections: [TrienKit.Section(heading: .later, rows: [inPlace])], sync: synced)),
        Named(
            "search",
            InboxState(
                search: "can bo", waiting: 5, sections: [TrienKit.Section(heading: .today, rows: [sections[1].rows[1]])], sync: synced)),
        Named("search-empty", InboxState(search: "kho bạc", waiting: 5, sync: synced)),
        Named("empty", InboxState(sync: synced)),
        Named("empty-asks", InboxState(sync: synced, notifications: .byItself)),
        Named("empty-silent", InboxState(sync: synced, notifications: .off)),
        Named("never", InboxState()),
        Named("disk-full", InboxState(waiting: 5, sections: sections, sync: .failed(last: "07:15", failure: full))),
        Named("first", InboxState(sync: .running)),
        Named("pulled", InboxState(waiting: 5, sections: sections, sync: .running, pulled: true)),
        Named("unreachable", InboxState(waiting: 1, sections: [sections[2]], sync: .failed(last: "07:15", failure: refused))),
        Named("copies", InboxState(tab: .copies, sync: synced, copies: copies, unopened: 1)),
        Named("copies-empty", InboxState(tab: .copies, sync: synced)),
        Named("done", InboxState(tab: .done, waiting: 5, sections: sections, decisions: decisions, sync: synced)),
        Named("done-empty", InboxState(tab: .done, waiting: 5, sections: sections, sync: synced)),
        Named("unsent", InboxState(tab: .unsent, waiting: 5, unsent: 1, sections: sections, decisions: [unsent], sync: synced)),
        Named("unsent-empty", InboxState(tab: .unsent, waiting: 5, sections: sections, sync: synced)),
    ]
#endif
