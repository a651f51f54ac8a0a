package vn.trien.ui

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.addPathNodes
import androidx.compose.ui.unit.dp

/** The few pictures that the app needs, as strokes on a square of 24. */
object Icons {
    val Back = icon("back", "M20 12 H5 M11 6 L5 12 L11 18")
    val Close = icon("close", "M6 6 L18 18 M18 6 L6 18")
    val Search = icon("search", "M15.5 15.5 L20 20 M10.5 4.5 A6 6 0 1 0 10.5 16.5 A6 6 0 1 0 10.5 4.5")
    val Settings = icon("settings", "M4 7 H11 M15 7 H20 M4 17 H9 M13 17 H20 M13 5 V9 M11 15 V19")
    val Sync = icon("sync", "M19 12 A7 7 0 0 1 6 15.5 M5 12 A7 7 0 0 1 18 8.5 M18 4 V8.5 H13.5 M6 20 V15.5 H10.5")
    val Check = icon("check", "M5 12.5 L10 17.5 L19 7")
    val Warning = icon("warning", "M12 4 L21 19.5 H3 Z M12 10 V14 M12 16.5 V17")
    val Shield = icon("shield", "M12 3.5 L19 6 V11.5 C19 16 16 19 12 20.5 C8 19 5 16 5 11.5 V6 Z M9 12 L11.3 14.3 L15.5 9.7")
    val Plus = icon("plus", "M12 5 V19 M5 12 H19")
    val Minus = icon("minus", "M5 12 H19")
    val Scan = icon("scan", "M4 8 V4 H8 M16 4 H20 V8 M20 16 V20 H16 M8 20 H4 V16 M7 12 H17")
    val Paper = icon("paper", "M7 3.5 H14 L18 7.5 V20.5 H7 Z M14 3.5 V7.5 H18 M9.5 12 H15.5 M9.5 15.5 H15.5")
    val Down = icon("down", "M6 9.5 L12 15.5 L18 9.5")
    val Up = icon("up", "M6 14.5 L12 8.5 L18 14.5")
    val Clock = icon("clock", "M12 4 A8 8 0 1 0 12 20 A8 8 0 1 0 12 4 M12 8 V12 L15 14")
    val Dot = icon("dot", "M12 8.5 A3.5 3.5 0 1 0 12 15.5 A3.5 3.5 0 1 0 12 8.5")

    private fun icon(name: String, strokes: String): ImageVector =
        ImageVector.Builder(name, 24.dp, 24.dp, 24f, 24f).addPath(
            pathData = addPathNodes(strokes),
            stroke = SolidColor(Color.Black),
            strokeLineWidth = 2f,
            strokeLineCap = StrokeCap.Round,
            strokeLineJoin = StrokeJoin.Round,
        ).build()
}
