package vn.trien.ui

import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import vn.trien.core.PageView
import vn.trien.present.App
import vn.trien.present.AttachmentPresenter
import vn.trien.present.ChangesPresenter
import vn.trien.present.CommentsPresenter
import vn.trien.present.DelegatePresenter
import vn.trien.present.DelegationsPresenter
import vn.trien.present.DevicesPresenter
import vn.trien.present.DiagnosticsPresenter
import vn.trien.present.DocumentPresenter
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.InboxPresenter
import vn.trien.present.LicencesPresenter
import vn.trien.present.NotMePresenter
import vn.trien.present.NotificationsPresenter
import vn.trien.present.Place
import vn.trien.present.PracticePresenter
import vn.trien.present.ReceiptPresenter
import vn.trien.present.RefusePresenter
import vn.trien.present.Scene
import vn.trien.present.SettingsPresenter
import vn.trien.present.SeveralPresenter
import vn.trien.present.SignPresenter
import vn.trien.present.VerifyPresenter
import vn.trien.present.isDeciding

/** What a screen cannot do itself: the system's list of files, and the camera. */
class Outside(val chooseFile: () -> Unit, val scan: () -> Unit)

/** The screen in front; where the window is wide, beside the list. */
@Composable
fun AppScreen(app: App, outside: Outside) = BoxWithConstraints {
    val scenes by app.scenes.collectAsState()
    val front = scenes.last()
    val list = scenes.first().presenter as? InboxPresenter
    if (maxWidth < WIDE || list == null || !isBesideList(front.place)) {
        key(front) { SceneScreen(app, front, outside) }
    } else {
        Beside(
            isListActive = !isDeciding(front.place),
            list = { InboxScreen(list.state.collectAsState().value, (front.place as? Place.Document)?.request, list::on) },
            open = { if (front.place == Place.Inbox) NothingOpen() else key(front) { SceneScreen(app, front, outside) } },
        )
    }
}

private fun isBesideList(place: Place) = when (place) {
    Place.Inbox, is Place.Document, is Place.Receipt -> true
    // It is begun in the settings.
    Place.Delegate -> false
    else -> isDeciding(place)
}

@Composable
private fun SceneScreen(app: App, scene: Scene, outside: Outside) = when (val presenter = scene.presenter) {
    is InboxPresenter -> InboxScreen(presenter.state.collectAsState().value, on = presenter::on)
    is DocumentPresenter -> {
        val request = (scene.place as Place.Document).request
        val pages = remember(request) { app.pages(request, PageView.PLAIN) }
        DocumentScreen(presenter.state.collectAsState().value, pages, presenter::on)
    }
    is SignPresenter -> SignScreen(presenter.state.collectAsState().value, app::stamped, presenter::on)
    is ChangesPresenter -> ChangesScreen(presenter.state.collectAsState().value, presenter::on)
    is AttachmentPresenter -> {
        val pages = remember(scene) { app.attached(scene.place as Place.Attached) }
        AttachmentScreen(presenter.state.collectAsState().value, pages, presenter::on)
    }
    is CommentsPresenter -> CommentsScreen(presenter.state.collectAsState().value, presenter::on)
    is DelegationsPresenter -> DelegationsScreen(presenter.state.collectAsState().value, presenter::on)
    is DelegatePresenter -> DelegateScreen(presenter.state.collectAsState().value, presenter::on)
    is PracticePresenter -> PracticeScreen(presenter.state.collectAsState().value, presenter.pages, presenter.stamped, presenter::on)
    is RefusePresenter -> RefuseScreen(presenter.state.collectAsState().value, presenter::on)
    is NotMePresenter -> NotMeScreen(presenter.state.collectAsState().value, presenter::on)
    is SeveralPresenter -> SeveralScreen(presenter.state.collectAsState().value, presenter::on)
    is ReceiptPresenter -> ReceiptScreen(presenter.state.collectAsState().value, presenter::on)
    is VerifyPresenter -> VerifyScreen(presenter.state.collectAsState().value, outside.chooseFile, presenter::on)
    is EnrollmentPresenter -> EnrollmentScreen(presenter.state.collectAsState().value, outside.scan, presenter::on)
    is SettingsPresenter -> SettingsScreen(presenter.state.collectAsState().value, presenter::on)
    is NotificationsPresenter -> NotificationsScreen(presenter.state.collectAsState().value, presenter::on)
    is DevicesPresenter -> DevicesScreen(presenter.state.collectAsState().value, presenter::on)
    is DiagnosticsPresenter -> DiagnosticsScreen(presenter.state.collectAsState().value, presenter::on)
    is LicencesPresenter -> LicencesScreen(presenter.state.collectAsState().value, presenter::on)
    else -> error("no screen shows ${scene.place}")
}
