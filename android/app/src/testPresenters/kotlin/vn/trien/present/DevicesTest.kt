package vn.trien.present

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import vn.trien.core.OtherDevice
import vn.trien.core.OtherDeviceState
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.PromptPolicy

@OptIn(ExperimentalCoroutinesApi::class)
class DevicesTest {
    private val phone = FakePhone().apply {
        others = listOf(OtherDevice("device-2", "Pixel 8a", "Trien Android 0.1.0", OtherDeviceState.ACTIVE, NOW))
    }
    private val went = mutableListOf<Place>()
    private val devices = DevicesPresenter(phone, TestScope(UnconfinedTestDispatcher()), went::add)

    private fun lines() = (devices.state.value.others as Others.Known).lines

    @Test
    fun `another phone is reported as lost only when the person has said so twice`() {
        devices.on(DevicesEvent.Lost(lines().single()))
        assertEquals(listOf("others"), phone.asked)
        devices.on(DevicesEvent.ReallyLost)
        assertEquals(listOf("others", "lost device-2", "others"), phone.asked)
        assertEquals(OtherDeviceState.SUSPENDED, lines().single().state)
        assertNull(devices.state.value.losing)
    }

    @Test
    fun `whoever steps back from the question reports nothing`() {
        devices.on(DevicesEvent.Lost(lines().single()))
        assertTrue(devices.back())
        devices.on(DevicesEvent.ReallyLost)
        assertEquals(listOf("others"), phone.asked)
        assertFalse(devices.back())
        devices.on(DevicesEvent.Back)
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `a report that did not arrive leaves the list and says why`() {
        devices.on(DevicesEvent.Lost(lines().single()))
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        devices.on(DevicesEvent.ReallyLost)
        val known = devices.state.value.others as Others.Known
        assertEquals(OtherDeviceState.ACTIVE, known.lines.single().state)
        assertEquals(Remedy.TRY_AGAIN, known.failure?.remedy)
    }

    @Test
    fun `a certificate that ends is renewed by asking, and the invitation is opened when it is there`() {
        val settings = SettingsPresenter(phone, FakeDevice(), TestScope(UnconfinedTestDispatcher()), went::add)
        phone.refuses = PhoneException.Unreachable("https://ky.example.vn", "no route")
        settings.on(SettingsEvent.Renew)
        val failed = assertInstanceOf(Replacement.Failed::class.java, settings.state.value.renewal)
        phone.refuses = null
        settings.on(SettingsEvent.Mend(failed.failure.remedy))
        assertEquals(Replacement.Asked, settings.state.value.renewal)
        assertEquals("replacement", phone.asked.last())
        settings.on(SettingsEvent.EnrollAnew)
        assertEquals(listOf<Place>(Place.Enrollment(null)), went)
    }

    @Test
    fun `the settings tell how many papers one prompt is good for`() {
        fun prompts() = SettingsPresenter(phone, FakeDevice(), TestScope(UnconfinedTestDispatcher()), went::add).state.value.prompts
        assertEquals(Prompts.Each, prompts())
        phone.stands = PhoneState.Enrolled(PROFILE.copy(promptPolicy = PromptPolicy.Session(60u.toUShort(), 20u.toUShort())))
        assertEquals(Prompts.Every(20), prompts())
    }

    @Test
    fun `a phone that cannot sign any more asks for a replacement`() {
        devices.on(DevicesEvent.Replace)
        assertEquals(Replacement.Asked, devices.state.value.replacement)
        assertEquals("replacement", phone.asked.last())
        phone.refuses = PhoneException.Defect("x")
        devices.on(DevicesEvent.Replace)
        assertInstanceOf(Replacement.Failed::class.java, devices.state.value.replacement)
    }
}
