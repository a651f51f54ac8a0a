package vn.trien.samples

import androidx.compose.runtime.Composable
import vn.trien.ui.AttachmentScreen
import vn.trien.ui.ChangesScreen
import vn.trien.ui.Beside
import vn.trien.ui.DevicesScreen
import vn.trien.ui.DiagnosticsScreen
import vn.trien.ui.DocumentScreen
import vn.trien.ui.EnrollmentScreen
import vn.trien.ui.InboxScreen
import vn.trien.ui.LicencesScreen
import vn.trien.ui.NotMeScreen
import vn.trien.ui.PracticeScreen
import vn.trien.ui.NothingOpen
import vn.trien.ui.NotificationsScreen
import vn.trien.ui.ReceiptScreen
import vn.trien.ui.RefuseScreen
import vn.trien.ui.SettingsScreen
import vn.trien.ui.SeveralScreen
import vn.trien.ui.SignScreen
import vn.trien.ui.VerifyScreen

/** One state of one screen, as it is drawn. */
class Sample(val name: String, val draw: @Composable () -> Unit)

/** Every state of every screen, listed once: previews, pictures and tests read this. */
val SCREENS: Map<String, List<Sample>> = mapOf(
    "inbox" to INBOX.map { (name, state) -> Sample(name) { InboxScreen(state, on = {}) } },
    "document" to DOCUMENT.map { (name, state) -> Sample(name) { DocumentScreen(state, SamplePages.source) {} } },
    "sign" to SIGN.map { (name, state) -> Sample(name) { SignScreen(state, { SamplePages.stamped }) {} } },
    "changes" to CHANGES.map { (name, state) -> Sample(name) { ChangesScreen(state) {} } },
    "attachment" to ATTACHMENT.map { (name, state) -> Sample(name) { AttachmentScreen(state, SamplePages.source) {} } },
    "practice" to PRACTICE.map { (name, state) -> Sample(name) { PracticeScreen(state, SamplePages.practice, SamplePages.practiceStamped) {} } },
    "refuse" to REFUSE.map { (name, state) -> Sample(name) { RefuseScreen(state) {} } },
    "not-me" to NOT_ME.map { (name, state) -> Sample(name) { NotMeScreen(state) {} } },
    "several" to SEVERAL.map { (name, state) -> Sample(name) { SeveralScreen(state) {} } },
    "receipt" to RECEIPT.map { (name, state) -> Sample(name) { ReceiptScreen(state) {} } },
    "enrollment" to ENROLLMENT.map { (name, state) -> Sample(name) { EnrollmentScreen(state, {}) {} } },
    "verify" to VERIFY.map { (name, state) -> Sample(name) { VerifyScreen(state, {}) {} } },
    "settings" to SETTINGS.map { (name, state) -> Sample(name) { SettingsScreen(state) {} } },
    "notifications" to NOTIFICATIONS.map { (name, state) -> Sample(name) { NotificationsScreen(state) {} } },
    "devices" to DEVICES.map { (name, state) -> Sample(name) { DevicesScreen(state) {} } },
    "diagnostics" to DIAGNOSTICS.map { (name, state) -> Sample(name) { DiagnosticsScreen(state) {} } },
    "licences" to listOf(Sample("all") { LicencesScreen {} }),
)

private fun beside(name: String, isListActive: Boolean, open: String?, screen: @Composable () -> Unit) =
    Sample(name) { Beside(isListActive, { InboxScreen(INBOX.first().second, open, on = {}) }, screen) }

/** What a wide window shows: the list, and beside it what is open from it. */
val WIDE_SCREENS: Map<String, List<Sample>> = mapOf(
    "beside" to listOf(
        beside("nothing-open", true, null) { NothingOpen() },
        beside("document", true, "request-1") { DocumentScreen(DOCUMENT.first().second, SamplePages.source) {} },
        beside("document-route", true, "request-1") { DocumentScreen(DOCUMENT.first { it.first == "route" }.second, SamplePages.source) {} },
        beside("signing", false, null) { SignScreen(SIGN.first().second, { SamplePages.stamped }) {} },
        beside("refusing", false, null) { RefuseScreen(REFUSE.first().second) {} },
        beside("leaving", false, null) { RefuseScreen(REFUSE.first { it.first == "leaving" }.second) {} },
        beside("receipt", true, null) { ReceiptScreen(RECEIPT.first().second) {} },
    ),
)
