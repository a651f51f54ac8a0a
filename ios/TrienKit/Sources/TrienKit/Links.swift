import Foundation
import TrienCore

/// Where a link from outside leads. None of them decides anything.
public enum Link: Equatable, Sendable {
    /// An invitation or a slip, as the core reads it.
    case invitation(text: String)

    /// A request of the office at `server`.
    case request(server: String, request: String)

    /// What waits at the office at `server`.
    case inbox(server: String)
}

/// All that a notice may tell of what waits: how many, and where it leads. It has no title and no name.
public struct Waits: Equatable, Sendable {
    public var count: Int
    public var link: String?

    public init(count: Int, link: String?) {
        self.count = count
        self.link = link
    }
}

/// What waits as of the last sync. The notice leads to the list, or to the one request that there is.
public func waitsOn(_ phone: any PhoneProtocol) -> Waits {
    let waiting = phone.inbox().filter { $0.decision == nil }
    let one = waiting.count == 1 ? waiting.map { "/\($0.request)" }.joined() : ""
    return Waits(count: waiting.count, link: phone.server().map { "\(ownScheme)\(shortServer($0))/requests\(one)" })
}

/// Reads a link. `trien:` is `https:` for those who want this app and no browser.
public func linkOf(_ data: String) -> Link? {
    let text = data.hasPrefix(ownScheme) ? "https://" + data.dropFirst(ownScheme.count) : data
    if text.utf8.count > longestLink { return nil }
    guard let parts = URLComponents(string: text, encodingInvalidCharacters: false), parts.scheme == "https" else { return nil }
    guard parts.user == nil, parts.password == nil, let host = parts.encodedHost, !host.isEmpty else { return nil }
    if parts.percentEncodedPath == "/e" { return .invitation(text: text) }
    let server = "https://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    if parts.percentEncodedPath == "/requests" { return .inbox(server: server) }
    return parts.percentEncodedPath.wholeMatch(of: requestPath).map { .request(server: server, request: String($0.1)) }
}

private let ownScheme = "trien://"
private let longestLink = 4096

/// As mails name a request, the console, and the API.
private var requestPath: Regex<(Substring, Substring)> { /\/(?:r|(?:console\/|api\/v1\/)?requests)\/([0-9a-fA-F-]{36})/ }
