#if DEBUG
    import Foundation

    /// A state and its name; the names are those of Android's list. Previews draw it, and a test brings a presenter into it.
    public struct Named<State: Sendable>: Sendable {
        public let name: String
        public let state: State

        public init(_ name: String, _ state: State) {
            self.name = name
            self.state = state
        }
    }

    /// A page of a document that comes along, drawn beforehand: Android's very picture. Whoever looks at it runs on the machine that has the
    /// sources, so it is read from there and is in no build.
    public func samplePng(_ name: String) -> Data? {
        var repository = URL(fileURLWithPath: #filePath)
        // ios/TrienKit/Sources/TrienScreens/Samples/Named.swift
        for _ in 0..<6 { repository.deleteLastPathComponent() }
        return try? Data(contentsOf: repository.appendingPathComponent("android/app/src/debug/resources/vn/trien/samples/\(name).png"))
    }
#endif
