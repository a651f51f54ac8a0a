// A stand-in for Apple's DeviceCheck, to type-check our code on Linux where there is no SDK. It is never linked and does nothing.
//
// Proves: that our calls fit these signatures, as Apple documents them, and Swift 6's rules of isolation. Where Apple does not document that a
// class may cross isolation, it may not here.
// Does not prove: that Apple's SDK has them so, nor what Apple's service answers.
import Foundation

public struct DCError: Error, Sendable {
    public enum Code: Int, Sendable {
        case unknownSystemFailure, featureUnsupported, invalidInput, invalidKey, serverUnavailable
    }
    public var code: Code { fatalError() }
}

open class DCAppAttestService {
    public static var shared: DCAppAttestService { fatalError() }
    open var isSupported: Bool { fatalError() }
    open func generateKey() async throws -> String { fatalError() }
    open func attestKey(_ keyId: String, clientDataHash: Data) async throws -> Data { fatalError() }
}
