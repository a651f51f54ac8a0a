import Foundation

/// A program that runs beside the test, and never longer.
@MainActor
public final class Command {
    private let process = Process()
    private let running = DispatchGroup()

    /// Starts it; what it says is appended to the files.
    public init(_ words: [String], environment: [String: String], folder: URL, output: URL, errors: URL) throws {
        // The system ends it with the thread that started it: the main one.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL"] + words
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try appending(to: output)
        process.standardError = try appending(to: errors)
        process.terminationHandler = { [running] _ in running.leave() }
        running.enter()
        try process.run()
    }

    public var isRunning: Bool { process.isRunning }

    /// Asks it to end.
    public func end() { process.terminate() }

    /// Ends it as the system ends an app.
    public func kill() {
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits until it has ended; gives how.
    public func wait(seconds: Int = 60) throws -> Ending {
        guard running.wait(timeout: .now() + .seconds(seconds)) == .success else {
            kill()
            throw Fault("\(process.arguments ?? []) does not end")
        }
        return process.terminationReason == .exit ? .exit(code: process.terminationStatus) : .signal(process.terminationStatus)
    }
}

/// How a program ended.
public enum Ending: Equatable, Sendable {
    case exit(code: Int32)
    case signal(Int32)
}

private func appending(to file: URL) throws -> FileHandle {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Fault("\(file.path): \(String(cString: strerror(errno)))") }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
}
