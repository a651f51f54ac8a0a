package vn.trien.samples

import androidx.compose.runtime.Composable
import vn.trien.ui.AttachmentScreen
import vn.trien.ui.ChangesScreen
import vn.trien.ui.Beside
import vn.trien.ui.CommentsScreen
import vn.trien.ui.DelegateScreen
import vn.trien.ui.DelegationsScreen
import vn.trien.ui.DevicesScreen
import vn.trien.ui.DiagnosticsScreen
import vn.trien.ui.DocumentScreen
import vn.trien.ui.EnrollmentScreen
import vn.trien.ui.InboxScreen
import vn.trien.ui.LicencesScreen
import vn.trien.ui.LocalTexts
import vn.trien.ui.NotMeScreen
import vn.trien.ui.PracticeScreen
import vn.trien.ui.NothingOpen
import vn.trien.ui.NotificationsScreen
import vn.trien.ui.ReceiptScreen
import vn.trien.ui.RefuseScreen
import vn.trien.ui.ScanScreen
import vn.trien.ui.SettingsScreen
import vn.trien.ui.SeveralScreen
import vn.trien.ui.SignScreen
import vn.trien.ui.StartScreen
import vn.trien.ui.VerifyScreen

/** One state of one screen, as it is drawn, and who is told what the person does there. */
class Sample(val name: String, val draw: @Composable (on: (Any) -> Unit) -> Unit)

/** What a screen asks of the system and of no presenter. */
enum class Asked { FILE, CAMERA, SETTINGS, BACK }

private fun <State> samples(states: List<Pair<String, State>>, draw: @Composable (State, (Any) -> Unit) -> Unit) =
    states.map { (name, state) -> Sample(name) { on -> draw(state, on) } }

/** Every state of every screen, listed once: previews, pictures and tests read this. */
val SCREENS: Map<String, List<Sample>> = mapOf(
    "start" to samples(START) { state, on -> StartScreen(state, on) },
    "scan" to samples(SCAN) { state, on -> ScanScreen(state, { on(Asked.BACK) }, { on(Asked.SETTINGS) }) { CameraPicture() } },
    "inbox" to samples(INBOX) { state, on -> InboxScreen(state, on = on) },
    "document" to samples(DOCUMENT) { state, on -> DocumentScreen(state, SamplePages.source, on) },
    "sign" to samples(SIGN) { state, on -> SignScreen(state, { SamplePages.stamped }, on) },
    "changes" to samples(CHANGES) { state, on -> ChangesScreen(state, on) },
    "comments" to samples(COMMENTS) { state, on -> CommentsScreen(state, on) },
    "attachment" to samples(ATTACHMENT) { state, on -> AttachmentScreen(state, SamplePages.source, on) },
    "practice" to samples(PRACTICE) { state, on -> PracticeScreen(state, SamplePages.practice, SamplePages.practiceStamped, on) },
    "refuse" to samples(REFUSE) { state, on -> RefuseScreen(state, on) },
    "not-me" to samples(NOT_ME) { state, on -> NotMeScreen(state, on) },
    "several" to samples(SEVERAL) { state, on -> SeveralScreen(state, on) },
    "receipt" to samples(RECEIPT) { state, on -> ReceiptScreen(state, on) },
    "enrollment" to samples(ENROLLMENT) { state, on -> EnrollmentScreen(state, { on(Asked.CAMERA) }, on) },
    "verify" to samples(VERIFY) { state, on -> VerifyScreen(state, { on(Asked.FILE) }, on) },
    // The language that is chosen is the one that the screen speaks.
    "settings" to samples(SETTINGS) { state, on -> SettingsScreen(state.copy(language = LocalTexts.current.language), on) },
    "notifications" to samples(NOTIFICATIONS) { state, on -> NotificationsScreen(state, on) },
    "devices" to samples(DEVICES) { state, on -> DevicesScreen(state, on) },
    "delegations" to samples(DELEGATIONS) { state, on -> DelegationsScreen(state, on) },
    "delegate" to samples(DELEGATE) { state, on -> DelegateScreen(state, on) },
    "diagnostics" to samples(DIAGNOSTICS) { state, on -> DiagnosticsScreen(state.spoken(LocalTexts.current), on) },
    "licences" to samples(LICENCES) { state, on -> LicencesScreen(state, on) },
)

private fun beside(name: String, isListActive: Boolean, open: String?, list: String = "waiting", screen: @Composable () -> Unit) =
    Sample(name) { Beside(isListActive, { InboxScreen(INBOX.first { it.first == list }.second, open, on = {}) }, screen) }

/** What a wide window shows: the list, and beside it what is open from it. */
val WIDE_SCREENS: Map<String, List<Sample>> = mapOf(
    "beside" to listOf(
        beside("nothing-open", true, null) { NothingOpen() },
        beside("document", true, "request-1") { DocumentScreen(DOCUMENT.first().second, SamplePages.source) {} },
        beside("document-route", true, "request-1") { DocumentScreen(DOCUMENT.first { it.first == "route" }.second, SamplePages.source) {} },
        beside("copy", true, "copy-1", "copies") { DocumentScreen(DOCUMENT.first { it.first == "copy" }.second, SamplePages.source) {} },
        beside("signing", false, null) { SignScreen(SIGN.first().second, { SamplePages.stamped }) {} },
        beside("refusing", false, null) { RefuseScreen(REFUSE.first().second) {} },
        beside("leaving", false, null) { RefuseScreen(REFUSE.first { it.first == "leaving" }.second) {} },
        beside("receipt", true, null) { ReceiptScreen(RECEIPT.first().second) {} },
    ),
)
