package vn.trien.present

import java.io.File
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

@OptIn(ExperimentalCoroutinesApi::class)
class LicencesTest {
    private val went = mutableListOf<Place>()

    private fun licences(file: String) = LicencesPresenter(TestScope(UnconfinedTestDispatcher()), went::add) { file }

    @Test
    fun `a component opens its licence's words, and the way back leads over the list`() {
        val licences = licences("Tinos\t1.33\tOFL-1.1\t1\nring\t0.17\tApache-2.0 AND ISC\t2 1\n\u000c\nOne\n\nof two\n\u000c\nTwo\n")
        val (tinos, ring) = licences.state.value.components
        assertEquals(Component("Tinos 1.33", "OFL-1.1", "One\n\nof two"), tinos)
        assertEquals(Component("ring 0.17", "Apache-2.0 AND ISC", "Two\n\nOne\n\nof two"), ring)
        licences.on(LicencesEvent.Open("ring 0.17"))
        assertEquals(ring, licences.state.value.open)
        licences.on(LicencesEvent.Back)
        assertNull(licences.state.value.open)
        assertFalse(licences.back())
        assertTrue(went.isEmpty())
        licences.on(LicencesEvent.Back)
        assertEquals(listOf<Place>(Place.Back), went)
    }

    @Test
    fun `all that is in the app is in the list that is packed with it, with a licence's words`() {
        val components = runBlocking { componentsOf(packedLicences()) }
        assertTrue(components.all { it.licence.isNotBlank() && it.text.length > 500 }, "${components.filter { it.text.length <= 500 }.map { it.name }}")
        val names = components.map { it.name }
        assertEquals(names.distinct(), names)
        val libraries = root("android/ci/closure.txt").readLines().filter { it.startsWith("app ") }.map { it.split(' ')[1].split(':') }
            .map { (group, name, version) -> "$group:$name $version" }
        assertTrue(libraries.size > 60)
        val crates = Regex("""(?m)^(\w[\w-]*)(?:\.workspace)? = """).findAll(root("mobile-ffi/Cargo.toml").readText().substringAfter("[dependencies]").substringBefore("[lints"))
            .map { it.groupValues[1] }.filter { it != "trien-core" && it != "async-trait" }.toList()
        assertTrue("uniffi" in crates)
        assertEquals(emptyList<String>(), (libraries - names.toSet()) + crates.filter { crate -> names.none { it.startsWith("$crate ") } })
        assertEquals(listOf("Arimo 1.33", "Tinos 1.33"), components.filter { it.licence == "OFL-1.1" }.map { it.name })
    }

    private fun root(path: String) = File(System.getProperty("trien.root") ?: ".", path)
}
