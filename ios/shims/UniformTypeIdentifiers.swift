// A stand-in for Apple's UniformTypeIdentifiers, to type-check our code on Linux where there is no SDK. It is never linked and does nothing.
@_exported import Foundation

public struct UTType: Hashable, Sendable {
    public static let pdf = UTType()
}
