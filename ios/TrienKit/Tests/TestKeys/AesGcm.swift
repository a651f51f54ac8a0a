import COpenSSL
import Foundation

/// AES-256-GCM as a keychain does it beneath: what was changed, or is under another name, does not open.
public struct AesGcm: Sendable {
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// The key's 32 bytes.
    public let key: Data

    /// A new key.
    public init() throws {
        key = try random(32)
    }

    /// A key that was kept.
    public init(key: Data) throws {
        guard key.count == 32 else { throw CryptoFault(description: "a key of \(key.count) bytes") }
        self.key = key
    }

    /// The nonce, what was encrypted, and the tag.
    public func seal(_ plain: Data, name: String) throws -> Data {
        let context = try made(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = try random(Self.nonceBytes)
        try done(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, [UInt8](key), [UInt8](nonce)), "EVP_EncryptInit_ex")
        var length: Int32 = 0
        try done(EVP_EncryptUpdate(context, nil, &length, Array(name.utf8), Int32(name.utf8.count)), "EVP_EncryptUpdate")
        var sealed = [UInt8](repeating: 0, count: plain.count)
        try done(EVP_EncryptUpdate(context, &sealed, &length, [UInt8](plain), Int32(plain.count)), "EVP_EncryptUpdate")
        var tag = [UInt8](repeating: 0, count: Self.tagBytes)
        try done(EVP_EncryptFinal_ex(context, &tag, &length), "EVP_EncryptFinal_ex")
        try done(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagBytes), &tag), "EVP_CIPHER_CTX_ctrl")
        return nonce + sealed + tag
    }

    /// What was sealed under this name; none where anything differs.
    public func open(_ bytes: Data, name: String) throws -> Data? {
        let bytes = [UInt8](bytes)
        guard bytes.count >= Self.nonceBytes + Self.tagBytes else { return nil }
        let (nonce, sealed) = (Array(bytes.prefix(Self.nonceBytes)), Array(bytes.dropFirst(Self.nonceBytes).dropLast(Self.tagBytes)))
        var tag = Array(bytes.suffix(Self.tagBytes))
        let context = try made(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        defer { EVP_CIPHER_CTX_free(context) }
        try done(EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, [UInt8](key), nonce), "EVP_DecryptInit_ex")
        var length: Int32 = 0
        try done(EVP_DecryptUpdate(context, nil, &length, Array(name.utf8), Int32(name.utf8.count)), "EVP_DecryptUpdate")
        var plain = [UInt8](repeating: 0, count: sealed.count)
        try done(EVP_DecryptUpdate(context, &plain, &length, sealed, Int32(sealed.count)), "EVP_DecryptUpdate")
        try done(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagBytes), &tag), "EVP_CIPHER_CTX_ctrl")
        var rest = [UInt8](repeating: 0, count: Self.tagBytes)
        return EVP_DecryptFinal_ex(context, &rest, &length) == 1 ? Data(plain) : nil
    }
}

private func random(_ count: Int) throws -> Data {
    var bytes = [UInt8](repeating: 0, count: count)
    try done(RAND_bytes(&bytes, Int32(count)), "RAND_bytes")
    return Data(bytes)
}
