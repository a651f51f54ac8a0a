import Foundation

/// A file for another app.
public struct Shared: Equatable, Sendable {
    public var name: String
    public var bytes: Data

    public init(name: String, bytes: Data) {
        self.name = name
        self.bytes = bytes
    }
}

/// The folder of files that another app may read. They lie there in clear, so not for long.
public struct SharedFiles: Sendable {
    private let folder: URL
    private let now: @Sendable () -> Date

    public init(folder: URL, now: @escaping @Sendable () -> Date) {
        self.folder = folder
        self.now = now
    }

    /// Lays files there, in place of what was there before.
    public func lay(_ files: [Shared]) throws -> [URL] {
        clear()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try files.map { shared in
            // The core gives names without separators; a folder beyond ours would be its defect.
            if shared.name.contains("/") || ["", ".", ".."].contains(shared.name) { throw CocoaError(.fileWriteInvalidFileName) }
            let file = folder.appending(component: shared.name)
            try shared.bytes.write(to: file)
            return file
        }
    }

    /// Removes what lies there.
    public func clear() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Removes what lies there for longer than another app needs to take it, and what says that it comes from the future.
    public func clearOld() {
        let written: Set<URLResourceKey> = [.contentModificationDateKey]
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(written))) ?? []
        let laid = files.compactMap { try? $0.resourceValues(forKeys: written).contentModificationDate }
        guard let newest = laid.max() else { return }
        if abs(now().timeIntervalSince(newest)) > longest { clear() }
    }
}

private let longest: TimeInterval = 3600
