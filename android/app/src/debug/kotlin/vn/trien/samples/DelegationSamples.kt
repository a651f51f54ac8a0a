package vn.trien.samples

import vn.trien.core.DelegationForm
import vn.trien.core.DelegationReach
import vn.trien.core.DelegationState
import vn.trien.core.KeySignerException
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.present.CommentBody
import vn.trien.present.CommentLine
import vn.trien.present.Commented
import vn.trien.present.CommentsState
import vn.trien.present.DelegateState
import vn.trien.present.DelegateStep
import vn.trien.present.Delegated
import vn.trien.present.DelegationLine
import vn.trien.present.DelegationTerms
import vn.trien.present.DelegationsState
import vn.trien.present.Ending
import vn.trien.present.People
import vn.trien.present.PersonLine
import vn.trien.present.ScopeLine
import vn.trien.present.Side
import vn.trien.present.Words
import vn.trien.present.failureOf
import vn.trien.present.words

private val OFFLINE = failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out"))
private const val OFFICE = "Ủy ban nhân dân xã Mây Ngàn"
private val BELOW = words("app-delegation-below", "name" to OFFICE)

private val TERMS = DelegationTerms(
    "KT. CHỦ TỊCH", "Phạm Văn Sơn", "Phó Chủ tịch", listOf(BELOW), emptyList(), "22/11/2026", "28/11/2026", "Đi công tác tại Hà Nội",
)

internal val DELEGATED = listOf(
    DelegationLine("d1", TERMS, DelegationState.IN_FORCE),
    DelegationLine(
        "d2",
        TERMS.copy(
            title = "TUQ. CHỦ TỊCH", name = "Lê Thị Hoa", position = "Trưởng phòng Kinh tế", kinds = listOf("Báo cáo", "Công văn"),
            from = "01/12/2026", until = "31/12/2026", reason = "Quyết định số 15/QĐ-UBND ngày 10/11/2026",
        ),
        DelegationState.PLANNED,
    ),
    DelegationLine("d3", TERMS.copy(from = "01/10/2026", until = "07/10/2026", reason = "Nghỉ phép"), DelegationState.ENDED),
)

internal val RECEIVED = listOf(
    DelegationLine(
        "d4",
        TERMS.copy(
            title = "TL. CHỦ TỊCH", name = "Đặng Thị Thu", position = "Chủ tịch", units = listOf(words("app-delegation-elsewhere")),
            kinds = listOf("Giấy mời"), until = "12:00 30/11/2026", reason = "Quy chế làm việc",
        ),
        DelegationState.IN_FORCE, Side.RECEIVED,
    ),
)

private val ALL = Delegated.Known(DELEGATED, RECEIVED)

private fun over(line: DelegationLine) = line.copy(state = DelegationState.ENDED)

val DELEGATIONS: List<Pair<String, DelegationsState>> = listOf(
    "all" to DelegationsState(ALL),
    "none" to DelegationsState(Delegated.Known(emptyList(), emptyList())),
    "asking" to DelegationsState(Delegated.Asking),
    "unreachable" to DelegationsState(Delegated.Failed(OFFLINE)),
    "ending" to DelegationsState(ALL, Ending(DELEGATED[0])),
    "ending-why" to DelegationsState(ALL, Ending(DELEGATED[0], "Đã về sớm")),
    "ended" to DelegationsState(
        ALL.copy(given = listOf(over(DELEGATED[0])) + DELEGATED.drop(1), done = words("app-delegation-end-done", "name" to "Phạm Văn Sơn")),
    ),
    "not-ended" to DelegationsState(ALL.copy(failure = OFFLINE)),
    "laying-down" to DelegationsState(ALL, Ending(RECEIVED[0])),
    "laying-down-why" to DelegationsState(ALL, Ending(RECEIVED[0], "Chuyển công tác")),
    "laid-down" to DelegationsState(
        ALL.copy(received = RECEIVED.map(::over), done = words("app-delegation-lay-down-done", "name" to "Đặng Thị Thu")),
    ),
    "not-laid-down" to DelegationsState(ALL.copy(failure = OFFLINE)),
)

private val KT = DelegationForm.entries
private val BY_ORDER = listOf(DelegationForm.TL, DelegationForm.TUQ)
private val DEPUTY = PersonLine("p2 u1", "Phạm Văn Sơn", "Phó Chủ tịch", OFFICE, KT, deputy = true)
private val HEAD = PersonLine("p3 u2", "Lê Thị Hoa", "Trưởng phòng Kinh tế", "Phòng Kinh tế", BY_ORDER, deputy = false)

private val NOT_HEAD = failureOf(
    PhoneException.Problem(
        ProblemKind.NO_DELEGATION, "Không ủy quyền được",
        "Chỉ người đứng đầu đơn vị ủy quyền được cho người khác. Nếu bạn đứng đầu đơn vị, hãy báo quản trị viên kiểm tra chức vụ của bạn.", "not-head",
    ),
)

private val SCOPES = listOf(
    ScopeLine("u1", BELOW, DelegationReach.AND_BELOW), ScopeLine("u1", Words.Theirs(OFFICE), DelegationReach.ALONE),
    ScopeLine("u2", words("app-delegation-below", "name" to "Phòng Kinh tế"), DelegationReach.AND_BELOW),
)

private val CHOOSING = DelegateState(People.Known(listOf(DEPUTY, HEAD)), scopes = SCOPES, from = "22/11/2026")
private val CHOSEN = CHOOSING.copy(whom = DEPUTY, form = DelegationForm.KT, fault = words("app-delegate-fault-day"), step = DelegateStep.Writing)
private val WRITTEN = CHOSEN.copy(until = "28/11/2026", reason = "Đi công tác tại Hà Nội", fault = null)

val DELEGATE: List<Pair<String, DelegateState>> = listOf(
    "people" to CHOOSING,
    "not-found" to CHOOSING.copy(people = People.Known(emptyList()), search = "kho bạc"),
    "nobody" to CHOOSING.copy(people = People.Known(emptyList()), scopes = SCOPES.take(2)),
    "asking" to DelegateState(People.Asking, from = "22/11/2026"),
    "unreachable" to DelegateState(People.Failed(OFFLINE), from = "22/11/2026"),
    "not-head" to DelegateState(People.Failed(NOT_HEAD), from = "22/11/2026"),
    "chosen" to CHOSEN,
    "no-kinds" to CHOOSING.copy(
        whom = HEAD, form = DelegationForm.TUQ, until = "28/11/2026", reason = "Quyết định số 15/QĐ-UBND", fault = words("app-delegate-fault-kinds"),
        step = DelegateStep.Writing,
    ),
    "too-long" to WRITTEN.copy(until = "31/12/2027", fault = words("app-delegate-fault-long")),
    "written" to WRITTEN,
    "sheet" to WRITTEN.copy(step = DelegateStep.Sheet(TERMS)),
    "signing" to WRITTEN.copy(step = DelegateStep.Signing(TERMS)),
    "given" to WRITTEN.copy(step = DelegateStep.Given(TERMS)),
    "unknown" to WRITTEN.copy(step = DelegateStep.Unknown),
    "cancelled" to WRITTEN.copy(step = DelegateStep.Failed(failureOf(PhoneException.Signer(KeySignerException.Cancelled())))),
)

internal val SAID = listOf(
    CommentLine("c1", words("app-comment-page", "page" to 1), "Lê Thị Hoa", "Trưởng phòng Kinh tế", "08:12", CommentBody.Text("Căn cứ thứ ba đã có văn bản thay thế, đề nghị sửa.")),
    CommentLine("c2", words("app-comment-page", "page" to 2), "Nguyễn Văn An", "Chủ tịch", "08:31", CommentBody.Own("Kinh phí mục 2 lấy từ nguồn nào?")),
    CommentLine("c3", words("app-comment-file-page", "file" to 1, "page" to 4), "Trần Thị Bình", "", "08:35", CommentBody.Withdrawn("08:40")),
)

private val COMMENTED = CommentsState("120/QĐ-UBND", 2, 3, Commented.Known(SAID), open = true)

val COMMENTS: List<Pair<String, CommentsState>> = listOf(
    "all" to COMMENTED,
    "none" to COMMENTED.copy(list = Commented.Known(emptyList())),
    "written" to COMMENTED.copy(text = "Đề nghị ghi rõ nguồn."),
    "too-long" to COMMENTED.copy(list = Commented.Known(emptyList()), text = "Đề nghị ghi rõ nguồn kinh phí. ".repeat(70)),
    "sending" to COMMENTED.copy(text = "Đề nghị ghi rõ nguồn.", sending = true),
    "not-sent" to COMMENTED.copy(text = "Đề nghị ghi rõ nguồn.", list = Commented.Known(SAID, OFFLINE)),
    "withdrawing" to COMMENTED.copy(withdrawing = SAID[1]),
    "over" to COMMENTED.copy(open = false),
    "asking" to CommentsState("", 2, 3, Commented.Asking),
    "unreachable" to COMMENTED.copy(list = Commented.Failed(OFFLINE)),
)
