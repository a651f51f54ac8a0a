package vn.trien

import androidx.compose.material3.ColorScheme
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.trien.ui.DarkColors
import vn.trien.ui.LightColors

/** WCAG 2.2 §1.4.3, computed. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = android.app.Application::class)
class ThemeTest {
    @Test
    fun `every text stands out from its paper by 4,5 to 1`() {
        val faults = listOf("light" to LightColors, "dark" to DarkColors).flatMap { (name, scheme) ->
            texts(scheme).filter { (ink, paper) -> contrast(ink, paper) < 4.5 }
                .map { (ink, paper) -> "$name: $ink on $paper has ${contrast(ink, paper)}" }
        }
        assertEquals(emptyList<String>(), faults)
    }

    private fun texts(scheme: ColorScheme): List<Pair<Color, Color>> = scheme.run {
        val own = listOf(
            onPrimary to primary, onSecondary to secondary, onTertiary to tertiary, onError to error,
            onPrimaryContainer to primaryContainer, onSecondaryContainer to secondaryContainer,
            onTertiaryContainer to tertiaryContainer, onErrorContainer to errorContainer,
        )
        own + papers(this).flatMap { paper -> listOf(onSurface, onSurfaceVariant, primary, tertiary, error).map { it to paper } }
    }

    private fun papers(scheme: ColorScheme) =
        scheme.run { listOf(background, surface, surfaceContainerLow, surfaceContainer, surfaceContainerHigh) }
}

internal fun contrast(one: Color, other: Color): Double {
    val (dark, light) = listOf(one.luminance(), other.luminance()).sorted()
    return (light + 0.05) / (dark + 0.05)
}
