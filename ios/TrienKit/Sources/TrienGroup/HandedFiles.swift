import Foundation

/// A file that another app handed over.
public struct HandedFile: Equatable, Sendable {
    public let name: String
    public let bytes: Data
}

/// The folder in which the share extension lays a PDF for the app: one at a time, since the next one is what the person wants to see.
public struct HandedFiles: Sendable {
    /// More than the core takes, so that it can say that a file is too large.
    public static let mostBytes = 64 << 20

    private static let longest: TimeInterval = 3600

    private let folder: URL

    public init(folder: URL) {
        self.folder = folder
    }

    /// Lays a file there, in place of what was there before.
    public func lay(_ file: HandedFile) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try file.bytes.write(to: folder.appendingPathComponent(safe(file.name)), options: [.atomic, .completeFileProtection])
    }

    /// What lies there, which is then gone; nothing if nobody handed anything over.
    public func take() throws -> HandedFile? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        defer { clear() }
        guard let name = names.first else { return nil }
        return try read(folder.appendingPathComponent(name))
    }

    /// Removes what lies there: it is in clear.
    public func clear() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The same with what nobody has looked at for an hour, and with what says that it comes from the future.
    public func clearOld(now: Date = Date()) {
        let written: Set<URLResourceKey> = [.contentModificationDateKey]
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(written))) ?? []
        let laid = files.compactMap { try? $0.resourceValues(forKeys: written).contentModificationDate }
        guard let newest = laid.max() else { return }
        if abs(now.timeIntervalSince(newest)) > Self.longest { clear() }
    }
}

/// Reads a file of another app, as much of it as the core might take.
public func read(_ file: URL) throws -> HandedFile {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let bytes = try handle.read(upToCount: HandedFiles.mostBytes) ?? Data()
    return HandedFile(name: safe(file.lastPathComponent), bytes: bytes)
}

/// Another app names its files as it likes: a name that leads elsewhere, or is none, is not taken.
func safe(_ name: String) -> String {
    let isName = !name.isEmpty && !name.hasPrefix(".") && !name.contains { "/:\\\0".contains($0) }
    return isName && name.utf8.count <= 200 ? name : "PDF"
}
