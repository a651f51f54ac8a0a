import Foundation

/// Where things are.
public enum Places {
    /// The repository.
    public static let repository = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { path, _ in path.deletingLastPathComponent() }

    /// The server's and the officer's program.
    public static let trien =
        (ProcessInfo.processInfo.environment["TRIEN_BUILT"] ?? repository.appendingPathComponent("target/debug").path) + "/trien"

    /// The app as a program of its own, beside the tests.
    public static let handset =
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("TrienHandset").path

    /// A disk of eight megabytes, which a story fills; `swift-chroot.sh` makes it.
    public static let smallDisk = ProcessInfo.processInfo.environment["TRIEN_SMALL_DISK"].map { URL(fileURLWithPath: $0) }

    /// A document of two pages.
    public static let sample = repository.appendingPathComponent("server/assets/sample/quyet-dinh.pdf")

    /// A picture of a signature, for stamps.
    public static let signature = repository.appendingPathComponent("server/assets/sample/chu-ky.png")

    /// Another document.
    public static let other = repository.appendingPathComponent("tests/vectors/pdfrev-1/table.pdf")
}

/// A new folder of this name and a number.
public func newFolder(in parent: URL, _ name: String) throws -> URL {
    let folder = parent.appendingPathComponent("\(name)-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}
