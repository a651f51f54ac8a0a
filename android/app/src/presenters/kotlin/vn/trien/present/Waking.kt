package vn.trien.present

import java.security.SecureRandom
import java.util.Base64
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withTimeoutOrNull
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState
import vn.trien.core.PushAddress
import vn.trien.core.PushHealth
import vn.trien.core.PushKind
import vn.trien.core.PushStatus
import vn.trien.core.SecretStore
import vn.trien.core.SecretStoreException

/**
 * Has this phone woken. It asks a push service for a place, keeps it with the phone's secrets, and tells the server until the server has
 * taken it: at each start, when the place changes, and after each sync while something is untold. With the phone's end the place ends too.
 */
class Waking(
    private val phone: suspend () -> PhoneInterface,
    private val secrets: SecretStore,
    private val services: List<PushService>,
    private val random: SecureRandom = SecureRandom(),
) {
    private val one = Mutex()
    private val messages = MutableStateFlow(0)
    private var asked = false

    @Volatile
    private var now = PushRecord()

    /** Whether the server knows where to wake this phone; a phone that waits in vain is worse than one that asks. */
    val isTold: Boolean get() = now.told && now.place != null

    /** Everybody on this phone who could wake it. */
    fun providers(): List<PushProvider> = services.flatMap { it.providers() }

    /** Whom the person chose, or who gave the place. */
    fun provider(): String? = now.chosen ?: now.from

    /** At each start, and once the phone is enrolled. What fails is tried again after the next sync. */
    suspend fun start() = quietly {
        asked = false
        if (now.place != null) keep(now.copy(told = false))
        register()
    }

    /** A service gave a place. */
    suspend fun arrived(from: String, place: PushPlace) = quietly {
        if (place.text.length > LONGEST_PLACE) return@quietly
        if (now.place != place || now.from != from) {
            val keys = if (place is PushPlace.Unified) PushKeys.fresh(random) else null
            keep(now.copy(from = from, place = place, keys = keys, told = false))
        }
        tell()
    }

    /** A service took its place back. */
    suspend fun ended() = quietly {
        if (now.place != null) keep(PushRecord(chosen = now.chosen, told = false))
        tell()
    }

    /** After each sync: the server can be reached again. */
    suspend fun synced() = quietly { if (asked) tell() else register() }

    /** The person wants to be woken by this one from now on. */
    suspend fun choose(provider: String) = quietly {
        if (now.from != null && now.from != provider) giveUp()
        keep(now.copy(chosen = provider))
        register()
    }

    /** A message came. */
    fun woken() {
        messages.value++
    }

    /** Has the server wake this phone, and waits for it; gives whether it came within `patience` milliseconds. */
    suspend fun test(patience: Long): Boolean {
        val before = messages.value
        phone().pushTest()
        return withTimeoutOrNull(patience) { messages.first { it != before } } != null
    }

    private suspend fun register() {
        val status = phone().pushStatus()
        val server = Base64.getUrlEncoder().withoutPadding().encodeToString(status.vapid)
        // A place is bound to one server's key, and a provider that knows it no more has to give another.
        if (now.place != null && (status.health == PushHealth.DEAD || now.server != server)) giveUp()
        val service = serviceAmong(status.offers)
        if (service == null) {
            if (now.place == null && status.since == null) phone().pushRegister(PushAddress.None)
        } else {
            val record = now.copy(server = server, device = device() ?: now.device)
            if (record != now) keep(record)
            service.first.register(service.second.id, status.vapid)
        }
        tell()
        asked = true
    }

    // Who was chosen, or else who gave the place, or else the only one there: among several the person chooses, since whoever is asked
    // learns when this office has work. And only who the server can wake a phone through.
    private fun serviceAmong(offers: List<PushKind>): Pair<PushService, PushProvider>? {
        val there = services.filter { it.kind in offers }.flatMap { service -> service.providers().map { service to it } }
        return there.firstOrNull { it.second.id == now.chosen } ?: there.firstOrNull { it.second.id == now.from } ?: there.singleOrNull()
    }

    private suspend fun giveUp() {
        val from = now.from
        services.firstOrNull { service -> service.providers().any { it.id == from } }?.let { if (from != null) it.unregister(from) }
        keep(PushRecord(chosen = now.chosen, told = false))
    }

    private suspend fun device(): String? = profile(phone())?.device

    // The record goes last of what is given up, so that what was cut off is done the next time.
    private suspend fun forget() {
        services.forEach { it.forget() }
        secrets.remove(NAME)
        now = PushRecord()
        asked = false
    }

    // A phone may be revoked and enrolled anew before anybody looks.
    private suspend fun leaveAnother() {
        val device = device()
        if (now.device == null || device == null || now.device == device) return
        giveUp()
        asked = false
    }

    private suspend fun tell() {
        val phone = phone()
        if (now.told || phone.state() !is PhoneState.Enrolled) return
        val address = now.address()
        if (address == null) phone.pushRemove() else phone.pushRegister(address)
        keep(now.copy(told = true))
    }

    private suspend fun keep(record: PushRecord) {
        secrets.put(NAME, record.toBytes())
        now = record
    }

    // A phone that cannot be woken asks by itself: nothing here is worth an interruption.
    private suspend fun quietly(what: suspend () -> Unit) = one.withLock {
        try {
            val kept = secrets.get(NAME)
            now = PushRecord.of(kept)
            if (phone().state() is PhoneState.Erased) {
                if (kept != null) forget()
            } else {
                leaveAnother()
                what()
            }
        } catch (_: PhoneException) {
            Unit
        } catch (_: SecretStoreException) {
            Unit
        }
    }

    private companion object {
        const val NAME = "push-address"

        /** The server takes no longer one. */
        const val LONGEST_PLACE = 4096
    }
}
