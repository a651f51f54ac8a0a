package vn.trien.samples

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import vn.trien.core.PhoneException
import vn.trien.core.StorageException
import vn.trien.present.Failure
import vn.trien.present.failureOf
import vn.trien.ui.Camera

private fun refused(why: StorageException): Failure = failureOf(PhoneException.Storage(why))

val START: List<Pair<String, Failure?>> = listOf(
    "opening" to null,
    "key-lost" to refused(StorageException.KeyLost("phone")),
    "damaged" to refused(StorageException.Damaged("state.sealed", "the seal does not hold")),
    "other-release" to refused(StorageException.OtherFormat("state.sealed")),
    "disk-full" to refused(StorageException.Full("state.sealed")),
)

val SCAN: List<Pair<String, Camera>> = listOf(
    "asked" to Camera.ASKED, "looking" to Camera.LOOKING, "refused" to Camera.REFUSED, "missing" to Camera.MISSING,
)

/** What the camera would show. */
@Composable
fun CameraPicture() = Box(Modifier.fillMaxSize().background(Color.DarkGray))
