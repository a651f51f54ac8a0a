#if canImport(Security)
    import Foundation
    import Security

    /// Items of the keychain that this app alone reads, from the first unlocking after a start on: a sync in the background asks nobody. The system
    /// encrypts them with keys of the Secure Enclave's; no backup takes them to another phone.
    struct Keychain: Sendable {
        let service: String

        func get(_ name: String) throws(KeychainFailure) -> Data? {
            var query = item(name)
            query[kSecReturnData as String] = true
            query[kSecMatchLimit as String] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        /// Puts a value in place of any other: in one step of the keychain's own database, before or after which a cut finds the old or the new one.
        func put(_ name: String, _ value: Data) throws(KeychainFailure) {
            let status = SecItemUpdate(item(name) as CFDictionary, content(value) as CFDictionary)
            guard status == errSecItemNotFound else { return try check(status) }
            let whole = item(name).merging(content(value)) { _, new in new }
            try check(SecItemAdd(whole as CFDictionary, nil))
        }

        func remove(_ name: String) throws(KeychainFailure) {
            try delete(item(name))
        }

        func removeAll() throws(KeychainFailure) {
            try delete(every)
        }

        private func delete(_ query: [String: Any]) throws(KeychainFailure) {
            let status = SecItemDelete(query as CFDictionary)
            if status != errSecItemNotFound { try check(status) }
        }

        private var every: [String: Any] {
            [
                kSecClass as String: kSecClassGenericPassword,
                kSecAttrService as String: service,
                kSecUseDataProtectionKeychain as String: true,
            ]
        }

        private func item(_ name: String) -> [String: Any] {
            every.merging([kSecAttrAccount as String: name]) { _, new in new }
        }

        private func content(_ value: Data) -> [String: Any] {
            [
                kSecValueData as String: value,
                kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
            ]
        }

        private func check(_ status: OSStatus) throws(KeychainFailure) {
            if status != errSecSuccess { throw KeychainFailure(status: status) }
        }
    }
#endif
