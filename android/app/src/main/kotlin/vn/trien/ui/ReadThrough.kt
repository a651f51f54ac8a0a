package vn.trien.ui

import androidx.compose.runtime.Stable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.LayoutCoordinates
import androidx.compose.ui.layout.boundsInRoot
import androidx.compose.ui.layout.onGloballyPositioned
import androidx.compose.ui.layout.positionInRoot

/** Whether something was in sight to its end. Once it was, it stays so. */
@Stable
class ReadThrough {
    var isDone by mutableStateOf(false)
        internal set
}

fun Modifier.readBy(reading: ReadThrough): Modifier = onGloballyPositioned { if (endIsInSight(it)) reading.isDone = true }

// What is scrolled out of sight is cut off from the bounds that show.
private fun endIsInSight(place: LayoutCoordinates): Boolean {
    val shown = place.boundsInRoot()
    return !shown.isEmpty && shown.bottom >= place.positionInRoot().y + place.size.height - 1
}
