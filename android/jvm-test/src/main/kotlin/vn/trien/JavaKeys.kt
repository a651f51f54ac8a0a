package vn.trien

import java.nio.file.Files
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
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
 * Keys through the same `java.security` interfaces that Android Keystore implements: what differs there is the provider's
 * name and the prompt. They outlive the process where there is a [folder] for them.
 */
class JavaKeys(private val person: Person = Person.Confirms, private val folder: Path? = null) : KeyStore {
    private val pairs = ConcurrentHashMap<KeyRole, KeyPair>()
    private val ended = ConcurrentHashMap.newKeySet<PrivateKey>()

    override suspend fun create(role: KeyRole, terms: KeyTerms): Key {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(ECGenParameterSpec("secp256r1"))
        val pair = generator.generateKeyPair()
        pairs[role] = pair
        folder?.let { write(it, role, pair) }
        return key(role, pair)
    }

    override suspend fun load(role: KeyRole): Key =
        key(role, pairs[role] ?: folder?.let { read(it, role) }?.also { pairs[role] = it } ?: throw KeyStoreException.Missing())

    override suspend fun evidence(binding: ByteArray): KeyEvidence = KeyEvidence.None

    /** Another finger was added in the system's settings: the approval key that there is signs nothing from now on. */
    fun addFinger() {
        ended += checkNotNull(pairs[KeyRole.APPROVAL]) { "there is no key yet" }.private
    }

    private fun key(role: KeyRole, pair: KeyPair) = Key(
        publicKey = pair.public.encoded,
        signer = when (role) {
            KeyRole.AUTH -> Silent(pair.private)
            KeyRole.APPROVAL -> Prompted(pair.private, person) { pair.private in ended }
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

private class Prompted(private val key: PrivateKey, private val person: Person, private val isEnded: () -> Boolean) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray {
        // Android Keystore refuses before it asks for anybody (KeyPermanentlyInvalidatedException).
        if (isEnded()) throw KeySignerException.KeyInvalidated()
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

private fun write(folder: Path, role: KeyRole, pair: KeyPair) {
    Files.write(folder.resolve("$role.key"), pair.private.encoded)
    Files.write(folder.resolve("$role.pub"), pair.public.encoded)
}

private fun read(folder: Path, role: KeyRole): KeyPair? {
    val (public, private) = listOf("pub", "key").map { folder.resolve("$role.$it") }
    if (!Files.exists(private)) return null
    val factory = KeyFactory.getInstance("EC")
    return KeyPair(
        factory.generatePublic(X509EncodedKeySpec(Files.readAllBytes(public))),
        factory.generatePrivate(PKCS8EncodedKeySpec(Files.readAllBytes(private))),
    )
}
