import Foundation

/// Where a link from outside leads. None of them decides anything.
public enum Link: Equatable, Sendable {
    /// An invitation or a slip, as the core reads it.
    case invitation(text: String)

    /// A request of the office at `server`.
    case request(server: String, request: String)
}

/// Reads a link. `trien:` is `https:` for those who want this app and no browser.
public func linkOf(_ data: String) -> Link? {
    let text = data.hasPrefix(ownScheme) ? "https://" + data.dropFirst(ownScheme.count) : data
    if text.utf8.count > longestLink { return nil }
    guard let parts = URLComponents(string: text, encodingInvalidCharacters: false), parts.scheme == "https" else { return nil }
    guard parts.user == nil, parts.password == nil, let host = parts.encodedHost, !host.isEmpty else { return nil }
    if parts.percentEncodedPath == "/e" { return .invitation(text: text) }
    guard let request = parts.percentEncodedPath.wholeMatch(of: requestPath)?.1 else { return nil }
    let port = parts.port.map { ":\($0)" } ?? ""
    return .request(server: "https://\(host)\(port)", request: String(request))
}

private let ownScheme = "trien://"
private let longestLink = 4096

/// As the console names a request, and the API.
private var requestPath: Regex<(Substring, Substring)> { /(?:\/console|\/api\/v1)?\/requests\/([0-9a-fA-F-]{36})/ }
