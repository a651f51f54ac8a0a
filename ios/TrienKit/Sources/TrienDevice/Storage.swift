#if canImport(UIKit)
    import Foundation
    import UIKit

    /// Where the app keeps what: nothing of it goes into a backup, or to another phone.
    enum Storage {
        /// The core's own folder. It is read from the first unlocking on, since a sync in the background asks nobody to unlock; what lies in it
        /// is sealed by the core. The new files of a folder take its protection.
        static func phone() throws -> URL {
            try folder("phone", .completeUntilFirstUserAuthentication)
        }

        /// Where files in clear lie for the app that the person chooses: no longer readable than the phone is unlocked.
        static func shared() throws -> URL {
            try folder("shared", .complete)
        }

        /// Whether the core has kept nothing yet: the keychain outlives an app, its files do not.
        static func isFresh() throws -> Bool {
            try isMissing(try base().appendingPathComponent("phone"))
        }

        private static func base() throws -> URL {
            try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        }

        private static func folder(_ name: String, _ protection: FileProtectionType) throws -> URL {
            var folder = try base().appendingPathComponent(name, isDirectory: true)
            let attributes: [FileAttributeKey: Any] = [.protectionKey: protection]
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: attributes)
            try FileManager.default.setAttributes(attributes, ofItemAtPath: folder.path)
            var kept = URLResourceValues()
            kept.isExcludedFromBackup = true
            try folder.setResourceValues(kept)
            return folder
        }
    }
#endif
