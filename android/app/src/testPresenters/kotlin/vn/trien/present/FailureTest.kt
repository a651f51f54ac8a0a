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
            PhoneException.Storage(StorageException.InUse("phone")),
            PhoneException.Storage(StorageException.Damaged("state.sealed", "the seal does not hold")),
            PhoneException.Storage(StorageException.System("outbox", "Permission denied")),
            PhoneException.Secrets(SecretStoreException.Unavailable("keystore daemon died")),
            PhoneException.Signer(KeySignerException.WrongSignature()),
            PhoneException.Signer(KeySignerException.NotP256()),
        ).map { failureOf(it).detail }
        assertEquals(
            listOf(
                "phone is in use by another process", "state.sealed is damaged: the seal does not hold", "outbox: Permission denied",
                "keystore daemon died", "the key gave a signature that does not verify", "the key is not a P-256 key",
            ),
            details,
        )
    }
}
