import Foundation

/// What the system opens this app with.
enum Outside: Equatable {
    /// An invitation, a slip, a request: the kit judges it.
    case link(String)

    /// A file that stays where it is.
    case file(URL)

    /// A copy that the system made for us, in clear: it goes once it is read.
    case copy(URL)

    /// A path into our own folders, which nobody has business with.
    case ours

    /// `home` is this app's own folder.
    init(_ url: URL, home: String) {
        guard url.isFileURL else {
            self = .link(url.absoluteString)
            return
        }
        let path = url.standardizedFileURL.resolvingSymlinksInPath().path
        let own = URL(fileURLWithPath: home).standardizedFileURL.resolvingSymlinksInPath().path
        if !path.hasPrefix(own + "/") {
            self = .file(url)
        } else {
            // `Documents/Inbox`, and `tmp/IDENTIFIER-Inbox`.
            self = url.deletingLastPathComponent().lastPathComponent.hasSuffix("Inbox") ? .copy(url) : .ours
        }
    }
}
