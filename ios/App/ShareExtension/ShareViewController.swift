import TrienGroup
import UIKit

/// Hands a PDF of another app over to the app, which verifies it: no extension may open its app, so it says where to look.
final class ShareViewController: UIViewController {
    private let group = AppGroup()
    private var isBegun = false

    override func viewDidAppear(_ animated: Bool) {
        super.viewDidAppear(animated)
        guard !isBegun else { return }
        isBegun = true
        Task { say(await handOver() ? "ios-handed" : "ios-handed-failed") }
    }

    private func handOver() async -> Bool {
        let items = extensionContext?.inputItems.compactMap { $0 as? NSExtensionItem } ?? []
        let pdf = items.flatMap { $0.attachments ?? [] }.first { $0.hasItemConformingToTypeIdentifier(pdfType) }
        guard let pdf, let file = await handed(pdf) else { return false }
        do {
            guard let files = try group?.handedFiles() else { return false }
            try files.lay(file)
            return true
        } catch {
            return false
        }
    }

    private func say(_ key: String) {
        let texts = GroupTexts(group)
        let alert = UIAlertController(title: nil, message: texts[key], preferredStyle: .alert)
        alert.addAction(
            UIAlertAction(title: texts["ios-handed-close"], style: .default) { [extensionContext] _ in
                extensionContext?.completeRequest(returningItems: nil, completionHandler: nil)
            })
        present(alert, animated: true)
    }
}

private let pdfType = "com.adobe.pdf"

/// The file that another app gives; the system takes its own copy away as soon as it was read.
@MainActor
private func handed(_ provider: NSItemProvider) async -> HandedFile? {
    await withCheckedContinuation { continuation in
        _ = provider.loadFileRepresentation(forTypeIdentifier: pdfType) { file, _ in
            continuation.resume(returning: file.flatMap { try? read($0) })
        }
    }
}
