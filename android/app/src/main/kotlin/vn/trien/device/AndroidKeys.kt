package vn.trien.device

import android.content.Context
import android.content.pm.PackageManager
import android.os.SystemClock
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.GeneralSecurityException
import java.security.InvalidAlgorithmParameterException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.ProviderException
import java.security.spec.ECGenParameterSpec
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import vn.trien.core.Key
import vn.trien.core.KeyEvidence
import vn.trien.core.KeyRole
import vn.trien.core.KeyStore
import vn.trien.core.KeyStoreException
import vn.trien.core.KeyTerms
import vn.trien.core.PromptPolicy
import vn.trien.present.KeyPlace
import vn.trien.present.PromptSession

/** Whose keys these are: what they are called in the keystore, and where their terms are noted. */
enum class KeySet(val prefix: String, val terms: String) {
    DEVICE("trien", "keys"),

    /** Made anew for each practice, and registered nowhere. */
    PRACTICE("trien-practice", "practice-keys"),
}

/**
 * The device's two keys in Android Keystore. Neither ever leaves the hardware; what each may do is fixed when it is made,
 * and stands in its attestation.
 */
class AndroidKeys(private val context: Context, private val person: Person, private val set: KeySet = KeySet.DEVICE) : KeyStore {
    private val store = java.security.KeyStore.getInstance(PROVIDER).apply { load(null) }
    private val terms = context.getSharedPreferences(set.terms, Context.MODE_PRIVATE)
    private var session: PromptSession? = null

    override suspend fun create(role: KeyRole, terms: KeyTerms): Key = onKeystore {
        val spec = spec(role, terms)
        try {
            // The silent key signs every request, which a StrongBox may take too long for.
            generate(if (role == KeyRole.APPROVAL && hasStrongBox()) spec.setIsStrongBoxBacked(true) else spec)
        } catch (_: StrongBoxUnavailableException) {
            generate(spec.setIsStrongBoxBacked(false))
        }
        if (role == KeyRole.APPROVAL) remember(terms)
        key(role)
    }

    override suspend fun load(role: KeyRole): Key = onKeystore { key(role) }

    override suspend fun evidence(binding: ByteArray): KeyEvidence = onKeystore {
        KeyEvidence.Android(auth = chain(KeyRole.AUTH), approval = chain(KeyRole.APPROVAL))
    }

    /** Where the approval key is. */
    fun place(): KeyPlace = try {
        val key = store.getKey(alias(KeyRole.APPROVAL), null) as? PrivateKey ?: return KeyPlace.UNKNOWN
        val info = KeyFactory.getInstance(key.algorithm, PROVIDER).getKeySpec(key, KeyInfo::class.java)
        if (isStrongBox(info)) KeyPlace.STRONG_BOX else KeyPlace.TRUSTED_ENVIRONMENT
    } catch (_: GeneralSecurityException) {
        KeyPlace.UNKNOWN
    }

    private fun isStrongBox(info: KeyInfo) =
        android.os.Build.VERSION.SDK_INT >= 31 && info.securityLevel == KeyProperties.SECURITY_LEVEL_STRONGBOX

    private fun spec(role: KeyRole, terms: KeyTerms): KeyGenParameterSpec.Builder {
        val spec = KeyGenParameterSpec.Builder(alias(role), KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setAttestationChallenge(terms.challenge)
        return when (role) {
            KeyRole.AUTH -> spec
            KeyRole.APPROVAL -> spec
                .setUserAuthenticationRequired(true)
                .setUserAuthenticationParameters(seconds(terms.promptPolicy), answers(terms))
                .setInvalidatedByBiometricEnrollment(true)
                .setUnlockedDeviceRequired(true)
        }
    }

    private fun generate(spec: KeyGenParameterSpec.Builder) {
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER).run {
            initialize(spec.build())
            generateKeyPair()
        }
    }

    private fun key(role: KeyRole): Key {
        val certificate = store.getCertificate(alias(role)) ?: throw KeyStoreException.Missing()
        val private = store.getKey(alias(role), null) as? PrivateKey ?: throw KeyStoreException.Missing()
        val signer = when (role) {
            KeyRole.AUTH -> SilentSigner(private)
            KeyRole.APPROVAL -> session()?.let { SessionSigner(private, person, it, passcode()) } ?: PerUseSigner(private, person, passcode())
        }
        return Key(certificate.publicKey.encoded, signer)
    }

    private fun chain(role: KeyRole): List<ByteArray> =
        store.getCertificateChain(alias(role))?.map { it.encoded } ?: throw KeyStoreException.Missing()

    @Synchronized
    private fun remember(agreed: KeyTerms) {
        val policy = agreed.promptPolicy
        val signatures = if (policy is PromptPolicy.Session) policy.signatures.toInt() else 1
        terms.edit().putInt(SECONDS, seconds(policy)).putInt(SIGNATURES, signatures).putBoolean(PASSCODE, agreed.passcode).commit()
        session = null
    }

    // The core asks for the key anew with each signature, and a session goes on over several.
    @Synchronized
    private fun session(): PromptSession? {
        val seconds = terms.getInt(SECONDS, 0)
        if (seconds == 0) return null
        return session ?: PromptSession(seconds, terms.getInt(SIGNATURES, 1), SystemClock::elapsedRealtime).also { session = it }
    }

    private fun passcode() = terms.getBoolean(PASSCODE, false)

    private fun hasStrongBox() = context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)

    private fun alias(role: KeyRole) = when (role) {
        KeyRole.AUTH -> "${set.prefix}-auth"
        KeyRole.APPROVAL -> "${set.prefix}-approval"
    }

    private suspend fun <T> onKeystore(work: () -> T): T = withContext(Dispatchers.IO) {
        try {
            work()
        } catch (error: InvalidAlgorithmParameterException) {
            // Thrown when no finger or face is enrolled, among others.
            throw KeyStoreException.Unsupported(error.toString())
        } catch (error: GeneralSecurityException) {
            throw KeyStoreException.Unavailable(error.toString())
        } catch (error: ProviderException) {
            throw KeyStoreException.Unavailable(error.toString())
        }
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val SECONDS = "approval-seconds"
        const val SIGNATURES = "approval-signatures"
        const val PASSCODE = "approval-passcode"

        /** What opens the key. A new finger ends one that takes no passcode, and no other: who knows the passcode could add it. */
        fun answers(terms: KeyTerms): Int =
            KeyProperties.AUTH_BIOMETRIC_STRONG or (if (terms.passcode) KeyProperties.AUTH_DEVICE_CREDENTIAL else 0)

        /** Zero: a prompt for each use. */
        fun seconds(policy: PromptPolicy): Int = when (policy) {
            is PromptPolicy.PerUse -> 0
            is PromptPolicy.Session -> policy.seconds.toInt()
        }
    }
}
