import SwiftUI
import TrienCore
import TrienKit

/// One scene: the screen of its presenter.
struct SceneScreen: View {
    let companion: Companion
    let scene: TrienKit.Scene
    let beyond: Beyond

    var body: some View {
        switch scene.presenter {
        case let presenter as InboxPresenter: InboxScreen(state: presenter.state, pull: presenter.pulled, on: presenter.on)
        case let presenter as DocumentPresenter: DocumentScreen(state: presenter.state, source: pages, on: presenter.on)
        case let presenter as SignPresenter: SignScreen(state: presenter.state, pages: companion.stamped, on: presenter.on)
        case let presenter as RefusePresenter: RefuseScreen(state: presenter.state, on: presenter.on)
        case let presenter as NotMePresenter: NotMeScreen(state: presenter.state, on: presenter.on)
        case let presenter as SeveralPresenter: SeveralScreen(state: presenter.state, on: presenter.on)
        case let presenter as ReceiptPresenter: ReceiptScreen(state: presenter.state, on: presenter.on)
        case let presenter as ChangesPresenter: ChangesScreen(state: presenter.state, on: presenter.on)
        case let presenter as AttachmentPresenter: AttachmentScreen(state: presenter.state, source: pages, on: presenter.on)
        case let presenter as CommentsPresenter: CommentsScreen(state: presenter.state, on: presenter.on)
        default: LookingScreen(scene: scene, beyond: beyond)
        }
    }

    /// The pages of the document or of the file beside it.
    private var pages: PageSource {
        switch scene.place {
        case .document(let request): companion.pages(request, .plain)
        case .attached(let place): companion.attached(place)
        default: PageSource { _ in throw CancellationError() }
        }
    }
}

/// The screens that are about no request.
private struct LookingScreen: View {
    let scene: TrienKit.Scene
    let beyond: Beyond

    var body: some View {
        switch scene.presenter {
        case let presenter as PracticePresenter:
            PracticeScreen(state: presenter.state, pages: presenter.pages, stamped: presenter.stamped, on: presenter.on)
        case let presenter as VerifyPresenter: VerifyScreen(state: presenter.state, choose: beyond.chooseFile, on: presenter.on)
        case let presenter as EnrollmentPresenter: EnrollmentScreen(state: presenter.state, scan: beyond.scan, on: presenter.on)
        case let presenter as SettingsPresenter: SettingsScreen(state: presenter.state, on: presenter.on)
        case let presenter as NotificationsPresenter: NotificationsScreen(state: presenter.state, on: presenter.on)
        case let presenter as DevicesPresenter: DevicesScreen(state: presenter.state, on: presenter.on)
        case let presenter as DelegationsPresenter: DelegationsScreen(state: presenter.state, on: presenter.on)
        case let presenter as DelegatePresenter: DelegateScreen(state: presenter.state, on: presenter.on)
        case let presenter as DiagnosticsPresenter: DiagnosticsScreen(state: presenter.state, on: presenter.on)
        case let presenter as LicencesPresenter: LicencesScreen(state: presenter.state, on: presenter.on)
        default: EmptyView()
        }
    }
}
