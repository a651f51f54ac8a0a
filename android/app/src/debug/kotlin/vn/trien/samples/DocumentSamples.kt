package vn.trien.samples

import vn.trien.core.Finding
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.core.Role
import vn.trien.core.StorageException
import vn.trien.core.Verdict
import vn.trien.present.AttachmentLine
import vn.trien.present.Changed
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentState
import vn.trien.present.Fact
import vn.trien.present.Mark
import vn.trien.present.Panel
import vn.trien.present.RouteLine
import vn.trien.present.SignatureLine
import vn.trien.present.Standpoint
import vn.trien.present.Words
import vn.trien.present.agreeWords
import vn.trien.present.failureOf
import vn.trien.present.findingWords
import vn.trien.present.roleWords
import vn.trien.present.words

internal val A4 = PageSize(59528, 84189)

internal val ROUTE = listOf(
    RouteLine(roleWords(Role.REVIEW), "Lê Thị Hoa", "Chuyên viên Văn phòng", Standpoint.APPROVED, "08:10", null),
    RouteLine(roleWords(Role.INITIAL), "Phạm Văn Sơn", "Chánh Văn phòng", Standpoint.APPROVED, "08:31", null),
    RouteLine(roleWords(Role.APPROVE), "Nguyễn Văn An", "Chủ tịch UBND tỉnh", Standpoint.NOW, null, null),
    RouteLine(roleWords(Role.SEAL), "Trần Thị Bình", "Văn thư", Standpoint.WAITS, null, null),
)

/** The same when all have signed. */
internal val ROUTE_DONE = ROUTE.take(2) + listOf(
    ROUTE[2].copy(how = Standpoint.APPROVED, when_ = "08:42"),
    ROUTE[3].copy(how = Standpoint.APPROVED, when_ = "08:55"),
)

/** The same where nobody decides any more: somebody else has, or the request ended. */
private fun routeReleased(seal: Standpoint) = ROUTE.take(2) + listOf(ROUTE[2].copy(how = Standpoint.RELEASED), ROUTE[3].copy(how = seal))

private val FACTS = listOf(
    Fact(words("app-fact-kind"), "Quyết định"),
    Fact(words("app-fact-issuer"), "Ủy ban nhân dân tỉnh"),
    Fact(words("app-fact-from"), "Văn phòng UBND tỉnh"),
    Fact(words("app-fact-queued"), "08:10"),
    Fact(words("app-fact-expires"), "10:30"),
    Fact(words("app-fact-files"), "120-QD-UBND.pdf\nphu-luc-1.pdf"),
    Fact(words("app-fact-sha256"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
)

/** The same of a document that came for information. */
private val COPIED = FACTS.take(4) + listOf(Fact(words("app-fact-delivered"), "09:00"), Fact(words("app-fact-opened"), "09:12")) + FACTS.drop(5)

/** Somebody decided for another, and who has to decide is away. */
private val AWAY = listOf(
    ROUTE[0], ROUTE[1].copy(by = words("app-route-by", "form" to "KT.", "name" to "Vũ Thị Hạnh")),
    ROUTE[2].copy(absent = words("app-route-absent", "until" to "25/11/2026")),
    ROUTE[3].copy(absent = words("app-route-absent-later", "since" to "01/12/2026", "until" to "05/12/2026")),
)

/** The leader has approved, and a token has still to sign. */
private fun awaiting(awaits: Words) = ROUTE.take(2) + listOf(ROUTE[2].copy(awaits = awaits), ROUTE[3])

/** Where the sample is signed. */
internal val PLACE = Mark(0, 0.53f, 0.91f, 0.9f, 0.98f)

private val OPEN = DocumentContent.Open(
    pages = listOf(A4, A4, A4), place = 2, mark = PLACE.copy(page = 2), meanwhile = 0, findings = emptyList(), signatures = emptyList(),
    route = ROUTE, facts = FACTS, agree = agreeWords(Role.APPROVE),
)

private val SIGNED = OPEN.copy(
    meanwhile = 1,
    findings = listOf(findingWords(Finding.SignedBefore(2u)), findingWords(Finding.FontNotEmbedded)),
    signatures = listOf(
        SignatureLine("Phạm Văn Sơn", Verdict.VALID, emptyList()),
        SignatureLine("Công ty Cổ phần Tư vấn Xây dựng", Verdict.UNDETERMINED, listOf(words("app-verify-no-trusted-issuer"))),
    ),
)

private val CHANGED = SIGNED.copy(
    findings = listOf(findingWords(Finding.ContentChangedAfterSignature)), changed = Changed.YES,
    signatures = listOf(SignatureLine("Phạm Văn Sơn", Verdict.NOT_VALID, listOf(words("verify-document-changed")))),
)

private val FILES = listOf(
    AttachmentLine("phu-luc-1-du-toan-chi-tiet.pdf", words("app-size-kb", "count" to 412), 1),
    AttachmentLine("bang-tinh.xlsx", words("app-size-mb", "count" to 2), null),
)

private fun state(content: DocumentContent, panel: Panel? = null) =
    DocumentState("120/QĐ-UBND", "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", content, panel)

val DOCUMENT: List<Pair<String, DocumentState>> = listOf(
    "open" to state(OPEN),
    "review" to state(OPEN.copy(place = null, mark = null, agree = agreeWords(Role.REVIEW))),
    "findings" to state(SIGNED, Panel.FINDINGS),
    "changed" to state(CHANGED, Panel.FINDINGS),
    "first-page" to state(OPEN.copy(pages = listOf(A4), place = 0, mark = PLACE)),
    "route" to state(OPEN, Panel.ROUTE),
    "files" to state(OPEN.copy(attachments = FILES), Panel.FILES),
    "all-sound" to state(OPEN.copy(signatures = listOf(SignatureLine("Phạm Văn Sơn", Verdict.VALID, emptyList())), attachments = FILES)),
    "facts" to state(OPEN, Panel.FACTS),
    "in-place" to state(OPEN.copy(inPlaceOf = "Nguyễn Văn An")),
    "away" to state(OPEN.copy(route = AWAY), Panel.ROUTE),
    "paper" to state(OPEN.copy(paper = words("app-paper-finance")), Panel.FACTS),
    "copy" to state(OPEN.copy(place = null, mark = null, agree = null, route = ROUTE_DONE, facts = COPIED)),
    "copy-facts" to state(OPEN.copy(place = null, mark = null, agree = null, route = ROUTE_DONE, facts = COPIED), Panel.FACTS),
    "opening" to DocumentState("", "", DocumentContent.Opening),
    "unsignable" to state(DocumentContent.Failed(failureOf(PhoneException.Unsignable("encrypted", "the document is encrypted")))),
    "unreachable" to state(DocumentContent.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "damaged" to state(DocumentContent.Failed(failureOf(PhoneException.Document("the digest is another")))),
    "disk-full" to state(DocumentContent.Failed(failureOf(PhoneException.Storage(StorageException.Full("documents"))))),
    "over" to state(DocumentContent.Over(words("app-end-completed"), ROUTE_DONE, "a1")),
    "elsewhere" to state(DocumentContent.Over(words("app-over-elsewhere"), routeReleased(Standpoint.NOW))),
    "awaits" to state(DocumentContent.Over(words("app-over-elsewhere"), awaiting(words("app-route-awaits", "until" to "08:42 23/11/2026")))),
    "awaits-over" to state(DocumentContent.Over(words("app-over-elsewhere"), awaiting(words("app-route-awaits-over", "until" to "08:40")))),
    "recalled" to state(DocumentContent.Over(words("app-end-recalled"), routeReleased(Standpoint.WAITS))),
)
