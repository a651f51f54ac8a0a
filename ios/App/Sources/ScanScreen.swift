import SwiftUI
import TrienDevice
import TrienKit
import TrienScreens

/// Looks for one QR code; where no camera looks, why, and the way back to the link that can be pasted.
struct ScanScreen<Picture: View>: View {
    let camera: Camera
    let close: @MainActor () -> Void
    @ViewBuilder let picture: () -> Picture
    @Environment(\.texts) private var texts

    var body: some View {
        Frame(title: texts["app-enroll-scan"], leaving: .ours("app-cancel", close)) {
            switch camera {
            case .asked, .looking: picture().accessibilityLabel(texts["app-scan-point"])
            case .refused: NoPicture(why: texts["app-scan-refused"])
            case .missing: NoPicture(why: texts["app-scan-no-camera"])
            }
        } below: {
            if camera == .looking { Aside(texts["app-scan-point"]) }
        }
    }
}

private struct NoPicture: View {
    let why: String

    var body: some View {
        Scrolling {
            Note(.careful) { Said(why) }
            SettingsButton()
        }
    }
}

/// The same with the camera's picture, as the app shows it.
struct Scanning: View {
    let found: @MainActor (String) -> Void
    let close: @MainActor () -> Void
    @State private var scan = ScanPresenter()

    var body: some View {
        NavigationStack {
            ScanScreen(camera: scan.camera, close: close) { CameraPicture(found: found, scan: scan) }
        }
    }
}

private struct CameraPicture: UIViewControllerRepresentable {
    let found: @MainActor (String) -> Void
    let scan: ScanPresenter

    func makeUIViewController(context: Context) -> TrienDevice.Scanner {
        TrienDevice.Scanner(found: found, answered: scan.answered(isAllowed:), opened: scan.opened(isOpen:))
    }

    func updateUIViewController(_ controller: TrienDevice.Scanner, context: Context) {}
}
