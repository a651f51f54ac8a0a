#if canImport(UIKit)
    import Foundation
    import TrienKit
    import UIKit

    /// Hands files to the app that the person chooses, by the system's sheet. They lie in a private folder; the other app gets these and no
    /// others. The next sharing and the next start of this app remove them, a sync an hour later, and the end of this phone.
    @MainActor
    final class Sharing {
        func hand(_ files: [Shared]) async -> Handing {
            guard let laid = try? laid(), let addresses = try? laid.lay(files), let front = front() else { return .refused }
            let sheet = UIActivityViewController(activityItems: addresses, applicationActivities: nil)
            // On an iPad the sheet points at something: here at the middle of the window.
            let middle = front.view.bounds
            sheet.popoverPresentationController?.sourceView = front.view
            sheet.popoverPresentationController?.sourceRect = CGRect(x: middle.midX, y: middle.midY, width: 0, height: 0)
            sheet.popoverPresentationController?.permittedArrowDirections = []
            front.present(sheet, animated: true)
            return .taken
        }

        func clear() {
            try? laid().clear()
        }

        func clearOld() {
            try? laid().clearOld()
        }

        private func laid() throws -> SharedFiles {
            SharedFiles(folder: try Storage.shared().appendingPathComponent("files"), now: { Date() })
        }

        private func front() -> UIViewController? {
            let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
            var front = scenes.first { $0.activationState == .foregroundActive }?.keyWindow?.rootViewController
            while let above = front?.presentedViewController { front = above }
            return front
        }
    }
#endif
