import SwiftUI
import TrienDevice
import TrienKit

/// The camera's picture, until it shows a QR code.
struct ScanScreen: View {
    let found: @MainActor (String) -> Void
    let close: @MainActor () -> Void
    @State private var isWithoutCamera = false
    @Environment(\.texts) private var texts

    var body: some View {
        NavigationStack {
            Frame(title: texts["app-enroll-scan"], leaving: .ours("app-cancel", close)) {
                if isWithoutCamera {
                    Scrolling { Note(.careful) { Said(texts["app-scan-no-camera"]) } }
                } else {
                    Camera(found: found) { isWithoutCamera = true }.accessibilityLabel(texts["app-scan-point"])
                }
            } below: {
                if !isWithoutCamera { Aside(texts["app-scan-point"]) }
            }
        }
    }
}

private struct Camera: UIViewControllerRepresentable {
    let found: @MainActor (String) -> Void
    let failed: @MainActor () -> Void

    func makeUIViewController(context: Context) -> TrienDevice.Scanner {
        TrienDevice.Scanner(found: found, failed: failed)
    }

    func updateUIViewController(_ controller: TrienDevice.Scanner, context: Context) {}
}
