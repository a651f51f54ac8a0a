package vn.trien.present

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import vn.trien.core.KeySignerException
import vn.trien.core.PhoneException
import vn.trien.core.SecretStoreException
import vn.trien.core.StorageException

class FailureTest {
    @Test
    fun `what diagnostics tell of a failure is said in words, and names no class of ours`() {
        val details = listOf(
            PhoneException.Storage(StorageException.InUse("/data/user/0/vn.trien/no_backup/phone")),
            PhoneException.Storage(StorageException.Full("phone/documents/9f86")),
            PhoneException.Storage(StorageException.KeyLost("phone")),
            PhoneException.Storage(StorageException.Damaged("state.sealed", "the seal does not hold")),
            PhoneException.Storage(StorageException.System("outbox", "Permission denied")),
            PhoneException.Secrets(SecretStoreException.Unavailable("keystore daemon died")),
            PhoneException.Signer(KeySignerException.WrongSignature()),
            PhoneException.Signer(KeySignerException.NotP256()),
        ).map { failureOf(it).detail }
        assertEquals(
            listOf(
                "phone is in use by another process", "9f86 was not written", "the key of phone is lost",
                "state.sealed is damaged: the seal does not hold", "outbox: Permission denied", "keystore daemon died", "the key gave a signature that does not verify", "the key is not a P-256 key",
            ),
            details,
        )
    }
}
