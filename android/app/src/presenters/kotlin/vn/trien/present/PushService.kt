package vn.trien.present

import java.security.KeyPairGenerator
import java.security.SecureRandom
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import vn.trien.core.PushKind

/** Where a push service takes messages for this phone. */
sealed interface PushPlace {
    val text: String

    /** A registration token of FCM. */
    data class Fcm(val token: String) : PushPlace {
        override val text: String get() = token
    }

    /** An address of a distributor of UnifiedPush. */
    data class Unified(val endpoint: String) : PushPlace {
        override val text: String get() = endpoint
    }
}

/** Who can wake this phone: an app that takes messages for others, by its package, or a service of the system. */
data class PushProvider(val id: String, val name: String)

/**
 * A way to wake this phone. A message says nothing but that a sync is due, so whoever sends one can do no more than that, and none is
 * ever decrypted.
 */
interface PushService {
    val kind: PushKind

    /** Through whom it works on this phone; none where what it needs is missing. */
    fun providers(): List<PushProvider>

    /** Asks `provider` for a place; it comes later, through [Waking.arrived]. `vapid` is the server's key, as an uncompressed point. */
    fun register(provider: String, vapid: ByteArray)

    /** Gives the place up, so that the next one is another. */
    fun unregister(provider: String)

    /** Gives up what was asked of anybody, also where no place has come yet, and keeps nothing of it. */
    fun forget()
}

/** The keys of a subscription of Web Push (RFC 8291): an uncompressed point of P-256, 65 bytes, and 16 random bytes. */
internal class PushKeys(val point: ByteArray, val auth: ByteArray) {
    companion object {
        const val POINT_BYTES = 65
        const val AUTH_BYTES = 16

        /**
         * Fresh keys. The private one is let go at once: a wake-up says nothing, so nobody has to read it, and what is not kept cannot be taken.
         */
        fun fresh(random: SecureRandom): PushKeys {
            val generator = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1"), random) }
            val public = generator.generateKeyPair().public as ECPublicKey
            return PushKeys(uncompressed(public), ByteArray(AUTH_BYTES).also(random::nextBytes))
        }

        // SEC 1 §2.3.3: 04, then both coordinates with leading zeros.
        private fun uncompressed(key: ECPublicKey): ByteArray =
            byteArrayOf(4) + fixed(key.w.affineX.toByteArray()) + fixed(key.w.affineY.toByteArray())

        private fun fixed(number: ByteArray): ByteArray {
            val digits = number.dropWhile { it == 0.toByte() }.toByteArray()
            return ByteArray((POINT_BYTES - 1) / 2 - digits.size) + digits
        }
    }
}
