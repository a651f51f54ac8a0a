package vn.trien

import vn.trien.core.DelegationForm
import vn.trien.core.DelegationState
import vn.trien.core.Language
import vn.trien.core.OtherDeviceState
import vn.trien.present.AttachmentEvent
import vn.trien.present.AttachmentLine
import vn.trien.present.ChangesEvent
import vn.trien.present.Chip
import vn.trien.present.CommentsEvent
import vn.trien.present.DelegateEvent
import vn.trien.present.DelegationsEvent
import vn.trien.present.DevicesEvent
import vn.trien.present.DiagnosticsEvent
import vn.trien.present.DocumentEvent
import vn.trien.present.EnrollmentEvent
import vn.trien.present.InboxEvent
import vn.trien.present.InboxTab
import vn.trien.present.Lasting
import vn.trien.present.LicencesEvent
import vn.trien.present.Look as Looked
import vn.trien.present.NotMeEvent
import vn.trien.present.NotificationsEvent
import vn.trien.present.OtherLine
import vn.trien.present.Panel
import vn.trien.present.PracticeEvent
import vn.trien.present.ReceiptEvent
import vn.trien.present.RefuseEvent
import vn.trien.present.Remedy
import vn.trien.present.SettingsEvent
import vn.trien.present.SeveralEvent
import vn.trien.present.SignEvent
import vn.trien.present.Texts
import vn.trien.present.StartEvent
import vn.trien.present.VerifyEvent
import vn.trien.present.words
import vn.trien.samples.Asked
import vn.trien.samples.DELEGATED
import vn.trien.samples.RECEIVED
import vn.trien.samples.SAID

/**
 * What an action is called, and the event that it gives; of several with one name, in the order in which they stand. `state:name` is
 * for one state alone. Nothing is told of what a screen does by itself.
 */
typealias Clicks = Map<String, List<Any?>>

/** What the test types into every field. */
const val TYPED = "8"

private fun say(key: String, vararg arguments: Pair<String, Any>) = Texts(Language.VIETNAMESE)(key, *arguments)

private fun clicks(vararg entries: Pair<String, Any?>): Clicks =
    entries.associate { (name, event) -> name to if (event is Array<*>) event.toList() else listOf(event) }

private val BACK = say("app-go-back")
private val AGAIN = say("app-try-again")
private val ANEW = say("app-enroll-again")
private val SECURITY = say("app-open-security")
private val LIST = say("app-to-inbox")
private val NEXT = say("app-next-document")
private val CANCEL = say("app-cancel")
private val LARGER = say("app-zoom-in")
private val SMALLER = say("app-zoom-out")
private val SUBJECT = "Phê duyệt dự toán kinh phí cải cách hành chính năm 2027"

val CLICKS: Map<String, Clicks> = mapOf(
    "start" to clicks(AGAIN to StartEvent.Mend(Remedy.TRY_AGAIN), ANEW to StartEvent.Mend(Remedy.ENROLL_AGAIN)),
    "scan" to clicks(BACK to Asked.BACK, say("app-open-app-settings") to Asked.SETTINGS),
    "inbox" to clicks(
        say("app-verify") to InboxEvent.Verify,
        say("app-settings") to InboxEvent.Settings,
        say("app-tab-waiting") to InboxEvent.Show(InboxTab.WAITING),
        say("app-tab-copies") to InboxEvent.Show(InboxTab.COPIES),
        say("app-tab-done") to InboxEvent.Show(InboxTab.DONE),
        say("app-tab-unsent") to InboxEvent.Show(InboxTab.UNSENT),
        say("app-search") to InboxEvent.Search(TYPED),
        say("app-search-clear") to InboxEvent.Search(""),
        say("app-sync-now") to InboxEvent.Refresh,
        say("app-notifications-look") to InboxEvent.Notifications,
        say("app-unpick") to InboxEvent.Unpick,
        say("app-together", "count" to 2) to InboxEvent.Together,
        AGAIN to InboxEvent.Mend(Remedy.TRY_AGAIN),
        SUBJECT to InboxEvent.Open("request-1"),
        "Xin ý kiến xử lý sạt lở" to InboxEvent.Open("request-2"),
        "Đẩy mạnh cải cách" to InboxEvent.Open("request-3"),
        "Bổ nhiệm cán bộ" to InboxEvent.Open("request-4"),
        "Kế hoạch công tác" to InboxEvent.Open("request-5"),
        "picking:$SUBJECT" to InboxEvent.Pick("request-1"),
        "picking:Xin ý kiến xử lý sạt lở" to InboxEvent.Pick("request-2"),
        "picking:Đẩy mạnh cải cách" to InboxEvent.Pick("request-3"),
        "picking:Bổ nhiệm cán bộ" to InboxEvent.Pick("request-4"),
        "picking:Kế hoạch công tác" to InboxEvent.Pick("request-5"),
        "done:$SUBJECT" to InboxEvent.Look("a1"),
        "Thành lập tổ công tác" to InboxEvent.Look("a2"),
        "Thanh lý tài sản" to InboxEvent.Look("a3"),
        "Giấy mời họp" to InboxEvent.Look("a4"),
        "Tăng cường phòng cháy" to InboxEvent.Open("copy-1"),
        "Kết luận họp giao ban" to InboxEvent.Open("copy-2"),
    ),
    "document" to clicks(
        BACK to arrayOf(DocumentEvent.Back, DocumentEvent.Mend(Remedy.GO_BACK)),
        AGAIN to DocumentEvent.Mend(Remedy.TRY_AGAIN),
        LARGER to null,
        SMALLER to null,
        say("app-signature-on-page", "page" to 1) to null,
        say("app-signature-on-page", "page" to 3) to null,
        say("app-reject") to DocumentEvent.Reject,
        say("app-return") to DocumentEvent.Return,
        say("app-agree-approve") to DocumentEvent.Agree,
        say("app-agree-review") to DocumentEvent.Agree,
        say("app-more") to DocumentEvent.Toggle(Panel.FACTS),
        "route:" + say("app-close") to DocumentEvent.Toggle(Panel.ROUTE),
        "files:" + say("app-close") to DocumentEvent.Toggle(Panel.FILES),
        "facts:" + say("app-close") to DocumentEvent.Toggle(Panel.FACTS),
        "away:" + say("app-close") to DocumentEvent.Toggle(Panel.ROUTE),
        "paper:" + say("app-close") to DocumentEvent.Toggle(Panel.FACTS),
        "copy-facts:" + say("app-close") to DocumentEvent.Toggle(Panel.FACTS),
        say("app-comments") to DocumentEvent.Comments(1),
        "findings:" + say("app-panel-findings", "count" to 5) to DocumentEvent.Toggle(Panel.FINDINGS),
        "changed:" + say("app-panel-findings", "count" to 3) to DocumentEvent.Toggle(Panel.FINDINGS),
        "all-sound:" + say("app-panel-findings", "count" to 1) to DocumentEvent.Toggle(Panel.FINDINGS),
        say("app-panel-facts") to DocumentEvent.Toggle(Panel.FACTS),
        say("app-panel-route") to DocumentEvent.Toggle(Panel.ROUTE),
        say("app-panel-files", "count" to 2) to DocumentEvent.Toggle(Panel.FILES),
        say("app-preview") to DocumentEvent.Preview,
        say("app-changes-look") to DocumentEvent.Compare,
        say("app-attachment-read", "name" to "phu-luc-1-du-toan-chi-tiet.pdf") to
            DocumentEvent.Read(AttachmentLine("phu-luc-1-du-toan-chi-tiet.pdf", words("app-size-kb", "count" to 412), 1)),
        say("app-not-me") to DocumentEvent.NotMe,
        say("app-over-receipt") to DocumentEvent.Receipt("a1"),
    ),
    "sign" to clicks(
        BACK to arrayOf(SignEvent.Cancel, SignEvent.Mend(Remedy.GO_BACK)),
        CANCEL to SignEvent.Cancel,
        say("app-sign-with-finger") to SignEvent.Sign,
        say("app-preview") to SignEvent.Show(Looked.PAGE),
        say("app-preview-to-sheet") to SignEvent.Show(Looked.LINES),
        say("app-not-me") to SignEvent.NotMe,
        LARGER to null,
        SMALLER to null,
        LIST to SignEvent.ToInbox,
        NEXT to SignEvent.Next,
        AGAIN to SignEvent.Mend(Remedy.TRY_AGAIN),
        ANEW to SignEvent.Mend(Remedy.ENROLL_AGAIN),
    ),
    "changes" to clicks(
        BACK to ChangesEvent.Back,
        say("app-look-again") to ChangesEvent.Back,
        say("app-changes-compare") to ChangesEvent.Look(0),
        "not-drawn:$BACK" to arrayOf(ChangesEvent.Back, ChangesEvent.Look(0)),
    ),
    "attachment" to clicks(BACK to AttachmentEvent.Back, AGAIN to AttachmentEvent.Again, LARGER to null, SMALLER to null),
    "practice" to clicks(
        BACK to PracticeEvent.End,
        say("app-signature-on-page", "page" to 2) to null,
        LARGER to null,
        SMALLER to null,
        say("app-practice-try") to PracticeEvent.Sheet,
        CANCEL to PracticeEvent.Read,
        say("app-sign-with-finger") to PracticeEvent.Sign,
        say("app-practice-again") to PracticeEvent.Read,
        say("app-practice-end") to PracticeEvent.End,
        SECURITY to PracticeEvent.Mend(Remedy.SECURITY),
    ),
    "refuse" to clicks(
        BACK to RefuseEvent.Cancel,
        "leaving:$BACK" to RefuseEvent.Undo,
        "leaving-return:$BACK" to RefuseEvent.Undo,
        CANCEL to RefuseEvent.Cancel,
        "reject:" + say("app-reject-send") to null, // No reason is given yet.
        "in-place:" + say("app-reject-send") to null,
        say("app-return-send") to RefuseEvent.Send,
        say("app-reason-form") to RefuseEvent.Toggle(Chip.FORM),
        say("app-reason-content") to RefuseEvent.Toggle(Chip.CONTENT),
        say("app-reason-missing") to RefuseEvent.Toggle(Chip.MISSING),
        say("app-reason-authority") to RefuseEvent.Toggle(Chip.AUTHORITY),
        say("app-reason-words") to RefuseEvent.Write(TYPED),
        say("app-undo") to RefuseEvent.Undo,
        say("app-undo-now") to RefuseEvent.SendNow,
        NEXT to RefuseEvent.Next,
        LIST to RefuseEvent.ToInbox,
        AGAIN to RefuseEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "not-me" to clicks(
        BACK to NotMeEvent.Back, CANCEL to NotMeEvent.Back, say("app-not-me-tell") to NotMeEvent.Tell, LIST to NotMeEvent.ToInbox,
        AGAIN to NotMeEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "several" to clicks(
        BACK to SeveralEvent.Back,
        SUBJECT to SeveralEvent.Open("request-1"),
        "Đẩy mạnh cải cách" to SeveralEvent.Open("request-3"),
        "Bổ nhiệm cán bộ" to SeveralEvent.Open("request-4"),
        say("app-several-one-by-one") to SeveralEvent.OneByOne,
        "ready:" + say("app-several-one-by-one") to null, // Nothing is left to view.
        "unread:" + say("app-several-sign", "count" to 2) to null, // Not before all were viewed.
        say("app-several-sign", "count" to 3) to SeveralEvent.SignAll,
        say("app-look-again") to SeveralEvent.Mend("request-4", Remedy.LOOK_AGAIN),
        LIST to SeveralEvent.Back,
    ),
    "receipt" to clicks(
        BACK to ReceiptEvent.Back,
        say("app-keep-share") to ReceiptEvent.Share,
        say("app-send-now") to ReceiptEvent.SendAgain,
        say("app-look-again") to ReceiptEvent.LookAgain,
        AGAIN to ReceiptEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "enrollment" to clicks(
        say("app-enroll-scan") to Asked.CAMERA,
        say("app-practice") to EnrollmentEvent.Practice,
        say("app-enroll-link") to EnrollmentEvent.Link(TYPED),
        say("app-enroll-open") to EnrollmentEvent.Open,
        "asking:" + say("app-enroll-open") to null, // It is being asked already.
        say("app-enroll-code") to EnrollmentEvent.Code(TYPED),
        say("app-enroll-not-me") to EnrollmentEvent.NotMe,
        say("app-enroll-send-code") to null, // Not before all eight digits are there.
        say("app-enroll-right") to EnrollmentEvent.Right,
        "check-no-finger:" + say("app-enroll-right") to null,
        SECURITY to EnrollmentEvent.Mend(Remedy.SECURITY),
        "check-no-sensor:" + say("app-enroll-right") to null,
        "check-no-passcode:" + say("app-enroll-right") to null,
        say("app-notifications-allow") to EnrollmentEvent.AllowNotifications,
        say("app-enroll-stop") to EnrollmentEvent.NotMe,
        LIST to EnrollmentEvent.ToInbox,
        say("app-enroll-try-notifications") to EnrollmentEvent.TryNotifications,
        ANEW to EnrollmentEvent.Mend(Remedy.ENROLL_AGAIN),
        "ended:$ANEW" to EnrollmentEvent.NotMe,
        "erased:$ANEW" to EnrollmentEvent.NotMe,
        "erased-key-lost:$ANEW" to EnrollmentEvent.NotMe,
        AGAIN to EnrollmentEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "verify" to clicks(
        BACK to VerifyEvent.Back, say("app-verify-choose") to Asked.FILE, say("app-verify-another") to Asked.FILE,
        say("app-changes-look") to VerifyEvent.Compare, AGAIN to VerifyEvent.Again,
    ),
    "settings" to clicks(
        BACK to SettingsEvent.Back,
        "Tiếng Việt" to SettingsEvent.Speak(Language.VIETNAMESE),
        "English" to SettingsEvent.Speak(Language.ENGLISH),
        say("app-devices-look") to SettingsEvent.Devices,
        say("app-delegations") to SettingsEvent.Delegations,
        say("app-notifications-look") to SettingsEvent.Notifications,
        say("app-verify") to SettingsEvent.Verify,
        say("app-practice") to SettingsEvent.Practice,
        say("app-diagnostics") to SettingsEvent.Diagnostics,
        say("app-licences") to SettingsEvent.Licences,
        say("app-renew-ask") to SettingsEvent.Renew,
        say("app-replace-open") to SettingsEvent.EnrollAnew,
        AGAIN to SettingsEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "notifications" to clicks(
        BACK to NotificationsEvent.Back,
        say("app-notifications-allow") to NotificationsEvent.Allow,
        say("app-push-test") to NotificationsEvent.Try,
        "ntfy" to NotificationsEvent.Choose("io.heckel.ntfy"),
        "NextPush" to NotificationsEvent.Choose("org.unifiedpush.distributor.nextpush"),
        AGAIN to NotificationsEvent.Mend(Remedy.TRY_AGAIN),
        say("app-skip") to NotificationsEvent.Done,
        LIST to NotificationsEvent.Done,
    ),
    "devices" to clicks(
        BACK to DevicesEvent.Back,
        say("app-lost") to arrayOf(
            DevicesEvent.Lost(OtherLine("device-2", "Google Pixel 8a", "02/03/2026", OtherDeviceState.ACTIVE)),
            DevicesEvent.Lost(OtherLine("device-4", "Xiaomi 23078RKD5C", "22/11/2026", OtherDeviceState.WAITING)),
        ),
        CANCEL to DevicesEvent.NotLost,
        say("app-lost-really") to DevicesEvent.ReallyLost,
        AGAIN to DevicesEvent.Mend(Remedy.TRY_AGAIN),
        say("app-replace-ask") to DevicesEvent.Replace,
        say("app-replace-open") to DevicesEvent.EnrollAnew,
    ),
    "delegations" to clicks(
        BACK to DelegationsEvent.Back,
        say("app-delegation-give") to DelegationsEvent.Give,
        say("app-delegation-end") to DELEGATED.filter { it.state != DelegationState.ENDED }.map { DelegationsEvent.End(it) }.toTypedArray(),
        CANCEL to DelegationsEvent.NotEnd,
        say("app-delegation-end-why") to DelegationsEvent.Why(TYPED),
        "ending:" + say("app-delegation-end-really") to null, // Why is not said yet.
        say("app-delegation-end-really") to DelegationsEvent.ReallyEnd,
        "ended:" + say("app-delegation-end") to DelegationsEvent.End(DELEGATED[1]),
        say("app-delegation-lay-down") to DelegationsEvent.End(RECEIVED[0]),
        say("app-delegation-lay-down-why") to DelegationsEvent.Why(TYPED),
        "laying-down:" + say("app-delegation-lay-down-really") to null, // Why is not said yet.
        say("app-delegation-lay-down-really") to DelegationsEvent.ReallyEnd,
        AGAIN to DelegationsEvent.Mend(Remedy.TRY_AGAIN),
    ),
    "delegate" to clicks(
        BACK to arrayOf(DelegateEvent.Back, DelegateEvent.Mend(Remedy.GO_BACK)),
        CANCEL to DelegateEvent.Back,
        AGAIN to DelegateEvent.Mend(Remedy.TRY_AGAIN),
        say("app-delegate-search") to DelegateEvent.Search(TYPED),
        "Phạm Văn Sơn Phó Chủ tịch, Ủy ban nhân dân xã Mây Ngàn · cấp phó" to DelegateEvent.Choose("p2 u1"),
        "Lê Thị Hoa" to DelegateEvent.Choose("p3 u2"),
        say("app-delegate-another") to DelegateEvent.Another,
        say("app-form-kt") to DelegateEvent.Form(DelegationForm.KT),
        say("app-form-tl") to DelegateEvent.Form(DelegationForm.TL),
        say("app-form-tuq") to DelegateEvent.Form(DelegationForm.TUQ),
        say("app-delegation-below", "name" to "Ủy ban nhân dân xã Mây Ngàn") to DelegateEvent.Scope(0),
        "Ủy ban nhân dân xã Mây Ngàn" to DelegateEvent.Scope(1),
        say("app-delegation-below", "name" to "Phòng Kinh tế") to DelegateEvent.Scope(2),
        say("app-delegate-kinds") to DelegateEvent.Kinds(TYPED),
        say("app-delegate-today") to DelegateEvent.Last(Lasting.TODAY),
        say("app-delegate-week") to DelegateEvent.Last(Lasting.WEEK),
        say("app-delegate-month") to DelegateEvent.Last(Lasting.MONTH),
        say("app-delegate-from") to DelegateEvent.From(TYPED),
        say("app-delegate-until") to DelegateEvent.Until(TYPED),
        say("app-delegate-reason") to DelegateEvent.Reason(TYPED),
        "chosen:" + say("app-delegate-look") to null, // Something is missing.
        "no-kinds:" + say("app-delegate-look") to null,
        "too-long:" + say("app-delegate-look") to null,
        say("app-delegate-look") to DelegateEvent.Look,
        say("app-sign-with-finger") to DelegateEvent.Sign,
        say("app-delegate-to-list") to DelegateEvent.Done,
    ),
    "comments" to clicks(
        BACK to CommentsEvent.Back,
        CANCEL to CommentsEvent.NotWithdraw,
        AGAIN to CommentsEvent.Mend(Remedy.TRY_AGAIN),
        say("app-comment-page-before") to CommentsEvent.Page(1),
        say("app-comment-page-after") to CommentsEvent.Page(3),
        say("app-comment-text") to CommentsEvent.Write(TYPED),
        "sending:" + say("app-comment-sending") to null,
        "all:" + say("app-comment-send") to null, // Nothing is written yet.
        "none:" + say("app-comment-send") to null,
        "too-long:" + say("app-comment-send") to null,
        say("app-comment-send") to CommentsEvent.Send,
        say("app-comment-withdraw") to CommentsEvent.Withdraw(SAID[1]),
        "withdrawing:" + say("app-comment-withdraw") to CommentsEvent.ReallyWithdraw,
    ),
    "diagnostics" to clicks(BACK to DiagnosticsEvent.Back, say("app-diagnostics-run") to DiagnosticsEvent.Run, AGAIN to DiagnosticsEvent.Mend(Remedy.TRY_AGAIN)),
    "licences" to clicks(
        BACK to LicencesEvent.Back,
        "Triện" to LicencesEvent.Open("Triện"),
        "foundation-layout-android" to LicencesEvent.Open("androidx.compose.foundation:foundation-layout-android 1.11.4"),
        "Arimo" to LicencesEvent.Open("Arimo 1.33"),
        "linux-raw-sys" to LicencesEvent.Open("linux-raw-sys 0.12.1"),
        "standard library" to LicencesEvent.Open("Rust's standard library"),
        "unicode-normalization" to LicencesEvent.Open("unicode-normalization 0.1.26"),
    ),
)
