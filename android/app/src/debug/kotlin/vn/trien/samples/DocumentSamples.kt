package vn.trien.samples

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import java.io.ByteArrayOutputStream
import vn.trien.core.Finding
import vn.trien.core.PageSize
import vn.trien.core.PhoneException
import vn.trien.core.Role
import vn.trien.core.Verdict
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentState
import vn.trien.present.Fact
import vn.trien.present.PageSource
import vn.trien.present.Panel
import vn.trien.present.RouteLine
import vn.trien.present.SignatureLine
import vn.trien.present.Standpoint
import vn.trien.present.agreeWords
import vn.trien.present.failureOf
import vn.trien.present.findingWords
import vn.trien.present.roleWords
import vn.trien.present.words

/** Pages of the sample document, drawn by the core beforehand. */
object SamplePages {
    private val page: Bitmap by lazy {
        val stream = checkNotNull(javaClass.getResourceAsStream("/vn/trien/samples/page.png")) { "page.png is missing" }
        stream.use { BitmapFactory.decodeStream(it) }
    }

    val source = PageSource { strip ->
        val scale = page.width.toFloat() / strip.pageWidth
        val top = (strip.top * scale).toInt().coerceAtMost(page.height - 1)
        val height = (strip.height * scale).toInt().coerceIn(1, page.height - top)
        val cut = Bitmap.createBitmap(page, 0, top, page.width, height)
        ByteArrayOutputStream().also { cut.compress(Bitmap.CompressFormat.PNG, 100, it) }.toByteArray()
    }
}

private val A4 = PageSize(59528, 84189)

private val ROUTE = listOf(
    RouteLine(roleWords(Role.REVIEW), "Lê Thị Hoa", "Chuyên viên Văn phòng", Standpoint.APPROVED, "08:10", null),
    RouteLine(roleWords(Role.INITIAL), "Phạm Văn Sơn", "Chánh Văn phòng", Standpoint.APPROVED, "08:31", null),
    RouteLine(roleWords(Role.APPROVE), "Nguyễn Văn An", "Chủ tịch UBND tỉnh", Standpoint.NOW, null, null),
    RouteLine(roleWords(Role.SEAL), "Trần Thị Bình", "Văn thư", Standpoint.WAITS, null, null),
)

private val FACTS = listOf(
    Fact(words("app-fact-kind"), "Quyết định"),
    Fact(words("app-fact-issuer"), "Ủy ban nhân dân tỉnh"),
    Fact(words("app-fact-from"), "Văn phòng UBND tỉnh"),
    Fact(words("app-fact-queued"), "08:10"),
    Fact(words("app-fact-expires"), "10:30"),
    Fact(words("app-fact-files"), "120-QD-UBND.pdf\nphu-luc-1.pdf"),
    Fact(words("app-fact-sha256"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
)

private val OPEN = DocumentContent.Open(
    pages = listOf(A4, A4, A4), place = 2, meanwhile = 0, findings = emptyList(), signatures = emptyList(),
    route = ROUTE, facts = FACTS, agree = agreeWords(Role.APPROVE),
)

private val SIGNED = OPEN.copy(
    meanwhile = 1,
    findings = listOf(findingWords(Finding.SignedBefore(2u)), findingWords(Finding.FontNotEmbedded)),
    signatures = listOf(
        SignatureLine("Phạm Văn Sơn", Verdict.VALID, emptyList()),
        SignatureLine("Công ty Cổ phần Tư vấn Xây dựng", Verdict.UNDETERMINED, listOf(words("verify-no-trusted-issuer"))),
    ),
)

private fun state(content: DocumentContent, panel: Panel? = null) =
    DocumentState("120/QĐ-UBND", "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027", content, panel)

val DOCUMENT: List<Pair<String, DocumentState>> = listOf(
    "open" to state(OPEN),
    "review" to state(OPEN.copy(place = null, agree = agreeWords(Role.REVIEW))),
    "findings" to state(SIGNED, Panel.FINDINGS),
    "route" to state(OPEN, Panel.ROUTE),
    "facts" to state(OPEN, Panel.FACTS),
    "opening" to DocumentState("", "", DocumentContent.Opening),
    "unsignable" to state(DocumentContent.Failed(failureOf(PhoneException.Unsignable("encrypted", "the document is encrypted")))),
    "elsewhere" to state(DocumentContent.Over(words("app-over-elsewhere"))),
    "recalled" to state(DocumentContent.Over(words("app-end-recalled"))),
)
