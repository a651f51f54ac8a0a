package vn.trien.ui

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.layout.onSizeChanged
import androidx.compose.ui.unit.dp
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import vn.trien.present.ChangedRow
import vn.trien.present.ChangesEvent
import vn.trien.present.ChangesState
import vn.trien.present.Mark
import vn.trien.present.Remedy
import vn.trien.present.Sight
import vn.trien.present.Strip
import vn.trien.present.of

/** What was changed after a signature: which page, what, and how it looked when it was signed. */
@Composable
fun ChangesScreen(state: ChangesState, on: (ChangesEvent) -> Unit) = Frame(text("app-changes-title"), { on(ChangesEvent.Back) }) {
    Scrolling {
        when (state) {
            ChangesState.Looking -> Working(text("app-changes-looking"))
            is ChangesState.Failed -> FailureCard(state.failure) { on(if (it == Remedy.TRY_AGAIN) ChangesEvent.Again else ChangesEvent.Back) }
            is ChangesState.Listed -> Listed(state, on)
        }
    }
}

@Composable
private fun Listed(state: ChangesState.Listed, on: (ChangesEvent) -> Unit) {
    if (state.rows.isEmpty()) return Note(Tone.PLAIN) { Body(text("app-changes-none")) }
    Body(text("app-changes-what"))
    state.rows.forEachIndexed { number, row ->
        Change(row, chosen = state.sight.of == number) { on(ChangesEvent.Look(number)) }
        if (state.sight.of == number) Pictures(state.sight) { on(ChangesEvent.Look(number)) }
    }
}

@Composable
private fun Change(row: ChangedRow, chosen: Boolean, look: () -> Unit) = Note(Tone.CAREFUL) {
    val page = row.page
    Heading(if (page == null) text("app-changes-whole") else text("app-changes-page", "page" to page + 1))
    row.kinds.forEach { Body(text(it)) }
    if (row.signer.isNotEmpty()) Small(text("app-changes-after", "name" to row.signer))
    if (page != null) Choice(text("app-changes-compare"), chosen, look)
}

@Composable
private fun Pictures(sight: Sight, again: () -> Unit) = when (sight) {
    Sight.None -> Unit
    is Sight.Drawing -> Working(text("app-changes-drawing"))
    is Sight.Failed -> FailureCard(sight.failure) { again() }
    is Sight.Drawn -> BoxWithConstraints(Modifier.fillMaxWidth()) {
        // Beside each other where there is room for two pages that can be read.
        if (maxWidth > 560.dp) {
            Row(horizontalArrangement = Arrangement.spacedBy(12.dp)) { Both(sight, Modifier.weight(1f)) }
        } else {
            Column(verticalArrangement = Arrangement.spacedBy(12.dp)) { Both(sight, Modifier.fillMaxWidth()) }
        }
    }
}

@Composable
private fun Both(sight: Sight.Drawn, modifier: Modifier) {
    Picture(text("app-changes-before"), sight.before, text("app-changes-not-there"), sight.marks, modifier)
    Picture(text("app-changes-now"), sight.after, text("app-changes-gone"), sight.marks, modifier)
}

@Composable
private fun Picture(title: String, png: ByteArray?, absent: String, marks: List<Mark>, modifier: Modifier) = Column(modifier) {
    Heading(title)
    val bitmap = remember(png) { png?.let { BitmapFactory.decodeByteArray(it, 0, it.size)?.asImageBitmap() } }
    if (bitmap == null) return@Column Note(Tone.PLAIN) { Body(absent) }
    var height by remember { mutableStateOf(0) }
    Image(
        bitmap, contentDescription = title,
        Modifier.fillMaxWidth().aspectRatio(bitmap.width.toFloat() / bitmap.height).onSizeChanged { height = it.height }
            .frames(height, Strip(0, 0, 0, height), marks),
        contentScale = ContentScale.FillBounds,
    )
}
