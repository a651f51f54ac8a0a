package vn.trien.device

import android.content.Context

/** Where a push service takes messages for this device. */
data class PushAddress(val service: String, val endpoint: String)

/**
 * A way to wake this device. A message says nothing but that a sync is due, so whoever sends one can do no more than that.
 *
 * UnifiedPush is built in. Google's service would be another implementation, in a source set of its own with Google's library, chosen in
 * [TrienApp][vn.trien.TrienApp]; the default build has no code of Google's.
 */
interface PushService {
    /** Its name, as the server knows it. */
    val name: String

    /** Whether the device has what it needs. */
    fun isThere(): Boolean

    /** Asks for an address; it comes later, through [Push.arrived]. */
    fun register()

    fun unregister()
}

/** The device's push: which service, and the address that it gave. */
class Push(context: Context, private val services: List<PushService>) {
    private val kept = context.getSharedPreferences("push", Context.MODE_PRIVATE)

    /** Takes what the server has to know. The address changes rarely, and is handed over again at each start. */
    var tell: ((PushAddress?) -> Unit)? = null
        set(value) {
            field = value
            address?.let { value?.invoke(it) }
        }

    val address: PushAddress?
        get() {
            val service = kept.getString(SERVICE, null) ?: return null
            return kept.getString(ENDPOINT, null)?.let { PushAddress(service, it) }
        }

    /** Whether the server knows where to wake this device: nobody tells it yet, and a device that waits in vain is worse than one that asks. */
    val isTold: Boolean get() = tell != null && address != null

    /** Registers with the first service that is there; none is no failure: the device then looks by itself. */
    fun start() {
        services.firstOrNull { it.isThere() }?.register()
    }

    fun arrived(address: PushAddress) {
        kept.edit().putString(SERVICE, address.service).putString(ENDPOINT, address.endpoint).apply()
        tell?.invoke(address)
    }

    fun ended() {
        kept.edit().clear().apply()
        tell?.invoke(null)
    }

    private companion object {
        const val SERVICE = "service"
        const val ENDPOINT = "endpoint"
    }
}
