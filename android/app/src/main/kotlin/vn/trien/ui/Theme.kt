package vn.trien.ui

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color
import vn.trien.core.Language
import vn.trien.present.Texts
import vn.trien.present.Words

/** Ink on paper by day. The red of a seal is kept for what is urgent or refused. */
val LightColors: ColorScheme = lightColorScheme(
    primary = Color(0xFF123F7A),
    onPrimary = Color.White,
    primaryContainer = Color(0xFFD8E4F8),
    onPrimaryContainer = Color(0xFF0B2A54),
    secondary = Color(0xFF3F5068),
    onSecondary = Color.White,
    secondaryContainer = Color(0xFFDDE5F0),
    onSecondaryContainer = Color(0xFF1D2A3B),
    tertiary = Color(0xFF7A4A00),
    onTertiary = Color.White,
    tertiaryContainer = Color(0xFFFFE3B8),
    onTertiaryContainer = Color(0xFF4A2C00),
    error = Color(0xFFA3150F),
    onError = Color.White,
    errorContainer = Color(0xFFFBDDD9),
    onErrorContainer = Color(0xFF6B0D09),
    background = Color(0xFFF7F8FA),
    onBackground = Color(0xFF191C20),
    surface = Color(0xFFF7F8FA),
    onSurface = Color(0xFF191C20),
    surfaceVariant = Color(0xFFE6E9EE),
    onSurfaceVariant = Color(0xFF434A54),
    surfaceContainerLow = Color.White,
    surfaceContainer = Color(0xFFEFF1F5),
    surfaceContainerHigh = Color(0xFFE9ECF1),
    surfaceContainerHighest = Color(0xFFE3E7ED),
    outline = Color(0xFF6B737F),
    outlineVariant = Color(0xFFC5CBD4),
)

/** The same by night. */
val DarkColors: ColorScheme = darkColorScheme(
    primary = Color(0xFFA9C8F7),
    onPrimary = Color(0xFF0A2C57),
    primaryContainer = Color(0xFF1F4478),
    onPrimaryContainer = Color(0xFFDCE8FB),
    secondary = Color(0xFFBAC8DB),
    onSecondary = Color(0xFF243244),
    secondaryContainer = Color(0xFF35445A),
    onSecondaryContainer = Color(0xFFDCE6F4),
    tertiary = Color(0xFFF6C177),
    onTertiary = Color(0xFF442A00),
    tertiaryContainer = Color(0xFF5E3F0A),
    onTertiaryContainer = Color(0xFFFFE3B8),
    error = Color(0xFFFFB4AB),
    onError = Color(0xFF690005),
    errorContainer = Color(0xFF7A1F18),
    onErrorContainer = Color(0xFFFFDAD6),
    background = Color(0xFF101318),
    onBackground = Color(0xFFE3E6EB),
    surface = Color(0xFF101318),
    onSurface = Color(0xFFE3E6EB),
    surfaceVariant = Color(0xFF2A303A),
    onSurfaceVariant = Color(0xFFC2C9D3),
    surfaceContainerLow = Color(0xFF191D24),
    surfaceContainer = Color(0xFF1E232B),
    surfaceContainerHigh = Color(0xFF262C35),
    surfaceContainerHighest = Color(0xFF303742),
    outline = Color(0xFF8E96A2),
    outlineVariant = Color(0xFF434B57),
)

/** The texts of the person's language. */
val LocalTexts = staticCompositionLocalOf { Texts(Language.VIETNAMESE) }

@Composable
fun TrienTheme(texts: Texts, dark: Boolean = isSystemInDarkTheme(), content: @Composable () -> Unit) {
    CompositionLocalProvider(LocalTexts provides texts) {
        MaterialTheme(colorScheme = if (dark) DarkColors else LightColors, content = content)
    }
}

/** The text of a key, in the person's language. */
@Composable
fun text(key: String, vararg arguments: Pair<String, Any>): String = LocalTexts.current(key, *arguments)

@Composable
fun text(words: Words): String = LocalTexts.current.of(words)
