package vn.trien

import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.util.concurrent.ConcurrentHashMap
import vn.trien.core.Key
import vn.trien.core.KeyEvidence
import vn.trien.core.KeyRole
import vn.trien.core.KeySigner
import vn.trien.core.KeySignerException
import vn.trien.core.KeyStore
import vn.trien.core.KeyStoreException
import vn.trien.core.KeyTerms
import vn.trien.core.SigningRequest

/**
 * Keys in memory through the same `java.security` interfaces that Android Keystore implements: what differs there is the
 * provider's name and the prompt.
 */
class JavaKeys(private val person: Person = Person.Confirms) : KeyStore {
    private val pairs = ConcurrentHashMap<KeyRole, KeyPair>()

    override suspend fun create(role: KeyRole, terms: KeyTerms): Key {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(ECGenParameterSpec("secp256r1"))
        return key(role, generator.generateKeyPair().also { pairs[role] = it })
    }

    override suspend fun load(role: KeyRole): Key = key(role, pairs[role] ?: throw KeyStoreException.Missing())

    override suspend fun evidence(binding: ByteArray): KeyEvidence = KeyEvidence.None

    private fun key(role: KeyRole, pair: KeyPair) = Key(
        publicKey = pair.public.encoded,
        signer = when (role) {
            KeyRole.AUTH -> Silent(pair.private)
            KeyRole.APPROVAL -> Prompted(pair.private, person)
        },
    )
}

/** What the person does when the prompt appears. */
fun interface Person {
    /** Reads the prompt; throws [KeySignerException] to refuse. */
    suspend fun confirm(prompt: String)

    companion object {
        /** Touches the sensor each time. */
        val Confirms = Person { }
    }
}

private class Silent(private val key: PrivateKey) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray = sign(key, request.message)
}

private class Prompted(private val key: PrivateKey, private val person: Person) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray {
        person.confirm(request.prompt)
        return sign(key, request.message)
    }
}

private fun sign(key: PrivateKey, message: ByteArray): ByteArray = try {
    Signature.getInstance("SHA256withECDSA").run {
        initSign(key)
        update(message)
        sign()
    }
} catch (error: GeneralSecurityException) {
    throw KeySignerException.Unavailable(error.toString())
}
