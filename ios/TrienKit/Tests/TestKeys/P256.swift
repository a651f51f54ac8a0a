import COpenSSL
import Foundation

/// What a library of C refused.
public struct CryptoFault: Error, CustomStringConvertible {
    public let description: String
}

/// A P-256 key pair in software. Where there is a Secure Enclave, it is in there.
public struct P256: Sendable {
    /// The private half, as OpenSSL writes it (DER).
    public let der: Data

    /// DER `SubjectPublicKeyInfo`.
    public let publicKey: Data

    /// A new pair.
    public init() throws {
        let context = try made(EVP_PKEY_CTX_new_from_name(nil, "EC", nil), "EVP_PKEY_CTX_new_from_name")
        defer { EVP_PKEY_CTX_free(context) }
        try done(EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
        try done(EVP_PKEY_CTX_set_group_name(context, "P-256"), "EVP_PKEY_CTX_set_group_name")
        var key: OpaquePointer?
        try done(EVP_PKEY_generate(context, &key), "EVP_PKEY_generate")
        defer { EVP_PKEY_free(key) }
        der = try encoded { i2d_PrivateKey(key, $0) }
        publicKey = try encoded { i2d_PUBKEY(key, $0) }
    }

    /// A pair that was kept.
    public init(der: Data) throws {
        let key = try opened(der)
        defer { EVP_PKEY_free(key) }
        self.der = der
        publicKey = try encoded { i2d_PUBKEY(key, $0) }
    }

    /// Signs with SHA-256 and ECDSA; the answer is DER.
    public func sign(_ message: Data) throws -> Data {
        let key = try opened(der)
        defer { EVP_PKEY_free(key) }
        let context = try made(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        try done(EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key), "EVP_DigestSignInit")
        let message = [UInt8](message)
        var length = 0
        try done(EVP_DigestSign(context, nil, &length, message, message.count), "EVP_DigestSign")
        var signature = [UInt8](repeating: 0, count: length)
        try done(EVP_DigestSign(context, &signature, &length, message, message.count), "EVP_DigestSign")
        return Data(signature.prefix(length))
    }
}

private func opened(_ der: Data) throws -> OpaquePointer {
    let bytes = [UInt8](der)
    return try bytes.withUnsafeBufferPointer { buffer in
        var start = buffer.baseAddress
        return try made(d2i_AutoPrivateKey(nil, &start, buffer.count), "d2i_AutoPrivateKey")
    }
}

// Asked without a place to write to, OpenSSL says how long the bytes are; the pointer moves while it writes.
private func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) throws -> Data {
    let length = write(nil)
    guard length > 0 else { throw CryptoFault(description: "a key that cannot be written") }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    bytes.withUnsafeMutableBufferPointer { buffer in
        var start = buffer.baseAddress
        _ = write(&start)
    }
    return Data(bytes)
}

func made<Made>(_ what: Made?, _ call: String) throws -> Made {
    guard let what else { throw CryptoFault(description: "\(call) gave nothing") }
    return what
}

func done(_ answer: Int32, _ call: String) throws {
    guard answer == 1 else { throw CryptoFault(description: "\(call) answered \(answer)") }
}
