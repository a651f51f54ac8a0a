package vn.trien.device

import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import java.security.GeneralSecurityException
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import vn.trien.core.KeySigner
import vn.trien.core.KeySignerException
import vn.trien.core.SigningRequest
import vn.trien.present.PromptSession

/** Signs requests to the server; nobody is asked. */
internal class SilentSigner(private val key: PrivateKey) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray = onHardware { begun(key).finish(request) }
}

/** One prompt for one signature: the hardware opens the key for this operation alone. */
internal class PerUseSigner(private val key: PrivateKey, private val person: Person, private val passcode: Boolean) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray {
        val begun = onHardware { begun(key) }
        val confirmed = person.confirm(request.prompt, begun, passcode) ?: throw KeySignerException.Unavailable("no operation came back")
        return onHardware { confirmed.finish(request) }
    }
}

/** One prompt opens the key for as long as it was made for, and for as many signatures as the office allows. */
internal class SessionSigner(
    private val key: PrivateKey,
    private val person: Person,
    private val session: PromptSession,
    private val passcode: Boolean,
) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray {
        if (!session.take()) confirm(request)
        val begun = try {
            onHardware { begun(key) }
        } catch (_: NotYetConfirmed) {
            confirm(request)
            onHardware { begun(key) }
        }
        return onHardware { begun.finish(request) }
    }

    private suspend fun confirm(request: SigningRequest) {
        person.confirm(request.prompt, null, passcode)
        session.begin()
    }
}

private class NotYetConfirmed : Exception()

private fun begun(key: PrivateKey): Signature = Signature.getInstance("SHA256withECDSA").apply { initSign(key) }

private fun Signature.finish(request: SigningRequest): ByteArray {
    update(request.message)
    return sign()
}

private suspend fun <T> onHardware(work: () -> T): T = withContext(Dispatchers.IO) {
    try {
        work()
    } catch (_: KeyPermanentlyInvalidatedException) {
        throw KeySignerException.KeyInvalidated()
    } catch (_: UserNotAuthenticatedException) {
        throw NotYetConfirmed()
    } catch (error: GeneralSecurityException) {
        throw KeySignerException.Unavailable(error.toString())
    } catch (error: ProviderException) {
        throw KeySignerException.Unavailable(error.toString())
    }
}
