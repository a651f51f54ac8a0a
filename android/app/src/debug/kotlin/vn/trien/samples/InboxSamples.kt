package vn.trien.samples

import vn.trien.core.PhoneException
import vn.trien.core.StorageException
import vn.trien.core.Role
import vn.trien.core.Urgency
import vn.trien.core.Verb
import vn.trien.present.CopyRow
import vn.trien.present.Deadline
import vn.trien.present.DecisionRow
import vn.trien.present.Heading
import vn.trien.present.InboxState
import vn.trien.present.InboxTab
import vn.trien.present.Nearness
import vn.trien.present.Notifications
import vn.trien.present.Reading
import vn.trien.present.Section
import vn.trien.present.Standing
import vn.trien.present.SyncStatus
import vn.trien.present.WaitingRow
import vn.trien.present.failureOf
import vn.trien.present.roleWords
import vn.trien.present.urgencyWords
import vn.trien.present.words

private fun row(
    number: Int, title: String, subject: String, from: String, deadline: Deadline,
    urgency: Urgency = Urgency.NORMAL, role: Role = Role.APPROVE, read: Reading = Reading.UNREAD,
) = WaitingRow("request-$number", title, subject, from, roleWords(role), urgencyWords(urgency), deadline, read)

private val SOON = Deadline(words("app-deadline-minutes", "at" to "10:30", "count" to 25), Nearness.SOON)
private val OVER = Deadline(words("app-deadline-over", "at" to "17:00 21/11/2026"), Nearness.OVER)
private val TODAY = Deadline(words("app-deadline-today", "at" to "17:00"), Nearness.TODAY)
private val LATER = Deadline(words("app-deadline", "at" to "02/12/2026"), Nearness.FAR)

private val SECTIONS = listOf(
    Section(
        Heading.URGENT,
        listOf(
            row(1, "120/QĐ-UBND", "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", "Văn phòng UBND tỉnh", SOON, Urgency.FLASH),
            row(2, "Tờ trình", "Xin ý kiến xử lý sạt lở bờ sông đoạn qua xã Mây Ngàn", "Sở Nông nghiệp và Môi trường", OVER, Urgency.URGENT, Role.REVIEW),
        ),
    ),
    Section(
        Heading.TODAY,
        listOf(
            row(3, "121/CV-STTTT", "Đẩy mạnh cải cách thủ tục hành chính", "Sở Khoa học và Công nghệ", TODAY, read = Reading.READ),
            row(4, "122/TTr-SNV", "Bổ nhiệm cán bộ", "Sở Nội vụ", TODAY, role = Role.INITIAL),
        ),
    ),
    Section(Heading.LATER, listOf(row(5, "Kế hoạch", "Kế hoạch công tác tuần 48", "Văn phòng UBND tỉnh", LATER))),
)

private val DECISIONS = listOf(
    DecisionRow("a1", "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", Verb.APPROVE, Standing.RECORDED, "08:42"),
    DecisionRow("a2", "Thành lập tổ công tác", Verb.REJECT, Standing.RECORDED, "16:05 21/11/2026"),
    DecisionRow("a3", "Thanh lý tài sản", Verb.APPROVE, Standing.REFUSED, "09:11 20/11/2026"),
)

private val UNSENT = DecisionRow("a4", "Giấy mời họp giao ban", Verb.RETURN, Standing.UNSENT, "08:44")

private val COPIES = listOf(
    CopyRow("copy-1", "15/CT-UBND", "Tăng cường phòng cháy, chữa cháy mùa hanh khô", "Văn phòng UBND tỉnh", "08:20", null),
    CopyRow("copy-2", "98/TB-VP", "Kết luận họp giao ban tuần 47", "Văn phòng UBND tỉnh", "16:40 20/11/2026", "17:02 20/11/2026"),
)

private val SYNCED = SyncStatus.Done("08:41")

val INBOX: List<Pair<String, InboxState>> = listOf(
    "waiting" to InboxState(waiting = 5, unsent = 1, sections = SECTIONS, sync = SYNCED),
    "picking" to InboxState(waiting = 5, sections = SECTIONS, sync = SYNCED, picked = setOf("request-1", "request-3")),
    "in-place" to InboxState(
        waiting = 1, sections = listOf(Section(Heading.LATER, listOf(SECTIONS[2].rows[0].copy(inPlaceOf = words("app-in-place-of", "name" to "Nguyễn Văn An"))))), sync = SYNCED,
    ),
    "search" to InboxState(search = "can bo", waiting = 5, sections = listOf(Section(Heading.TODAY, listOf(SECTIONS[1].rows[1]))), sync = SYNCED),
    "search-empty" to InboxState(search = "kho bạc", waiting = 5, sync = SYNCED),
    "empty" to InboxState(sync = SYNCED),
    "empty-asks" to InboxState(sync = SYNCED, notifications = Notifications.BY_ITSELF),
    "empty-silent" to InboxState(sync = SYNCED, notifications = Notifications.OFF),
    "never" to InboxState(),
    "disk-full" to InboxState(
        waiting = 5, sections = SECTIONS, sync = SyncStatus.Failed("07:15", failureOf(PhoneException.Storage(StorageException.Full("requests")))),
    ),
    "first" to InboxState(sync = SyncStatus.Running),
    "pulled" to InboxState(waiting = 5, sections = SECTIONS, sync = SyncStatus.Running, pulled = true),
    "unreachable" to InboxState(
        waiting = 1, sections = SECTIONS.takeLast(1),
        sync = SyncStatus.Failed("07:15", failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "connection refused"))),
    ),
    "copies" to InboxState(tab = InboxTab.COPIES, sync = SYNCED, copies = COPIES, unopened = 1),
    "copies-empty" to InboxState(tab = InboxTab.COPIES, sync = SYNCED),
    "done" to InboxState(tab = InboxTab.DONE, waiting = 5, sections = SECTIONS, decisions = DECISIONS, sync = SYNCED),
    "done-empty" to InboxState(tab = InboxTab.DONE, waiting = 5, sections = SECTIONS, sync = SYNCED),
    "unsent" to InboxState(tab = InboxTab.UNSENT, waiting = 5, unsent = 1, sections = SECTIONS, decisions = listOf(UNSENT), sync = SYNCED),
    "unsent-empty" to InboxState(tab = InboxTab.UNSENT, waiting = 5, sections = SECTIONS, sync = SYNCED),
)
