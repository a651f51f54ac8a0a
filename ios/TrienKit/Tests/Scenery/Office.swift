import Foundation

/// How a server is spoken to.
public enum Wire: Sendable {
    case plain
    case tls
}

/// A real server in a temporary folder behind a road, and the officer who looks after it: everything goes through the command line.
@MainActor
public final class Office {
    public let folder: URL
    public let road: Road

    private let settings: [String: String]
    private let port: Int
    private let scheme: String
    // How far the server's clock is from this machine's, as libfaketime writes it: `-3d`, `+25h`.
    private var clock: String?
    private var key: URL?
    private var unit = ""
    private var apiKey = ""
    private var people: [String: String] = [:]
    private var server: Command?

    public init(settings: [String: String] = [:], wire: Wire = .plain, clock: String? = nil) throws {
        self.settings = settings
        self.clock = clock
        folder = try newFolder(in: FileManager.default.temporaryDirectory, "trien-office")
        port = try Sockets.freePort()
        road = try Road(to: port)
        scheme = wire == .tls ? "https" : "http"
        if wire == .tls { key = try newServerKey() }
        let made = try run("init", "--unit", "Ủy ban nhân dân xã Mây Ngàn", "--allow-software-keys")
        unit = try word(1, in: try line(of: made) { $0.hasPrefix("unit") })
        apiKey = try run("api-key", "create", "--unit", unit, "--scope", "submit,read")
        try open()
    }

    /// From now on the server's clock is so far from this machine's; not at all when there is none.
    public func moveClock(by clock: String?) throws {
        try stop()
        self.clock = clock
        try open()
    }

    /// Does something while the server is away.
    public func whileClosed(_ what: @MainActor () async throws -> Void) async throws {
        try stop()
        try await what()
        try open()
    }

    /// Does something while a server with another key has this one's address.
    public func withAnotherKey(_ what: @MainActor () async throws -> Void) async throws {
        let own = key
        try changeKey(to: newServerKey())
        try await what()
        try changeKey(to: own)
    }

    /// Adds a person and gives the link by which they enroll a phone.
    public func invite(_ name: String, position: String = "Chủ tịch") throws -> String {
        people[name] = try word(0, in: run("person", "add", "--unit", unit, "--name", name, "--position", position))
        return try inviteAgain(name)
    }

    /// Gives a person whom the office knows the link for another phone.
    public func inviteAgain(_ name: String) throws -> String {
        guard let person = people[name] else { throw Fault("nobody is called \(name)") }
        return try run("invite", person)
    }

    /// Phones that are enrolled from now on ask once for so many seconds and signatures.
    public func allowSessions(seconds: Int, signatures: Int) throws {
        _ = try run(
            "unit", "prompt", unit, "--policy", "session", "--seconds", "\(seconds)", "--signatures", "\(signatures)", "--yes",
            "--why", "Ký nhiều văn bản")
    }

    /// Invites the person of a device anew, for other keys in its place.
    public func replace(_ device: String) throws -> String { try run("device", "replace", device) }

    /// Approves the device that waits, with the digits that its person reads out.
    public func approve(_ code: String) throws {
        let waiting = try line(of: run("device", "list")) { $0.contains("pending") }
        _ = try run("device", "approve", word(0, in: waiting), "--code", code)
    }

    /// Stops the person's device at once, for a while.
    public func suspend(_ device: String) throws { _ = try run("device", "suspend", device) }

    /// Lets a suspended device act again.
    public func resume(_ device: String) throws { _ = try run("device", "resume", device) }

    /// Queues a document and gives the request's id.
    public func submit(_ document: URL, signer: String, subject: String, _ more: [String] = []) throws -> String {
        try run(["submit", document.path, "--signer", signer, "--subject", subject] + more)
    }

    /// Tries to queue a document that the server refuses, and gives its reason.
    public func refuses(_ document: URL, signer: String) throws -> String {
        let errors = folder.appendingPathComponent("refused.txt")
        try? FileManager.default.removeItem(at: errors)
        let submitting = try start(["submit", document.path, "--signer", signer, "--subject", "Không ký được"], errors: errors)
        guard try submitting.wait() != .exit(code: 0) else { throw Fault("the server took \(document.path)") }
        return try String(contentsOf: errors, encoding: .utf8)
    }

    /// The document as it is now, with its signatures.
    public func download(_ request: String) throws -> Data {
        let file = folder.appendingPathComponent("\(request).pdf")
        try? FileManager.default.removeItem(at: file)
        _ = try run("request", "download", request, "--output", file.path)
        return try Data(contentsOf: file)
    }

    /// What `trien request show` says.
    public func show(_ request: String) throws -> String { try run("request", "show", request) }

    /// The decisions that the server has recorded on a request, one line each.
    public func decisions(_ request: String) throws -> [String] {
        try show(request).split(separator: "\n").map(String.init).filter { $0.hasPrefix("decision") }
    }

    /// Reads the whole log anew; fails where anything in it does not fit.
    public func checkLog() throws { _ = try run("audit", "verify") }

    /// The server ends, and nothing of it stays.
    public func close() throws {
        road.close()
        try stop()
        try FileManager.default.removeItem(at: folder)
    }
}

// What runs beneath.
extension Office {
    private func open() throws {
        let server = try start(["serve"])
        self.server = server
        let end = ContinuousClock.now + .seconds(30)
        while !isReady() {
            guard server.isRunning, ContinuousClock.now < end else { throw Fault("the server does not become ready: \(logged())") }
            usleep(50_000)
        }
    }

    private func stop() throws {
        server?.end()
        _ = try server?.wait(seconds: 20)
        server = nil
    }

    // Of a server with a key of its own, that it listens is enough to know.
    private func isReady() -> Bool {
        guard let end = Sockets.connect(to: port) else { return false }
        defer { Sockets.cut(end) }
        if scheme == "https" { return true }
        let question = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        return Sockets.write(Array(question.utf8), to: end) && Sockets.read(end)?.starts(with: Array("HTTP/1.1 200".utf8)) == true
    }

    private func changeKey(to other: URL?) throws {
        try stop()
        key = other
        try open()
    }

    /// A folder with a new key for TLS and its certificate.
    private func newServerKey() throws -> URL {
        let made = try newFolder(in: folder, "key")
        let openssl = try Command(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "7",
                "-subj", "/CN=trien", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-keyout", made.appendingPathComponent("key.pem").path, "-out", made.appendingPathComponent("cert.pem").path,
            ],
            environment: ProcessInfo.processInfo.environment, folder: folder, output: log, errors: log)
        guard try openssl.wait() == .exit(code: 0) else { throw Fault(logged()) }
        return made
    }

    private func run(_ words: String...) throws -> String { try run(words) }

    private func run(_ words: [String]) throws -> String {
        let said = folder.appendingPathComponent("said.txt")
        try? FileManager.default.removeItem(at: said)
        let ending = try start(words, output: said).wait()
        let text = try String(contentsOf: said, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard ending == .exit(code: 0) else { throw Fault("trien \(words.joined(separator: " ")) failed: \(text)\(logged())") }
        return text
    }

    private func start(_ words: [String], output: URL? = nil, errors: URL? = nil) throws -> Command {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRIEN_") && $0.key != "DATABASE_URL" }
        environment["TRIEN_DATA"] = folder.appendingPathComponent("data").path
        environment["TRIEN_ORIGIN"] = "\(scheme)://127.0.0.1:\(road.port)"
        environment["TRIEN_LISTEN"] = "127.0.0.1:\(port)"
        // Documents are submitted from within the office, on no road of phones.
        environment["TRIEN_SERVER"] = "\(scheme)://127.0.0.1:\(port)"
        environment.merge(settings) { $1 }
        if let key {
            environment["TRIEN_TLS_CERT"] = key.appendingPathComponent("cert.pem").path
            environment["TRIEN_TLS_KEY"] = key.appendingPathComponent("key.pem").path
            environment["TRIEN_CA"] = key.appendingPathComponent("cert.pem").path
        }
        if ["submit", "request"].contains(words.first) { environment["TRIEN_API_KEY"] = apiKey }
        if let clock {
            environment["LD_PRELOAD"] = try fakeTime()
            environment["FAKETIME"] = clock
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        }
        return try Command([Places.trien] + words, environment: environment, folder: folder, output: output ?? log, errors: errors ?? log)
    }

    /// The library that moves a process's clock; the command tells where it is.
    private func fakeTime() throws -> String {
        let said = folder.appendingPathComponent("faketime.txt")
        try? FileManager.default.removeItem(at: said)
        let asked = try Command(
            ["faketime", "-f", "+0s", "printenv", "LD_PRELOAD"],
            environment: ProcessInfo.processInfo.environment, folder: folder, output: said, errors: log)
        guard try asked.wait() == .exit(code: 0) else { throw Fault("no libfaketime: \(logged())") }
        return try String(contentsOf: said, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var log: URL { folder.appendingPathComponent("trien.log") }

    private func logged() -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}

private func line(of text: String, _ isIt: (Substring) -> Bool) throws -> Substring {
    guard let line = text.split(separator: "\n").first(where: isIt) else { throw Fault("no such line in \(text)") }
    return line
}

private func word(_ place: Int, in line: some StringProtocol) throws -> String {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count > place else { throw Fault("no such word in \(line)") }
    return String(words[place])
}
