import Foundation
import TestKeys

/// What happens to one request on its way.
public enum Mishap: Sendable {
    /// The server never gets it: it stands still until one side is gone.
    case heldUp

    /// The server gets half of it.
    case brokenOff

    /// The server has done it, and its answer gets lost.
    case answerLost

    /// The server has done it, and its answer stands still until one side is gone.
    case answerHeldUp

    /// One byte of what the server sent is another one.
    case answerDamaged
}

/// The network between phones and a server: a port of its own, through which bytes go both ways, or do not.
public final class Road: Sendable {
    /// Where phones come in.
    public let port: Int

    private let server: Int
    private let open: Guarded<Opening?>
    private let armed = Guarded<Armed?>(nil)
    private let seen = Guarded<[String]>([])

    public init(to server: Int) throws {
        let opening = try Opening(at: 0)
        port = Sockets.port(of: opening.gate)
        self.server = server
        open = Guarded(opening)
        accept(opening)
    }

    /// The first lines of all requests that came in, in order. Of TLS nothing is seen.
    public var requests: [String] { seen.now }

    /// What happens to the next request whose first line matches; once.
    public func next(_ request: @escaping @Sendable (String) -> Bool, _ mishap: Mishap) -> Happening {
        let happening = Happening()
        armed.with { $0 = Armed(request: request, mishap: mishap, happening: happening) }
        return happening
    }

    /// Does something while no phone reaches the server; what was under way is cut.
    @MainActor
    public func whileClosed(_ what: @MainActor () async throws -> Void) async throws {
        close()
        try await what()
        try reopen()
    }

    /// Ends it, and whatever is on it.
    public func close() {
        open.with { opening in
            opening?.end()
            opening = nil
        }
    }

    private func reopen() throws {
        let opening = try Opening(at: port)
        open.with { $0 = opening }
        accept(opening)
    }

    private func accept(_ opening: Opening) {
        opening.thread { [self] in
            defer { Sockets.cut(opening.gate) }
            while !Sockets.ready([opening.gate, opening.ending]).contains(opening.ending) {
                guard let phone = Sockets.accept(at: opening.gate) else { continue }
                if let server = Sockets.connect(to: server) {
                    opening.thread { self.carry(between: phone, and: server, until: opening.ending) }
                } else {
                    Sockets.cut(phone)
                }
            }
        }
    }

    private func carry(between phone: Int32, and server: Int32, until ending: Int32) {
        defer {
            Sockets.cut(phone)
            Sockets.cut(server)
        }
        var met: Armed?
        while true {
            let ready = Sockets.ready([phone, server, ending])
            if ready.contains(ending) { return }
            for end in ready {
                guard let bytes = Sockets.read(end) else { return }
                if end == phone {
                    if let line = firstLine(bytes) { met = meet(line) }
                    guard there(bytes, to: server, met) else { return }
                } else {
                    guard back(bytes, to: phone, met) else { return }
                }
            }
        }
    }

    private func meet(_ line: String) -> Armed? {
        seen.with { $0.append(line) }
        return armed.with { armed in
            guard let met = armed, met.request(line) else { return nil }
            armed = nil
            return met
        }
    }

    private func there(_ bytes: [UInt8], to server: Int32, _ met: Armed?) -> Bool {
        switch met?.mishap {
        case .heldUp:
            met?.happening.happened()
            return true
        case .brokenOff:
            _ = Sockets.write(Array(bytes.prefix(bytes.count / 2)), to: server)
            met?.happening.happened()
            return false
        default:
            return Sockets.write(bytes, to: server)
        }
    }

    private func back(_ bytes: [UInt8], to phone: Int32, _ met: Armed?) -> Bool {
        switch met?.mishap {
        case .answerLost:
            met?.happening.happened()
            return false
        case .answerHeldUp:
            met?.happening.happened()
            return true
        case .answerDamaged where bytes.count > head(of: bytes):
            met?.happening.happened()
            return Sockets.write(bytes.dropLast() + [bytes[bytes.count - 1] &+ 1], to: phone)
        default:
            return Sockets.write(bytes, to: phone)
        }
    }
}

/// Whether a mishap came to pass: without it a story would tell nothing.
public final class Happening: Sendable {
    private let done = Guarded(false)

    func happened() {
        done.with { $0 = true }
    }

    /// Waits until it has.
    @MainActor
    public func wait() async throws {
        try await patiently("the mishap does not come to pass") { done.now }
    }
}

private struct Armed: Sendable {
    let request: @Sendable (String) -> Bool
    let mishap: Mishap
    let happening: Happening
}

/// The road while it is open. Who waits on it waits at `ending` too, where something comes at the end.
private final class Opening: Sendable {
    let gate: Int32
    let ending: Int32
    private let call: Int32
    private let threads = DispatchGroup()

    init(at port: Int) throws {
        gate = try Sockets.listen(at: port)
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw Fault("no pipe") }
        (ending, call) = (pipe[0], pipe[1])
    }

    func thread(_ work: @escaping @Sendable () -> Void) {
        threads.enter()
        Thread.detachNewThread { [threads] in
            work()
            threads.leave()
        }
    }

    func end() {
        // Nobody takes it away, so that it reaches all.
        Glibc.write(call, [1], 1)
        threads.wait()
        Glibc.close(call)
        Glibc.close(ending)
    }
}

// Heads of requests are small, and a phone waits for the answer before it sends the next one.
private func firstLine(_ bytes: [UInt8]) -> String? {
    let line = String(decoding: bytes.prefix(500).prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    return ["GET ", "PUT ", "POST ", "DELETE "].contains(where: line.hasPrefix) && line.hasSuffix(" HTTP/1.1") ? line : nil
}

/// How many of the bytes are an answer's head, which comes whole.
private func head(of bytes: [UInt8]) -> Int {
    let data = Data(bytes)
    guard data.starts(with: Data("HTTP/1.1 ".utf8)), let end = data.range(of: Data("\r\n\r\n".utf8)) else { return 0 }
    return end.upperBound
}
