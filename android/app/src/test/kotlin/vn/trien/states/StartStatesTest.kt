package vn.trien.states

import org.junit.Assert.assertEquals
import org.junit.Test
import vn.trien.core.PhoneException
import vn.trien.core.SecretStoreException
import vn.trien.core.StorageException
import vn.trien.present.NOW
import vn.trien.present.Remedy
import vn.trien.present.StartEvent
import vn.trien.present.StartPresenter
import vn.trien.present.StartState
import vn.trien.samples.START

/** Each sample of the start is a state that its presenter comes to, and each opens by what it offers. */
class StartStatesTest {
    private class Phone(var refuses: Throwable? = null) {
        val did = mutableListOf<String>()

        fun open() {
            refuses?.let { throw it }
            did += "open"
        }

        fun anew() {
            did += "anew"
            refuses = null
        }
    }

    private fun Stage.start(phone: Phone) = StartPresenter(device, { NOW }, scope, { phone.open() }, { phone.anew() })

    private fun Stage.refused(why: Throwable) = start(Phone(why)).after(StartEvent.Open)

    @Test
    fun `the start`() = reached(
        START,
        "opening" by { start(Phone()).during(StartEvent.Open) },
        "key-lost" by { refused(KEY_LOST) },
        "damaged" by { refused(DAMAGED) },
        "other-release" by { refused(OTHER_RELEASE) },
        "disk-full" by { refused(FULL) },
        "secrets" by { refused(PhoneException.Secrets(SecretStoreException.Unavailable("keystore daemon died"))) },
        "defect" by { refused(UnsatisfiedLinkError("no libtrien_ffi.so")) },
    )

    @Test
    fun `whoever helps is told the app, the phone, the time and the reason, and no way to a file`() {
        fun told(why: Throwable) = (Stage().run { refused(why) }.state.value as StartState.Refused).facts.map { it.value }
        assertEquals(listOf("Trien test", "JVM", "08:41 22/11/2026", "key-lost – the key of phone is lost"), told(KEY_LOST))
        assertEquals("files – state.sealed is damaged: the seal does not hold", told(DAMAGED).last())
        assertEquals("other-release – phone was made by another release", told(OTHER_RELEASE).last())
        assertEquals("disk-full – state.sealed was not written", told(FULL).last())
        assertEquals("defect – java.lang.UnsatisfiedLinkError: no libtrien_ffi.so", told(UnsatisfiedLinkError("no libtrien_ffi.so")).last())
        assertEquals("defect – ".length + 300, told(IllegalStateException("x".repeat(10_000))).last().length)
    }

    @Test
    fun `only what no key opens any more is given up, and all else is tried again`() {
        for (why in listOf(KEY_LOST, DAMAGED, OTHER_RELEASE, FULL)) {
            Stage().run {
                val phone = Phone(why)
                val remedy = if (why == KEY_LOST) Remedy.ENROLL_AGAIN else Remedy.TRY_AGAIN
                val start = start(phone).after(StartEvent.Open)
                assertEquals(remedy, (start.state.value as StartState.Refused).failure.remedy)
                if (remedy == Remedy.TRY_AGAIN) phone.refuses = null
                start.after(StartEvent.Mend(remedy))
                assertEquals(if (remedy == Remedy.TRY_AGAIN) listOf("open") else listOf("anew", "open"), phone.did)
            }
        }
    }

    private companion object {
        val KEY_LOST = PhoneException.Storage(StorageException.KeyLost("/data/user/0/vn.trien/no_backup/phone"))
        val DAMAGED = PhoneException.Storage(StorageException.Damaged("phone/state.sealed", "the seal does not hold"))
        val OTHER_RELEASE = PhoneException.Storage(StorageException.OtherFormat("phone"))
        val FULL = PhoneException.Storage(StorageException.Full("phone/state.sealed"))
    }
}
