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
import java.util.concurrent.atomic.AtomicLong
import vn.trien.core.Key
import vn.trien.core.KeyEvidence
import vn.trien.core.KeyRole
import vn.trien.core.KeySigner
import vn.trien.core.KeySignerException
import vn.trien.core.KeyStore
import vn.trien.core.KeyStoreException
import vn.trien.core.KeyTerms
import vn.trien.core.PromptPolicy
import vn.trien.core.SigningRequest
import vn.trien.present.PromptSession

/**
 * Keys through the same `java.security` interfaces that Android Keystore implements: what differs there is the provider's
 * name and the prompt. They outlive the process where there is a [folder] for them.
 */
class JavaKeys(private val person: Person = Person.Confirms, private val folder: Path? = null) : KeyStore {
    private val pairs = ConcurrentHashMap<KeyRole, KeyPair>()
    private val ended = ConcurrentHashMap.newKeySet<PrivateKey>()
    private val later = AtomicLong()

    @Volatile
    private var session: PromptSession? = folder?.resolve(SESSION)?.takeIf(Files::exists)?.let { session(Files.readString(it)) }

    override suspend fun create(role: KeyRole, terms: KeyTerms): Key {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(ECGenParameterSpec("secp256r1"))
        val pair = generator.generateKeyPair()
        pairs[role] = pair
        folder?.let { write(it, role, pair) }
        if (role == KeyRole.APPROVAL) hold(terms.promptPolicy)
        return key(role, pair)
    }

    override suspend fun load(role: KeyRole): Key =
        key(role, pairs[role] ?: folder?.let { read(it, role) }?.also { pairs[role] = it } ?: throw KeyStoreException.Missing())

    override suspend fun evidence(binding: ByteArray): KeyEvidence = KeyEvidence.None

    /** Another finger was added in the system's settings: the approval key that there is signs nothing from now on. */
    fun addFinger() {
        ended += checkNotNull(pairs[KeyRole.APPROVAL]) { "there is no key yet" }.private
    }

    /** So many seconds pass, as far as sessions are concerned. */
    fun pass(seconds: Int) {
        later.addAndGet(seconds * 1_000L)
    }

    private fun hold(policy: PromptPolicy) {
        val terms = (policy as? PromptPolicy.Session)?.run { "$seconds $signatures" }
        folder?.let { if (terms == null) Files.deleteIfExists(it.resolve(SESSION)) else Files.writeString(it.resolve(SESSION), terms) }
        session = terms?.let(::session)
    }

    private fun session(terms: String): PromptSession {
        val (seconds, signatures) = terms.split(" ").map(String::toInt)
        return PromptSession(seconds, signatures) { System.nanoTime() / 1_000_000 + later.get() }
    }

    private fun key(role: KeyRole, pair: KeyPair) = Key(
        publicKey = pair.public.encoded,
        signer = when (role) {
            KeyRole.AUTH -> Silent(pair.private)
            KeyRole.APPROVAL -> Prompted(pair.private, person, session) { pair.private in ended }
        },
    )

    private companion object {
        const val SESSION = "session"
    }
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

private class Prompted(
    private val key: PrivateKey,
    private val person: Person,
    private val session: PromptSession?,
    private val isEnded: () -> Boolean,
) : KeySigner {
    override suspend fun sign(request: SigningRequest): ByteArray {
        // Android Keystore refuses before it asks for anybody (KeyPermanentlyInvalidatedException).
        if (isEnded()) throw KeySignerException.KeyInvalidated()
        if (session?.take() != true) {
            person.confirm(request.prompt)
            session?.begin()
        }
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
