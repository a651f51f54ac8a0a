package vn.trien.states

import org.junit.Test
import vn.trien.core.PushHealth
import vn.trien.core.PushKind
import vn.trien.present.FakePush
import vn.trien.present.First
import vn.trien.present.NOW
import vn.trien.present.Notifications
import vn.trien.present.NotificationsEvent
import vn.trien.present.NotificationsPresenter
import vn.trien.present.PushPlace
import vn.trien.present.PushProvider
import vn.trien.present.WAKE_PATIENCE_MS
import vn.trien.present.Waking
import vn.trien.present.wakingOf
import vn.trien.samples.NOTIFICATIONS

/** Each sample of how the phone is woken is a state that its presenter comes to. */
class NotificationStatesTest {
    private val ntfy = PushProvider("io.heckel.ntfy", "ntfy")
    private val other = PushProvider("org.example.push", "Example")

    /** A phone that two services could wake, one does, or none. */
    private class Woken(val stage: Stage, var there: List<PushProvider>) {
        val service = FakePush(PushKind.UNIFIEDPUSH, there)
        val waking: Waking = wakingOf(stage.phone, service)

        init {
            stage.device.notifications = Notifications.PUSH
            stage.phone.push = stage.phone.push.copy(health = PushHealth.OK, since = NOW, sentAt = NOW)
        }

        /** A service has a place for it. */
        fun placed() = also {
            stage.wait {
                waking.start()
                waking.arrived(service.there.first().id, PushPlace.Unified("https://push.example.vn/up1"))
            }
        }

        fun health(health: PushHealth) = also { stage.phone.push = stage.phone.push.copy(health = health) }

        /** Nothing was ever sent by it. */
        fun nobody() = also {
            stage.device.notifications = Notifications.BY_ITSELF
            stage.phone.push = stage.phone.push.copy(health = PushHealth.NONE, sentAt = null)
        }

        fun opened(first: First = First.NO) = NotificationsPresenter(stage.phone, stage.device, waking, first, stage.scope, stage.go)

        fun looked(first: First = First.NO) = stage.settled(opened(first))

        fun tried(first: First = First.NO) = stage.run { looked(first).after(NotificationsEvent.Try) }

        fun arrived(first: First) = placed().run {
            stage.phone.wakes = { waking.woken() }
            tried(first)
        }
    }

    private fun Stage.woken(vararg there: PushProvider = arrayOf(ntfy)) = Woken(this, there.asList())

    @Test
    fun notifications() = reached(
        NOTIFICATIONS,
        "ok" by { woken().placed().also { it.service.there = listOf(ntfy, other) }.looked() },
        "failing" by { woken().placed().health(PushHealth.FAILING).looked() },
        "dead" by { woken().placed().health(PushHealth.DEAD).looked() },
        "none-there" by { woken(*emptyArray()).nobody().looked() },
        "choose" by { woken(ntfy, other).nobody().looked() },
        "none-yet" by { woken().placed().nobody().looked() },
        "off" by { woken().placed().also { device.notifications = Notifications.OFF }.looked() },
        "asking" by { woken().placed().opened() },
        "unreachable" by { woken().placed().also { phone.refuses = OFFLINE }.looked() },
        "test-waiting" by { woken().placed().tried() },
        "test-arrived" by { woken().arrived(First.NO) },
        "test-missing" by { woken().placed().tried().also { pass(WAKE_PATIENCE_MS) } },
        "test-failed" by {
            woken().placed().looked().also { phone.refuses = OFFLINE }.after(NotificationsEvent.Try)
        },
        "first" by {
            val woken = woken().placed()
            device.notifications = Notifications.OFF
            phone.push = phone.push.copy(sentAt = null)
            woken.looked(First.YES)
        },
        "first-arrived" by { woken().arrived(First.YES) },
        "first-none" by { woken(*emptyArray()).nobody().looked(First.YES) },
    )
}
