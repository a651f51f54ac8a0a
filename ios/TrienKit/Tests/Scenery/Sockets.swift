import Foundation

/// Connections on the loopback, as the system gives them: the libraries that come with Swift cannot lose a byte on purpose.
enum Sockets {
    /// Listens at a port, or at one that is free where it is 0.
    static func listen(at port: Int) throws -> Int32 {
        let gate = new()
        var yes: Int32 = 1
        setsockopt(gate, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(port, { bind(gate, $0, $1) }) == 0, Glibc.listen(gate, 64) == 0 else {
            close(gate)
            throw Fault("port \(port): \(String(cString: strerror(errno)))")
        }
        return gate
    }

    /// The port at which somebody listens.
    static func port(of gate: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(gate, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A port at which nobody listens.
    static func freePort() throws -> Int {
        let gate = try listen(at: 0)
        defer { close(gate) }
        return port(of: gate)
    }

    /// Connects to who listens at a port, if somebody does.
    static func connect(to port: Int) -> Int32? {
        let end = new()
        if withAddress(port, { Glibc.connect(end, $0, $1) }) == 0 { return end }
        close(end)
        return nil
    }

    /// Who comes in there.
    static func accept(at gate: Int32) -> Int32? {
        let end = Glibc.accept(gate, nil, nil)
        guard end >= 0 else { return nil }
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        return end
    }

    /// What came, or nothing at the end.
    static func read(_ end: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(end, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// Writes all of it; gives whether the other side took it.
    static func write(_ bytes: [UInt8], to end: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { send(end, $0.baseAddress! + written, bytes.count - written, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Those at which something came or that ended, as soon as there is one.
    static func ready(_ ends: [Int32]) -> [Int32] {
        var polled = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&polled, nfds_t(polled.count), -1) < 0 && errno == EINTR {}
        return polled.filter { $0.revents != 0 }.map(\.fd)
    }

    /// Not a polite end, but one as by a network that is gone.
    static func cut(_ end: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(end, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(end)
    }

    // Programs that are started meanwhile hold none of them.
    private static func new() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }

    private static func withAddress(_ port: Int, _ what: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { what($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

/// What a story needs and does not get.
public struct Fault: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
