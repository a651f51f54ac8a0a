package vn.trien.present

import vn.trien.core.KeySignerException
import vn.trien.core.KeyStoreException
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.core.SecretStoreException
import vn.trien.core.StorageException

/** What the person can do about a failure. */
enum class Remedy(val key: String) {
    TRY_AGAIN("app-try-again"),
    SYNC("app-sync-now"),
    LOOK_AGAIN("app-look-again"),
    ENROLL_AGAIN("app-enroll-again"),
    GO_BACK("app-go-back"),

    /** Where fingers and faces are added is a matter of the system. */
    SECURITY("app-open-security"),
}

/** Where a remedy leads on every screen; nowhere where the screen itself does something again. */
internal fun Remedy.place(request: String? = null): Place? = when (this) {
    Remedy.ENROLL_AGAIN -> Place.Enrollment(null)
    Remedy.SECURITY -> Place.Security
    Remedy.GO_BACK -> Place.Back
    Remedy.SYNC -> Place.Inbox
    Remedy.LOOK_AGAIN -> request?.let(Place::Document)
    Remedy.TRY_AGAIN -> null
}

/** Why something did not happen: a sentence, and what can be done. */
data class Failure(
    val what: Words,
    val remedy: Remedy,
    /** For whoever helps, in their language: diagnostics show it, and the start where there are none. */
    val detail: String? = null,
    /** What the person is to pass on to whoever submitted the document, who alone can mend it. */
    val tell: Words? = null,
)

/** Every refusal of the core, in words. */
fun failureOf(error: PhoneException): Failure = when (error) {
    is PhoneException.NotEnrolled -> Failure(words("app-failure-not-enrolled"), Remedy.ENROLL_AGAIN)
    is PhoneException.AlreadyEnrolled -> Failure(words("app-failure-already-enrolled"), Remedy.GO_BACK)
    is PhoneException.NoEnrollment -> Failure(words("app-failure-no-enrollment"), Remedy.ENROLL_AGAIN)
    is PhoneException.Invitation -> Failure(words("app-failure-invitation"), Remedy.ENROLL_AGAIN, error.detail)
    is PhoneException.ShortCode -> Failure(words("app-failure-short-code"), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.WrongShortCode ->
        Failure(words("app-failure-wrong-short-code", "left" to error.left), Remedy.TRY_AGAIN)
    is PhoneException.Impostor -> Failure(words("app-failure-impostor"), Remedy.ENROLL_AGAIN, error.detail)
    is PhoneException.Profile -> Failure(words("app-failure-profile"), Remedy.ENROLL_AGAIN, error.detail)
    is PhoneException.Address -> Failure(words("app-failure-address"), Remedy.ENROLL_AGAIN, error.detail)
    is PhoneException.Unreachable ->
        Failure(words("app-failure-unreachable", "server" to host(error.server)), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.WrongServerKey ->
        Failure(words("app-failure-wrong-server-key", "server" to host(error.server)), Remedy.TRY_AGAIN)
    is PhoneException.Problem -> problem(error)
    is PhoneException.UnexpectedAnswer -> Failure(words("app-failure-unexpected"), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.AnswerTooLarge -> Failure(words("app-failure-unexpected"), Remedy.TRY_AGAIN)
    is PhoneException.Log -> Failure(words("app-failure-log"), Remedy.GO_BACK, error.detail)
    is PhoneException.NeverSynced, is PhoneException.ReceiptsWait -> Failure(words("app-failure-sync-first"), Remedy.SYNC)
    is PhoneException.UnknownRequest, is PhoneException.NothingToDecide ->
        Failure(words("app-failure-nothing-to-decide"), Remedy.SYNC)
    is PhoneException.NotOpened, is PhoneException.Changed -> Failure(words("app-failure-changed"), Remedy.LOOK_AGAIN)
    is PhoneException.UnknownSheet, is PhoneException.SheetExpired ->
        Failure(words("app-failure-sheet-expired"), Remedy.TRY_AGAIN)
    is PhoneException.AlreadyDecided -> Failure(words("app-failure-already-decided"), Remedy.GO_BACK)
    is PhoneException.TooLate -> Failure(words("app-failure-too-late", "at" to moment(error.ended)), Remedy.GO_BACK)
    is PhoneException.NotFinished -> Failure(words("app-failure-not-finished"), Remedy.SYNC)
    is PhoneException.Kept -> Failure(words("app-failure-kept"), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.CertificateEnded ->
        Failure(words("app-failure-certificate-ended", "at" to moment(error.ended)), Remedy.ENROLL_AGAIN)
    is PhoneException.Document -> Failure(words("app-failure-document"), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.Unsignable ->
        Failure(words("app-failure-unsignable"), Remedy.GO_BACK, error.detail, tell = words("pdf-refusal-${error.slug}"))
    is PhoneException.SecretGrade -> Failure(words("problem-secret-grade-detail"), Remedy.GO_BACK)
    is PhoneException.Recipe -> Failure(words("app-failure-recipe"), Remedy.GO_BACK, error.detail)
    is PhoneException.Delegation -> Failure(words("app-failure-delegation"), Remedy.SYNC, error.detail)
    is PhoneException.DelegationUnknown -> Failure(words("app-delegate-unknown"), Remedy.GO_BACK, error.detail)
    is PhoneException.Render -> Failure(words("pdf-render-${error.slug}"), Remedy.GO_BACK, error.detail)
    is PhoneException.Reason -> Failure(words("app-failure-reason"), Remedy.TRY_AGAIN, error.detail)
    is PhoneException.Signer -> signer(error.source)
    is PhoneException.Keys -> keys(error.source)
    is PhoneException.Secrets -> Failure(words("app-failure-secrets"), Remedy.TRY_AGAIN, secrets(error.source))
    is PhoneException.Storage -> storage(error.source)
    is PhoneException.Argument -> Failure(words("app-failure-defect"), Remedy.TRY_AGAIN, "${error.name}: ${error.detail}")
    is PhoneException.Defect -> Failure(words("app-failure-defect"), Remedy.TRY_AGAIN, error.what)
}

/** What is none of the core's refusals. */
internal fun defect(error: Throwable) = Failure(words("app-failure-defect"), Remedy.TRY_AGAIN, "${error.javaClass.name}: ${error.message}")

/** The same for a file of the person's own: nobody else has to hear of it. */
internal fun Failure.ofOwnFile(): Failure = copy(what = tell ?: what, tell = null)

/** What a person calls the problem that the server named. */
fun problemTitle(kind: ProblemKind): Words = words("problem-${slug(kind)}-title")

/** What to do about it. */
fun problemDetail(kind: ProblemKind): Words = words("problem-${slug(kind)}-detail", "code" to "none")

private fun slug(kind: ProblemKind) = kind.name.lowercase().replace('_', '-')

private fun problem(error: PhoneException.Problem): Failure {
    val remedy = when (error.kind) {
        ProblemKind.DEVICE_REVOKED, ProblemKind.UNAUTHENTICATED, ProblemKind.ENROLLMENT_ENDED,
        ProblemKind.INVITATION_SPENT, ProblemKind.ASSURANCE_TOO_LOW -> Remedy.ENROLL_AGAIN
        ProblemKind.OVERTAKEN, ProblemKind.REQUEST_ENDED -> Remedy.SYNC
        ProblemKind.STALE_REVISION, ProblemKind.DECISION_MISMATCH -> Remedy.LOOK_AGAIN
        ProblemKind.SECRET_GRADE, ProblemKind.UNSIGNABLE_PDF, ProblemKind.NO_DELEGATION -> Remedy.GO_BACK
        else -> Remedy.TRY_AGAIN
    }
    return Failure(Words.Theirs("${error.title}. ${error.detail}"), remedy, error.code)
}

private fun signer(why: KeySignerException): Failure = when (why) {
    is KeySignerException.Cancelled -> Failure(words("app-failure-cancelled"), Remedy.TRY_AGAIN)
    is KeySignerException.KeyInvalidated -> Failure(words("app-failure-key-invalidated"), Remedy.ENROLL_AGAIN)
    is KeySignerException.Locked -> Failure(words("app-failure-locked"), Remedy.TRY_AGAIN)
    is KeySignerException.Unavailable -> Failure(words("app-failure-key"), Remedy.TRY_AGAIN, why.detail)
    is KeySignerException.WrongSignature -> Failure(words("app-failure-key"), Remedy.TRY_AGAIN, "the key gave a signature that does not verify")
    is KeySignerException.NotP256 -> Failure(words("app-failure-key"), Remedy.TRY_AGAIN, "the key is not a P-256 key")
}

private fun keys(why: KeyStoreException): Failure = when (why) {
    is KeyStoreException.Missing -> Failure(words("app-failure-keys-missing"), Remedy.ENROLL_AGAIN)
    is KeyStoreException.Locked -> Failure(words("app-failure-keys-locked"), Remedy.TRY_AGAIN, why.detail)
    is KeyStoreException.Unsupported -> Failure(words("app-failure-keys-unsupported"), Remedy.SECURITY, why.detail)
    is KeyStoreException.Unavailable -> Failure(words("app-failure-key"), Remedy.TRY_AGAIN, why.detail)
}

private fun storage(why: StorageException): Failure = when (why) {
    is StorageException.Full -> Failure(words("app-failure-disk-full"), Remedy.TRY_AGAIN, "${named(why.file)} was not written")
    is StorageException.KeyLost -> Failure(words("app-failure-key-lost"), Remedy.ENROLL_AGAIN, "the key of ${named(why.folder)} is lost")
    is StorageException.OtherFormat ->
        Failure(words("app-failure-other-release"), Remedy.GO_BACK, "${named(why.folder)} was made by another release")
    is StorageException.InUse -> files("${named(why.folder)} is in use by another process")
    is StorageException.Damaged -> files("${named(why.file)} is damaged: ${why.detail}")
    is StorageException.System -> files("${named(why.file)}: ${why.detail}")
}

/** The file without the way to it, which says nothing to whoever helps and is long to read out. */
private fun named(path: String) = path.substringAfterLast('/')

private fun files(detail: String) = Failure(words("app-failure-files"), Remedy.TRY_AGAIN, detail)

private fun secrets(why: SecretStoreException): String = when (why) {
    is SecretStoreException.Unavailable -> why.detail
}

private fun host(server: String) = server.removePrefix("https://").removePrefix("http://")

private fun moment(at: java.time.Instant) = "${clock(at)} ${day(at)}"
