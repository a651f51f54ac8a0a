package vn.trien.samples

import vn.trien.core.PhoneException
import vn.trien.core.Verdict
import vn.trien.present.AttachmentContent
import vn.trien.present.AttachmentState
import vn.trien.present.ChangedRow
import vn.trien.present.ChangesState
import vn.trien.present.Failure
import vn.trien.present.Mark
import vn.trien.present.MarkedPage
import vn.trien.present.PracticeState
import vn.trien.present.PracticeStep
import vn.trien.present.Remedy
import vn.trien.present.Sight
import vn.trien.present.SignatureLine
import vn.trien.present.failureOf
import vn.trien.present.words

private val ROWS = listOf(
    ChangedRow(1, "Phạm Văn Sơn", listOf(words("verify-change-page-content"))),
    ChangedRow(null, "Phạm Văn Sơn", listOf(words("verify-change-actions"))),
)

private fun listed(sight: Sight) = ChangesState.Listed(ROWS, sight)

private val PAGE_FAILS = failureOf(PhoneException.Render("too-many-operations", "the page takes too much to draw"))

val CHANGES: List<Pair<String, ChangesState>> = listOf(
    "looking" to ChangesState.Looking,
    // What touches no page has no picture.
    "listed" to ChangesState.Listed(ROWS.drop(1)),
    "drawing" to listed(Sight.Drawing(0)),
    "drawn" to listed(Sight.Drawn(0, SamplePages.png("before"), SamplePages.png("after"), listOf(Mark(0, 0.14f, 0.45f, 0.9f, 0.49f)))),
    "new-page" to listed(Sight.Drawn(0, null, SamplePages.png("after"), emptyList())),
    "gone-page" to listed(Sight.Drawn(0, SamplePages.png("before"), null, emptyList())),
    "not-drawn" to listed(Sight.Failed(0, PAGE_FAILS)),
    "none" to ChangesState.Listed(emptyList()),
    "failed" to ChangesState.Failed(failureOf(PhoneException.NotOpened("request-1"))),
)

val ATTACHMENT: List<Pair<String, AttachmentState>> = listOf(
    "opening" to AttachmentState("phu-luc-1-du-toan-chi-tiet.pdf", AttachmentContent.Opening),
    "open" to AttachmentState("phu-luc-1-du-toan-chi-tiet.pdf", AttachmentContent.Open(listOf(A4, A4))),
    "long-name" to AttachmentState(
        "Phụ lục 1 kèm theo Quyết định phê duyệt dự toán kinh phí cải cách hành chính năm 2027 của Ủy ban nhân dân tỉnh (bản đã thẩm định).pdf",
        AttachmentContent.Open(listOf(A4)),
    ),
    "unreachable" to AttachmentState(
        "phu-luc-1-du-toan-chi-tiet.pdf", AttachmentContent.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out"))),
    ),
    "unsignable" to AttachmentState("phu-luc-2.pdf", AttachmentContent.Failed(failureOf(PhoneException.Unsignable("encrypted", "the document is encrypted")))),
)

/** Where the practice document is signed. */
private val PRACTICE_PLACE = Mark(0, 0.4703f, 0.4061f, 0.8735f, 0.513f)

private val PRACTICE_PAGE = MarkedPage(1, A4, PRACTICE_PLACE)

private const val AT = "08:42 22/11/2026"

val PRACTICE: List<Pair<String, PracticeState>> = listOf(
    "opening" to PracticeStep.Opening,
    "reading" to PracticeStep.Reading(listOf(A4, A4), 1, PRACTICE_PLACE.copy(page = 1)),
    "sheet" to PracticeStep.Sheet(PRACTICE_PAGE, AT),
    "signing" to PracticeStep.Signing(PRACTICE_PAGE, AT),
    "judged" to PracticeStep.Judged(
        PRACTICE_PAGE,
        listOf(SignatureLine("BẢN TẬP / PRACTICE", Verdict.UNDETERMINED, listOf(words("app-verify-no-trusted-issuer"), words("verify-chain-unknown")))),
    ),
    "no-finger" to PracticeStep.Failed(Failure(words("app-enroll-no-finger"), Remedy.SECURITY, "no biometric enrolled")),
).map { (name, step) -> name to PracticeState(step) }
