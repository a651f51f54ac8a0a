package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import vn.trien.core.PhoneInterface
import vn.trien.core.PushHealth
import vn.trien.core.PushStatus

/** Whether and how this phone is woken, and a try of it. */
data class NotificationsState(
    val may: Notifications,
    val standing: WakeStanding,
    val providers: List<PushProvider>,
    val provider: String?,
    val test: WakeTest = WakeTest.NotYet,
    /** Right after the enrollment: it can be skipped. */
    val first: First = First.NO,
)

enum class First { NO, YES }

/** What the server says of waking this phone. */
sealed interface WakeStanding {
    data object Asking : WakeStanding
    data class Known(val health: PushHealth, val since: String?, val sent: String?) : WakeStanding
    data class Failed(val failure: Failure) : WakeStanding
}

sealed interface WakeTest {
    data object NotYet : WakeTest
    data object Waiting : WakeTest
    data class Arrived(val at: String) : WakeTest
    data object Missing : WakeTest
    data class Failed(val failure: Failure) : WakeTest
}

sealed interface NotificationsEvent {
    data object Allow : NotificationsEvent
    data class Choose(val provider: String) : NotificationsEvent
    data object Try : NotificationsEvent
    data object Ask : NotificationsEvent
    data object Done : NotificationsEvent
    data class Mend(val remedy: Remedy) : NotificationsEvent
    data object Back : NotificationsEvent
}

/** How long a wake-up may take before the person is told that it did not come. */
const val WAKE_PATIENCE_MS = 60_000L

class NotificationsPresenter(
    private val phone: PhoneInterface,
    private val device: Device,
    private val waking: Waking,
    first: First,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : Presenter<NotificationsState, NotificationsEvent>(
    NotificationsState(device.notifications(), WakeStanding.Asking, waking.providers(), waking.provider(), first = first), scope,
) {
    init {
        look()
    }

    override fun on(event: NotificationsEvent) = when (event) {
        NotificationsEvent.Allow -> allow()
        is NotificationsEvent.Choose -> choose(event.provider)
        NotificationsEvent.Try -> tryIt()
        NotificationsEvent.Ask -> look()
        NotificationsEvent.Done -> go(Place.Inbox)
        is NotificationsEvent.Mend -> event.remedy.place()?.let(go) ?: if (state.value.test is WakeTest.Failed) tryIt() else look()
        NotificationsEvent.Back -> go(Place.Back)
    }

    /** The person is back, perhaps from the system's settings. */
    fun returned() = show { it.copy(may = device.notifications(), providers = waking.providers()) }

    private fun look() {
        show { it.copy(standing = WakeStanding.Asking) }
        ask({ failure -> show { it.copy(standing = WakeStanding.Failed(failure)) } }) {
            // What could not be told before is told now.
            waking.synced()
            val standing = standing(phone.pushStatus())
            show { it.copy(may = device.notifications(), standing = standing, provider = waking.provider()) }
        }
    }

    private fun allow() {
        ask({}) {
            val now = device.allowNotifications()
            show { it.copy(may = now) }
        }
    }

    private fun choose(provider: String) {
        show { it.copy(provider = provider, test = WakeTest.NotYet, standing = WakeStanding.Asking) }
        ask({}) {
            waking.choose(provider)
            look()
        }
    }

    private fun tryIt() {
        if (state.value.test == WakeTest.Waiting) return
        show { it.copy(test = WakeTest.Waiting) }
        ask({ failure -> show { it.copy(test = WakeTest.Failed(failure)) } }) {
            val came = waking.test(WAKE_PATIENCE_MS)
            show { it.copy(test = if (came) WakeTest.Arrived(clock(phone.serverNow())) else WakeTest.Missing) }
            look()
        }
    }

    private fun standing(status: PushStatus): WakeStanding {
        val now = phone.serverNow()
        return WakeStanding.Known(status.health, status.since?.let { moment(it, now) }, status.sentAt?.let { moment(it, now) })
    }
}
