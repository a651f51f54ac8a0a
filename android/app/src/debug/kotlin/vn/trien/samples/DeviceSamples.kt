package vn.trien.samples

import vn.trien.core.Finding
import vn.trien.core.Language
import vn.trien.core.OtherDeviceState
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.core.PushHealth
import vn.trien.core.Verdict
import vn.trien.present.Busy
import vn.trien.present.CertificateLines
import vn.trien.present.Changed
import vn.trien.present.Check
import vn.trien.present.DiagnosticsState
import vn.trien.present.EnrollmentState
import vn.trien.present.EnrollmentStep
import vn.trien.present.DevicesState
import vn.trien.present.Fact
import vn.trien.present.First
import vn.trien.present.Holder
import vn.trien.present.KeyPlace
import vn.trien.present.NOT_READ
import vn.trien.present.Notifications
import vn.trien.present.NotificationsState
import vn.trien.present.OtherLine
import vn.trien.present.Others
import vn.trien.present.Pending
import vn.trien.present.PersonFacts
import vn.trien.present.Prompts
import vn.trien.present.PushProvider
import vn.trien.present.Replacement
import vn.trien.present.ScreenLock
import vn.trien.present.SettingsState
import vn.trien.present.SignatureLine
import vn.trien.present.Texts
import vn.trien.present.Validity
import vn.trien.present.VerifyState
import vn.trien.present.WakeStanding
import vn.trien.present.WakeTest
import vn.trien.present.failureOf
import vn.trien.present.findingWords
import vn.trien.present.problemDetail
import vn.trien.present.problemTitle
import vn.trien.present.words

private val HOLDER = Holder("Ủy ban nhân dân xã Mây Ngàn", "ky.mayngan.gov.vn", "Nguyễn Văn An", "Chủ tịch")

private val TEXTS = Texts(Language.VIETNAMESE)
private val SPENT = PhoneException.Problem(
    ProblemKind.INVITATION_SPENT, TEXTS.of(problemTitle(ProblemKind.INVITATION_SPENT)), TEXTS.of(problemDetail(ProblemKind.INVITATION_SPENT)), "expired",
)

private fun check(lock: ScreenLock, passcode: Boolean = false) = EnrollmentState(EnrollmentStep.Check(HOLDER, Prompts.Every(20), lock, passcode))

val ENROLLMENT: List<Pair<String, EnrollmentState>> = listOf(
    "start" to EnrollmentState(EnrollmentStep.Start()),
    "pasted" to EnrollmentState(EnrollmentStep.Start("https://ky.mayngan.gov.vn/e#pQFQB…")),
    "no-link" to EnrollmentState(EnrollmentStep.Start("https://example.vn/e"), failureOf(PhoneException.Invitation("this is not a Trien invitation link"))),
    "asking" to EnrollmentState(EnrollmentStep.Start("https://ky.mayngan.gov.vn/e#pQFQB…"), busy = Busy.YES),
    "expired" to EnrollmentState(EnrollmentStep.Start("https://ky.mayngan.gov.vn/e#pQFQB…"), failureOf(SPENT)),
    "slip" to EnrollmentState(EnrollmentStep.Slip(HOLDER, "22/12/2026", "4817")),
    "slip-wrong" to EnrollmentState(EnrollmentStep.Slip(HOLDER, "22/12/2026", "", 3), failureOf(PhoneException.WrongShortCode(3u))),
    "check" to check(ScreenLock.BIOMETRIC),
    "check-no-finger" to check(ScreenLock.NONE_ENROLLED),
    "check-no-sensor" to check(ScreenLock.NO_HARDWARE),
    "check-passcode" to check(ScreenLock.PASSCODE, passcode = true),
    "check-no-passcode" to check(ScreenLock.NO_PASSCODE, passcode = true),
    "impostor" to EnrollmentState(EnrollmentStep.Start(), failureOf(PhoneException.Impostor("the proof does not hold"))),
    "keys" to EnrollmentState(EnrollmentStep.Keys(HOLDER), busy = Busy.YES),
    "waiting" to EnrollmentState(EnrollmentStep.Waiting("7391 0264", Notifications.OFF, Pending.OFFICER)),
    "waiting-offline" to EnrollmentState(
        EnrollmentStep.Waiting("7391 0264", Notifications.BY_ITSELF, Pending.OFFICER),
        failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")),
    ),
    "certificate" to EnrollmentState(EnrollmentStep.Waiting("7391 0264", Notifications.PUSH, Pending.CERTIFICATE)),
    "done" to EnrollmentState(EnrollmentStep.Done("Nguyễn Văn An", "Ủy ban nhân dân xã Mây Ngàn")),
    "ended" to EnrollmentState(EnrollmentStep.Ended(words("app-enrollment-refused"))),
    "erased" to EnrollmentState(EnrollmentStep.Ended(words("app-erased-revoked", "unanswered" to 2))),
    "erased-key-lost" to EnrollmentState(EnrollmentStep.Ended(words("app-erased-key-lost"))),
)

private val CERTIFICATE = CertificateLines(
    "Nguyễn Văn An", "Trien Issuing CA", "5A0911C2F04B7D6E", "14/03/2026", "14/03/2028", Validity.GOOD,
)

private val SETTING = SettingsState(
    person = PersonFacts("Nguyễn Văn An", "Chủ tịch", "Ủy ban nhân dân xã Mây Ngàn", "0193b0c1-7d2e-7c3a-9f10-2b6d5e8a4c11", "Samsung SM-A546E"),
    certificate = CERTIFICATE, keys = KeyPlace.STRONG_BOX, prompts = Prompts.Each, notifications = Notifications.PUSH, language = Language.VIETNAMESE,
)

private val ENDING = SETTING.copy(
    certificate = CERTIFICATE.copy(until = "10/12/2026", validity = Validity.ENDING), keys = KeyPlace.TRUSTED_ENVIRONMENT,
    prompts = Prompts.Every(20), notifications = Notifications.OFF,
)

val SETTINGS: List<Pair<String, SettingsState>> = listOf(
    "enrolled" to SETTING,
    "ending" to ENDING,
    "ended" to SETTING.copy(certificate = CERTIFICATE.copy(until = "10/11/2026", validity = Validity.ENDED), notifications = Notifications.BY_ITSELF),
    "renewal-asking" to ENDING.copy(renewal = Replacement.Asking),
    "renewal-asked" to ENDING.copy(renewal = Replacement.Asked),
    "renewal-failed" to ENDING.copy(renewal = Replacement.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "not-enrolled" to SETTING.copy(person = null, certificate = null, keys = KeyPlace.UNKNOWN),
)

private val NTFY = PushProvider("io.heckel.ntfy", "ntfy")
private val PROVIDERS = listOf(NTFY, PushProvider("org.unifiedpush.distributor.nextpush", "NextPush"))

private fun notifications(health: PushHealth, test: WakeTest = WakeTest.NotYet, sent: String? = "08:40") = NotificationsState(
    Notifications.PUSH, WakeStanding.Known(health, "16:05 20/11/2026", sent), listOf(NTFY), NTFY.id, test,
)

val NOTIFICATIONS: List<Pair<String, NotificationsState>> = listOf(
    "ok" to notifications(PushHealth.OK).copy(providers = PROVIDERS),
    "failing" to notifications(PushHealth.FAILING),
    "dead" to notifications(PushHealth.DEAD),
    "none-there" to notifications(PushHealth.NONE, sent = null).copy(may = Notifications.BY_ITSELF, providers = emptyList(), provider = null),
    "choose" to notifications(PushHealth.NONE, sent = null).copy(may = Notifications.BY_ITSELF, providers = PROVIDERS, provider = null),
    "none-yet" to notifications(PushHealth.NONE, sent = null).copy(may = Notifications.BY_ITSELF),
    "off" to notifications(PushHealth.OK).copy(may = Notifications.OFF),
    "asking" to notifications(PushHealth.OK).copy(standing = WakeStanding.Asking),
    "unreachable" to notifications(PushHealth.OK)
        .copy(standing = WakeStanding.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "test-waiting" to notifications(PushHealth.OK, WakeTest.Waiting),
    "test-arrived" to notifications(PushHealth.OK, WakeTest.Arrived("08:42")),
    "test-missing" to notifications(PushHealth.OK, WakeTest.Missing),
    "test-failed" to notifications(PushHealth.OK, WakeTest.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "first" to notifications(PushHealth.OK, sent = null).copy(may = Notifications.OFF, first = First.YES),
    "first-arrived" to notifications(PushHealth.OK, WakeTest.Arrived("08:42")).copy(first = First.YES),
    "first-none" to notifications(PushHealth.NONE, sent = null).copy(may = Notifications.BY_ITSELF, providers = emptyList(), provider = null, first = First.YES),
)

private val OTHERS = listOf(
    OtherLine("device-2", "Google Pixel 8a", "02/03/2026", OtherDeviceState.ACTIVE),
    OtherLine("device-3", "Samsung SM-T220", "14/10/2025", OtherDeviceState.SUSPENDED),
    OtherLine("device-4", "Xiaomi 23078RKD5C", "22/11/2026", OtherDeviceState.WAITING),
)

val DEVICES: List<Pair<String, DevicesState>> = listOf(
    "others" to DevicesState(Others.Known(OTHERS)),
    "none" to DevicesState(Others.Known(emptyList())),
    "asking" to DevicesState(Others.Asking),
    "unreachable" to DevicesState(Others.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "losing" to DevicesState(Others.Known(OTHERS), losing = OTHERS[0]),
    "not-reported" to DevicesState(Others.Known(OTHERS.take(1), failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out")))),
    "replacement-asked" to DevicesState(Others.Known(emptyList()), replacement = Replacement.Asked),
    "replacement-failed" to DevicesState(
        Others.Known(emptyList()), replacement = Replacement.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "timed out"))),
    ),
)

private val DIAGNOSIS = DiagnosticsState(
    listOf(
        Fact(words("app-fact-app"), "Trien Android 0.1.0"),
        Fact(words("app-fact-model"), "Samsung SM-A546E"),
        Fact(words("app-fact-server"), "ky.mayngan.gov.vn"),
        Fact(words("app-fact-keys"), TEXTS[KeyPlace.STRONG_BOX.key]),
        Fact(words("app-fact-notifications"), TEXTS[Notifications.PUSH.key]),
        Fact(words("app-fact-synced"), "08:41"),
        Fact(words("app-fact-unsent"), "1"),
        Fact(words("app-fact-last-failure"), "–"),
    ),
)

val DIAGNOSTICS: List<Pair<String, DiagnosticsState>> = listOf(
    "not-yet" to DIAGNOSIS,
    "running" to DIAGNOSIS.copy(check = Check.Running),
    "reached" to DIAGNOSIS.copy(check = Check.Reached(812, 4)),
    "failed" to DIAGNOSIS.copy(check = Check.Failed(failureOf(PhoneException.Unreachable("https://ky.mayngan.gov.vn", "dns error")))),
)

private val SPOKEN = mapOf(words("app-fact-keys") to KeyPlace.STRONG_BOX.key, words("app-fact-notifications") to Notifications.PUSH.key)

/** The same, as a presenter says it in another language. */
internal fun DiagnosticsState.spoken(texts: Texts) =
    copy(facts = facts.map { fact -> SPOKEN[fact.name]?.let { fact.copy(value = texts[it]) } ?: fact })

private const val SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

val VERIFY: List<Pair<String, VerifyState>> = listOf(
    "choose" to VerifyState.Choose,
    "working" to VerifyState.Working("quyet-dinh.signed.pdf"),
    "valid" to VerifyState.Judged(
        "quyet-dinh.signed.pdf", Verdict.VALID, emptyList(), emptyList(), listOf(SignatureLine("Nguyễn Văn An", Verdict.VALID, emptyList())), SHA256,
    ),
    "undetermined" to VerifyState.Judged(
        "hop-dong.pdf", Verdict.UNDETERMINED, emptyList(), listOf(findingWords(Finding.FontNotEmbedded)),
        listOf(SignatureLine("Công ty Cổ phần Tư vấn Xây dựng", Verdict.UNDETERMINED, listOf(words("app-verify-no-trusted-issuer"), words("verify-chain-unknown")))), SHA256,
    ),
    "not-valid" to VerifyState.Judged(
        "ban-sua.pdf", Verdict.NOT_VALID, emptyList(), emptyList(),
        listOf(SignatureLine("Nguyễn Văn An", Verdict.NOT_VALID, listOf(words("verify-document-changed")))), SHA256,
    ),
    "changed" to VerifyState.Judged(
        "ban-sua.pdf", Verdict.NOT_VALID, emptyList(), emptyList(),
        listOf(SignatureLine("Nguyễn Văn An", Verdict.NOT_VALID, listOf(words("verify-change-page-content")))), SHA256, Changed.YES,
    ),
    "not-read" to NOT_READ,
    "unsigned" to VerifyState.Judged("thu.pdf", Verdict.NOT_VALID, listOf(words("verify-no-signature")), emptyList(), emptyList(), SHA256),
    "failed" to VerifyState.Failed(failureOf(PhoneException.Defect("verifying a file"))),
)
