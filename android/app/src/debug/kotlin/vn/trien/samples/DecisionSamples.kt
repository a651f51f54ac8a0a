package vn.trien.samples

import java.time.Instant
import vn.trien.core.Finding
import vn.trien.core.KeyHome
import vn.trien.core.KeySignerException
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.core.Role
import vn.trien.core.SheetSigner
import vn.trien.core.StorageException
import vn.trien.core.Verb
import vn.trien.core.Verdict
import vn.trien.present.Chip
import vn.trien.present.Failure
import vn.trien.present.How
import vn.trien.present.InPlaceLines
import vn.trien.present.Keeping
import vn.trien.present.Look
import vn.trien.present.Mark
import vn.trien.present.MarkedPage
import vn.trien.present.NotMeProgress
import vn.trien.present.NotMeState
import vn.trien.present.Prompt
import vn.trien.present.Prompts
import vn.trien.present.ReceiptStanding
import vn.trien.present.ReceiptState
import vn.trien.present.Refusal
import vn.trien.present.RefuseProgress
import vn.trien.present.RefuseState
import vn.trien.present.Running
import vn.trien.present.SeveralRow
import vn.trien.present.SeveralState
import vn.trien.present.SheetContent
import vn.trien.present.SheetLines
import vn.trien.present.SignState
import vn.trien.present.Stamped
import vn.trien.present.agreeWords
import vn.trien.present.awaitedSignerWords
import vn.trien.present.failureOf
import vn.trien.present.findingWords
import vn.trien.present.problemDetail
import vn.trien.present.problemTitle
import vn.trien.present.words

private const val TITLE = "120/QĐ-UBND"
private const val SUBJECT = "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027"

private fun signer(why: KeySignerException): Failure = failureOf(PhoneException.Signer(why))

private val LINES = SheetLines(
    agree = agreeWords(Role.APPROVE), position = "Chủ tịch Ủy ban nhân dân tỉnh", inPlaceOf = null, certificate = "91BC 4F2A",
    certificateUntil = "14/03/2028", at = "08:42 22/11/2026", page = 2, meanwhile = 0, findings = emptyList(),
)

/** Signs the document after the phone has approved. */
private val TOKEN = SheetSigner(KeyHome.TOKEN, "NGUYỄN VĂN AN", "CA Chuyên dùng Chính phủ", Instant.parse("2028-03-14T00:00:00Z"))

/** Where the last page of the sample document is signed. */
private val STAMPED = Stamped(1u, MarkedPage(2, A4, Mark(0, 0.581f, 0.47f, 0.895f, 0.561f)))

private fun sheet(content: SheetContent) = SignState(TITLE, SUBJECT, content)

val SIGN: List<Pair<String, SignState>> = listOf(
    "ready" to sheet(SheetContent.Ready(LINES, Prompt.FIRST, STAMPED)),
    "page" to sheet(SheetContent.Ready(LINES, Prompt.FIRST, STAMPED, Look.PAGE)),
    "delegate" to sheet(
        SheetContent.Ready(
            LINES.copy(inPlaceOf = InPlaceLines("KT. CHỦ TỊCH", "Nguyễn Văn An", "28/11/2026"), position = "Phó Chủ tịch", page = null, meanwhile = 1, findings = listOf(findingWords(Finding.EmbeddedFiles))),
            Prompt.RENEWED,
        ),
    ),
    "preparing" to SignState("", "", SheetContent.Preparing),
    "signing" to sheet(SheetContent.Signing(LINES)),
    "signed" to sheet(SheetContent.Signed("08:42", "request-3")),
    "last" to sheet(SheetContent.Signed("08:42", null)),
    "approved" to sheet(SheetContent.Signed("08:42", "request-3", awaitedSignerWords(TOKEN))),
    "kept" to sheet(SheetContent.Kept("request-3")),
    "approved-kept" to sheet(SheetContent.Kept(null, awaitedSignerWords(TOKEN))),
    "refused" to sheet(SheetContent.Refused(problemTitle(ProblemKind.OVERTAKEN), problemDetail(ProblemKind.OVERTAKEN), null)),
    "cancelled" to sheet(SheetContent.Failed(signer(KeySignerException.Cancelled()))),
    "invalidated" to sheet(SheetContent.Failed(signer(KeySignerException.KeyInvalidated()))),
    "certificate-ended" to sheet(SheetContent.Failed(failureOf(PhoneException.CertificateEnded(Instant.parse("2026-11-10T10:00:00Z"))))),
    "disk-full" to sheet(SheetContent.Failed(failureOf(PhoneException.Storage(StorageException.Full("outbox"))))),
    "log" to sheet(SheetContent.Failed(failureOf(PhoneException.Log("two roots for size 812")))),
)

private fun refuse(verb: Refusal, progress: RefuseProgress) = RefuseState(TITLE, SUBJECT, verb, setOf(Chip.FORM), progress = progress)

val REFUSE: List<Pair<String, RefuseState>> = listOf(
    "reject" to RefuseState(TITLE, SUBJECT, Refusal.REJECT),
    "in-place" to RefuseState(TITLE, SUBJECT, Refusal.REJECT, inPlaceOf = "Nguyễn Văn An"),
    "return" to RefuseState(TITLE, SUBJECT, Refusal.RETURN, setOf(Chip.FORM, Chip.MISSING), "Phụ lục 1 ghi sai năm ngân sách; đề nghị sửa rồi trình lại."),
    "leaving" to refuse(Refusal.REJECT, RefuseProgress.Leaving(5)),
    "leaving-return" to refuse(Refusal.RETURN, RefuseProgress.Leaving(1)),
    "sending" to refuse(Refusal.REJECT, RefuseProgress.Sending),
    "recorded" to refuse(Refusal.REJECT, RefuseProgress.Recorded("08:44", "request-3")),
    "kept-next" to refuse(Refusal.REJECT, RefuseProgress.Kept("request-3")),
    "returned" to refuse(Refusal.RETURN, RefuseProgress.Recorded("08:44", null)),
    "kept" to refuse(Refusal.RETURN, RefuseProgress.Kept(null)),
    "refused" to refuse(Refusal.REJECT, RefuseProgress.Refused(problemTitle(ProblemKind.REQUEST_ENDED), problemDetail(ProblemKind.REQUEST_ENDED))),
    "failed" to refuse(Refusal.REJECT, RefuseProgress.Failed(signer(KeySignerException.Locked()))),
)

private fun notMe(progress: NotMeProgress) = NotMeState(TITLE, SUBJECT, "Văn phòng UBND tỉnh", progress)

val NOT_ME: List<Pair<String, NotMeState>> = listOf(
    "asking" to notMe(NotMeProgress.Asking),
    "sending" to notMe(NotMeProgress.Sending),
    "told" to notMe(NotMeProgress.Told(recorded = true)),
    "kept" to notMe(NotMeProgress.Told(recorded = false)),
    "failed" to notMe(NotMeProgress.Failed(signer(KeySignerException.Unavailable("keystore daemon died")))),
)

private val ROWS = listOf(
    SeveralRow("request-1", TITLE, SUBJECT, How.Ready),
    SeveralRow("request-3", "121/CV-STTTT", "Đẩy mạnh cải cách thủ tục hành chính", How.Unread),
    SeveralRow("request-4", "122/TTr-SNV", "Bổ nhiệm cán bộ", How.Ready),
)

val SEVERAL: List<Pair<String, SeveralState>> = listOf(
    "unread" to SeveralState(ROWS, Running.NO, Prompts.Every(2)),
    "ready" to SeveralState(ROWS.map { it.copy(how = How.Ready) }, Running.NO, Prompts.Once),
    "running" to SeveralState(listOf(ROWS[0].copy(how = How.Signed("08:45")), ROWS[1].copy(how = How.Signing), ROWS[2]), Running.YES, Prompts.Each),
    "done" to SeveralState(
        listOf(ROWS[0].copy(how = How.Signed("08:45")), ROWS[1].copy(how = How.Kept), ROWS[2].copy(how = How.Not(failureOf(PhoneException.Changed("request-4"))))),
        Running.DONE, Prompts.Each,
    ),
    "approved" to SeveralState(ROWS.map { it.copy(how = How.Signed("08:45", awaitedSignerWords(TOKEN))) }, Running.DONE, Prompts.Each),
)

private const val PROOF = "c2sp.org/tlog-proof@v1\nindex 811\nvAbG2s…\nky.example.vn/log\n812\nq0XyJ9…\n\n— ky.example.vn/log 3oJ1…"
private const val HASH = "5f0c1e7a9b3d4f6081a2b3c4d5e6f70819283746556473829100aabbccddeeff"

private fun receipt(verb: Verb, standing: ReceiptStanding, keeping: Keeping = Keeping.Nothing) =
    ReceiptState(SUBJECT, verb, "08:42", HASH, standing, keeping = keeping)

private val RECORDED = ReceiptStanding.Recorded("08:42", PROOF)
private val FINISHED = receipt(Verb.APPROVE, RECORDED, Keeping.Offered).copy(end = words("app-end-completed"), route = ROUTE_DONE)
private val FILES = listOf("120-QD-UBND.signed.pdf", "120-QD-UBND.1.evidence", "120-QD-UBND.2.evidence")

val RECEIPT: List<Pair<String, ReceiptState>> = listOf(
    "recorded" to receipt(Verb.APPROVE, RECORDED),
    "finished" to FINISHED,
    "fetching" to FINISHED.copy(keeping = Keeping.Fetching),
    "shared" to FINISHED.copy(keeping = Keeping.Handed(Verdict.VALID, FILES)),
    "shared-undetermined" to FINISHED.copy(keeping = Keeping.Handed(Verdict.UNDETERMINED, FILES)),
    "not-shared" to FINISHED.copy(keeping = Keeping.Failed(failureOf(PhoneException.Kept("a signature on the file does not hold")))),
    "refused" to receipt(Verb.APPROVE, ReceiptStanding.Refused(problemTitle(ProblemKind.CERTIFICATE_NOT_VALID), problemDetail(ProblemKind.CERTIFICATE_NOT_VALID), PROOF)),
    "unsent" to receipt(Verb.RETURN, ReceiptStanding.Unsent("no answer from the server yet")),
    "sending" to receipt(Verb.RETURN, ReceiptStanding.Sending),
    "failed" to receipt(Verb.RETURN, ReceiptStanding.Failed(failureOf(PhoneException.WrongServerKey("https://ky.mayngan.gov.vn")))),
    "missing" to ReceiptState("", Verb.APPROVE, "", HASH, ReceiptStanding.Missing),
)
