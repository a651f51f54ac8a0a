package vn.trien.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import vn.trien.present.Component
import vn.trien.present.LicencesEvent
import vn.trien.present.LicencesState

/** Whose work is in the app: a list, and the words of the licence that is opened. */
@Composable
fun LicencesScreen(state: LicencesState, on: (LicencesEvent) -> Unit) {
    // The list is where it was when a licence has been read.
    val list = rememberLazyListState()
    val open = state.open
    Frame(open?.name ?: text("app-licences"), { on(LicencesEvent.Back) }, under = open?.licence, underLines = 2) {
        if (open == null) {
            Rows(list) { items(state.components, key = { it.name }) { Part(it) { on(LicencesEvent.Open(it.name)) } } }
        } else {
            // A licence has up to forty thousand letters, too many for one text.
            val paragraphs = remember(open) { open.text.split("\n\n") }
            Rows(rememberLazyListState()) { items(paragraphs) { Text(it, Modifier.padding(horizontal = 16.dp, vertical = 6.dp), style = MaterialTheme.typography.bodyMedium) } }
        }
    }
}

@Composable
private fun Rows(list: LazyListState, content: LazyListScope.() -> Unit) = Box(Modifier.fillMaxSize(), contentAlignment = Alignment.TopCenter) {
    LazyColumn(Modifier.widthIn(max = 640.dp).fillMaxSize(), list, contentPadding = PaddingValues(bottom = 16.dp), content = content)
}

@Composable
private fun Part(component: Component, onClick: () -> Unit) = Column(Modifier.clickable(onClick = onClick)) {
    Column(
        Modifier.fillMaxWidth().heightIn(min = FINGER).padding(horizontal = 16.dp, vertical = 8.dp),
        verticalArrangement = Arrangement.spacedBy(2.dp, Alignment.CenterVertically),
    ) {
        Body(component.name)
        Text(component.licence, style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
    }
    HorizontalDivider()
}
