// A stand-in for Apple's CryptoKit, to type-check our code on Linux where there is no SDK. It is never linked and does nothing.
//
// Proves: that our calls fit these signatures, as Apple documents them, and Swift 6's rules of isolation.
// Does not prove: that Apple's SDK has them so, nor that a key lies in the Secure Enclave.
import Foundation
import LocalAuthentication
import Security

public enum SecureEnclave {
    public static var isAvailable: Bool { fatalError() }

    public enum P256 {
        public enum Signing {
            public struct PrivateKey: Sendable {
                public init(
                    compactRepresentable: Bool = true, accessControl: SecAccessControl, authenticationContext: LAContext? = nil
                ) throws { fatalError() }
                public init(dataRepresentation: Data, authenticationContext: LAContext? = nil) throws { fatalError() }
                public var dataRepresentation: Data { fatalError() }
                public var publicKey: CryptoKit.P256.Signing.PublicKey { fatalError() }
                public func signature<D: DataProtocol>(for data: D) throws -> CryptoKit.P256.Signing.ECDSASignature { fatalError() }
            }
        }
    }
}

public enum P256 {
    public enum Signing {
        public struct PublicKey: Sendable {
            public var derRepresentation: Data { fatalError() }
        }
        public struct ECDSASignature: Sendable {
            public var derRepresentation: Data { fatalError() }
        }
    }
}
