package vn.trien.present

import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.SecureRandom
import java.security.spec.ECFieldFp
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.Erasure
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.PushAddress
import vn.trien.core.PushHealth
import vn.trien.core.PushKind

@OptIn(ExperimentalCoroutinesApi::class)
class WakingTest {
    private val phone = FakePhone()
    private val secrets = FakeSecrets()
    private val ntfy = PushProvider("io.heckel.ntfy", "ntfy")
    private val other = PushProvider("org.example.push", "Example")
    private val unified = FakePush(PushKind.UNIFIEDPUSH, listOf(ntfy))
    private val waking = wakingOf(phone, unified, secrets = secrets)
    private val place = PushPlace.Unified("https://push.example.vn/up1?up=1")
    private val offline = PhoneException.Unreachable("https://ky.example.vn", "no route")

    private fun told() = phone.told as PushAddress.Unifiedpush

    @Test
    fun `an address goes to the server with keys that Web Push asks for`() = runTest {
        waking.start()
        assertEquals(listOf("register io.heckel.ntfy"), unified.asked)
        assertFalse(waking.isTold)
        waking.arrived(ntfy.id, place)
        assertEquals(place.endpoint, told().endpoint)
        assertTrue(isOnP256(told().p256dh))
        assertEquals(16, told().auth.size)
        assertTrue(waking.isTold)
    }

    @Test
    fun `an address that comes again is not told again, and another one has other keys`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        val first = told()
        waking.arrived(ntfy.id, place)
        assertEquals(1, phone.asked.count { it == "register" })
        waking.arrived(ntfy.id, PushPlace.Unified("https://push.example.vn/up2"))
        assertEquals("https://push.example.vn/up2", told().endpoint)
        assertFalse(first.p256dh.contentEquals(told().p256dh))
        assertFalse(first.auth.contentEquals(told().auth))
    }

    @Test
    fun `each start tells the server again what it kept`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        val before = told()
        phone.told = null
        val restarted = wakingOf(phone, unified, secrets = secrets)
        restarted.start()
        assertEquals(before.endpoint, told().endpoint)
        assertArrayEquals(before.p256dh, told().p256dh)
        assertArrayEquals(before.auth, told().auth)
    }

    @Test
    fun `what could not be told is told after the next sync, also after a restart`() = runTest {
        waking.start()
        phone.refuses = offline
        waking.arrived(ntfy.id, place)
        assertNull(phone.told)
        assertFalse(waking.isTold)
        phone.refuses = null
        wakingOf(phone, unified, secrets = secrets).synced()
        assertEquals(place.endpoint, told().endpoint)
    }

    @Test
    fun `a phone that started without a network asks for its address after the next sync`() = runTest {
        phone.refuses = offline
        waking.start()
        assertEquals(emptyList<String>(), unified.asked)
        phone.refuses = null
        waking.synced()
        assertEquals(listOf("register io.heckel.ntfy"), unified.asked)
    }

    @Test
    fun `an address that ended is taken from the server`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        phone.refuses = offline
        waking.ended()
        assertFalse(waking.isTold)
        phone.refuses = null
        waking.synced()
        assertNull(phone.told)
        assertEquals("remove", phone.asked.last())
    }

    @Test
    fun `an address that its provider knows no more is given up for another`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        phone.push = phone.push.copy(kind = PushKind.UNIFIEDPUSH, health = PushHealth.DEAD, since = NOW)
        waking.start()
        assertEquals(listOf("register io.heckel.ntfy", "unregister io.heckel.ntfy", "register io.heckel.ntfy"), unified.asked)
        assertNull(phone.told)
    }

    @Test
    fun `an address made for one server's key is never told to another server`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        phone.told = null
        phone.push = phone.push.copy(vapid = ByteArray(65) { 5 })
        waking.start()
        assertNull(phone.told)
        assertEquals("unregister io.heckel.ntfy", unified.asked[1])
    }

    @Test
    fun `among several nobody is asked before the person chose`() = runTest {
        unified.there = listOf(ntfy, other)
        waking.start()
        waking.synced()
        assertEquals(emptyList<String>(), unified.asked)
        assertNull(waking.provider())
        assertInstanceOf(PushAddress.None::class.java, phone.told)
        waking.choose(other.id)
        assertEquals(listOf("register org.example.push"), unified.asked)
    }

    @Test
    fun `one more that is installed later changes nothing`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        unified.there = listOf(other, ntfy)
        val restarted = wakingOf(phone, unified, secrets = secrets)
        restarted.start()
        assertEquals(listOf("register io.heckel.ntfy", "register io.heckel.ntfy"), unified.asked)
    }

    @Test
    fun `whom the person chose is asked from then on, and the one before is given up`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        unified.there = listOf(ntfy, other)
        waking.choose(other.id)
        assertEquals(listOf("unregister io.heckel.ntfy", "register org.example.push"), unified.asked.drop(1))
        val restarted = wakingOf(phone, unified, secrets = secrets)
        restarted.start()
        assertEquals("register org.example.push", unified.asked.last())
        assertEquals(other.id, restarted.provider())
    }

    @Test
    fun `what the server does not offer is not asked for, and the office knows that nobody wakes this phone`() = runTest {
        phone.push = phone.push.copy(offers = listOf(PushKind.NONE))
        waking.start()
        assertEquals(emptyList<String>(), unified.asked)
        assertInstanceOf(PushAddress.None::class.java, phone.told)
        phone.push = phone.push.copy(since = NOW)
        waking.start()
        assertEquals(1, phone.asked.count { it == "register" })
    }

    @Test
    fun `Google's service comes with a token and without keys`() = runTest {
        phone.push = phone.push.copy(offers = listOf(PushKind.FCM))
        val fcm = FakePush(PushKind.FCM, listOf(PushProvider("com.google.android.gms", "Google")))
        val waking = wakingOf(phone, fcm, secrets = secrets)
        waking.start()
        waking.arrived("com.google.android.gms", PushPlace.Fcm("abc:DEF"))
        assertEquals(PushAddress.Fcm("abc:DEF"), phone.told)
    }

    @Test
    fun `a phone that is not enrolled tells nobody anything`() = runTest {
        phone.stands = PhoneState.NotEnrolled
        waking.arrived(ntfy.id, place)
        assertEquals(emptyList<String>(), phone.asked)
        phone.stands = PhoneState.Enrolled(PROFILE)
        waking.start()
        assertNull(phone.told, "the place was made for no server that is known")
    }

    @Test
    fun `a phone that was erased keeps no address, and its provider is told`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        phone.stands = PhoneState.Erased(Erasure.Revoked(0u))
        waking.synced()
        assertEquals("forget", unified.asked.last())
        assertEquals(emptySet<String>(), secrets.kept.keys)
        assertFalse(waking.isTold)
        assertNull(waking.provider())
        // What a provider says later stays nowhere either, and nobody is asked.
        waking.arrived(ntfy.id, PushPlace.Unified("https://push.example.vn/late"))
        waking.start()
        assertEquals(emptySet<String>(), secrets.kept.keys)
        assertEquals(1, unified.asked.count { it == "forget" })
        assertEquals(1, unified.asked.count { it == "register io.heckel.ntfy" })
    }

    @Test
    fun `a registration that was asked for is forgotten before its address comes`() = runTest {
        waking.start()
        phone.stands = PhoneState.Erased(Erasure.Revoked(0u))
        waking.synced()
        assertEquals("forget", unified.asked.last())
        assertEquals(emptySet<String>(), secrets.kept.keys)
    }

    @Test
    fun `the next device on the phone does not take over the address of the one before`() = runTest {
        waking.start()
        waking.arrived(ntfy.id, place)
        phone.told = null
        phone.stands = PhoneState.Enrolled(PROFILE.copy(device = "device-2"))
        waking.synced()
        assertNull(phone.told)
        assertEquals(listOf("unregister io.heckel.ntfy", "register io.heckel.ntfy"), unified.asked.drop(1))
        waking.arrived(ntfy.id, PushPlace.Unified("https://push.example.vn/up2"))
        assertEquals("https://push.example.vn/up2", told().endpoint)
        waking.synced()
        assertEquals(3, unified.asked.size)
    }

    @Test
    fun `what is damaged is as if nothing had been kept`() {
        val record = PushRecord("a", "b", place, PushKeys.fresh(SecureRandom()), "d", "s", told = true)
        val bytes = record.toBytes()
        assertEquals(place, PushRecord.of(bytes).place)
        assertEquals(listOf("d", "s"), PushRecord.of(bytes).run { listOf(device, server) })
        for (length in bytes.indices) assertEquals(PushRecord(), PushRecord.of(bytes.copyOf(length)))
        assertNull(PushRecord.of(byteArrayOf(9) + bytes.drop(1)).place)
    }

    @Test
    fun `a coordinate that begins with zeros keeps its 32 bytes`() {
        val random = SecureRandom()
        // One in 256 points has one: 2,000 leave no doubt.
        repeat(2_000) { assertEquals(PushKeys.POINT_BYTES, PushKeys.fresh(random).point.size) }
    }

    private fun presenter(scope: TestScope, first: First = First.NO): Pair<NotificationsPresenter, MutableList<Place>> {
        val went = mutableListOf<Place>()
        return NotificationsPresenter(phone, FakeDevice(), waking, first, scope, went::add) to went
    }

    @Test
    fun `a test arrives when the phone is woken, and is missing when it is not`() {
        val scope = TestScope(UnconfinedTestDispatcher())
        phone.push = phone.push.copy(kind = PushKind.UNIFIEDPUSH, health = PushHealth.OK, since = NOW)
        val (notifications, _) = presenter(scope)
        notifications.on(NotificationsEvent.Try)
        assertEquals(WakeTest.Waiting, notifications.state.value.test)
        waking.woken()
        assertEquals(WakeTest.Arrived("08:41"), notifications.state.value.test)
        assertEquals(WakeStanding.Known(PushHealth.OK, "08:41", null), notifications.state.value.standing)
        notifications.on(NotificationsEvent.Try)
        scope.testScheduler.advanceTimeBy(WAKE_PATIENCE_MS + 1)
        assertEquals(WakeTest.Missing, notifications.state.value.test)
    }

    @Test
    fun `a test that the server refuses says why`() {
        val (notifications, _) = presenter(TestScope(UnconfinedTestDispatcher()))
        phone.refuses = offline
        notifications.on(NotificationsEvent.Try)
        assertInstanceOf(WakeTest.Failed::class.java, notifications.state.value.test)
    }

    @Test
    fun `after the enrollment notifications are allowed, tried or skipped`() {
        val (notifications, went) = presenter(TestScope(UnconfinedTestDispatcher()), First.YES)
        assertEquals(Notifications.OFF, notifications.state.value.may)
        notifications.on(NotificationsEvent.Allow)
        assertEquals(Notifications.PUSH, notifications.state.value.may)
        notifications.on(NotificationsEvent.Done)
        assertEquals(listOf<Place>(Place.Inbox), went)
    }

    /** SEC 1 §2.3.3 and the curve's own equation. */
    private fun isOnP256(point: ByteArray): Boolean {
        if (point.size != 65 || point[0] != 4.toByte()) return false
        val parameters = AlgorithmParameters.getInstance("EC").apply { init(ECGenParameterSpec("secp256r1")) }
        val curve = parameters.getParameterSpec(ECParameterSpec::class.java).curve
        val p = (curve.field as ECFieldFp).p
        val x = BigInteger(1, point.copyOfRange(1, 33))
        val y = BigInteger(1, point.copyOfRange(33, 65))
        return (y * y).mod(p) == (x.pow(3) + curve.a * x + curve.b).mod(p)
    }
}
