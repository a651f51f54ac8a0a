#if canImport(UIKit)
    import Foundation
    import UIKit

    extension AppGroup {
        /// The folder between the share extension and the app: read only while the phone is unlocked, and in no backup.
        public func handedFiles() throws -> HandedFiles? {
            guard !name.isEmpty, let container = FileManager.default.containerURL(forSecurityApplicationGroupIdentifier: name) else {
                return nil
            }
            var folder = container.appendingPathComponent("handed", isDirectory: true)
            let attributes: [FileAttributeKey: Any] = [.protectionKey: FileProtectionType.complete]
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: attributes)
            var kept = URLResourceValues()
            kept.isExcludedFromBackup = true
            try folder.setResourceValues(kept)
            return HandedFiles(folder: folder.appendingPathComponent("file", isDirectory: true))
        }
    }
#endif
