package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Whose work is in the app, and under which licences. */
data class LicencesState(
    val components: List<Component> = emptyList(),
    /** The one whose words are read. */
    val open: Component? = null,
)

/** A part of the app: what it is called, its licence by its short name, and in its own words. */
data class Component(val name: String, val licence: String, val text: String)

sealed interface LicencesEvent {
    data class Open(val name: String) : LicencesEvent
    data object Back : LicencesEvent
}

class LicencesPresenter(
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
    read: suspend () -> String = ::packedLicences,
) : Presenter<LicencesState, LicencesEvent>(LicencesState(), scope) {
    init {
        ask({}) {
            val components = componentsOf(read())
            show { it.copy(components = components) }
        }
    }

    override fun on(event: LicencesEvent) = when (event) {
        is LicencesEvent.Open -> show { before -> before.copy(open = before.components.firstOrNull { it.name == event.name }) }
        LicencesEvent.Back -> if (back()) Unit else go(Place.Back)
    }

    override fun back(): Boolean {
        val wasOpen = state.value.open != null
        show { it.copy(open = null) }
        return wasOpen
    }
}

/** Reads what `mobile-ffi/licences.py` writes, and says at its head. */
internal fun componentsOf(file: String): List<Component> {
    val blocks = file.trimEnd('\n').split("\n\u000c\n")
    return blocks.first().lines().map { line ->
        val (name, version, licence, texts) = line.split('\t')
        Component("$name $version".trimEnd(), licence, texts.split(' ').joinToString("\n\n") { blocks[it.toInt()] })
    }
}

internal suspend fun packedLicences(): String = withContext(Dispatchers.IO) {
    val file = checkNotNull(LicencesPresenter::class.java.getResource("/vn/trien/licences.txt")) { "each build packs the licences" }
    file.readText()
}
