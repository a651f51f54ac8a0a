package vn.trien.samples

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import vn.trien.present.Fact
import vn.trien.present.Failure
import vn.trien.present.Remedy
import vn.trien.present.StartState
import vn.trien.present.words
import vn.trien.ui.Camera

private fun refused(what: String, detail: String, remedy: Remedy = Remedy.TRY_AGAIN) = StartState.Refused(
    Failure(words("app-failure-$what"), remedy, detail),
    listOf(
        Fact(words("app-fact-app"), "Trien Android 0.1.0"),
        Fact(words("app-fact-model"), "Samsung SM-A546E"),
        Fact(words("app-fact-at"), "08:41 22/11/2026"),
        Fact(words("app-fact-failure"), "$what – $detail"),
    ),
)

val START: List<Pair<String, StartState>> = listOf(
    "opening" to StartState.Opening,
    "key-lost" to refused("key-lost", "the key of phone is lost", Remedy.ENROLL_AGAIN),
    "damaged" to refused("files", "state.sealed is damaged: the seal does not hold"),
    "other-release" to refused("other-release", "phone was made by another release"),
    "disk-full" to refused("disk-full", "state.sealed was not written"),
    "secrets" to refused("secrets", "keystore daemon died"),
    "defect" to refused("defect", "java.lang.UnsatisfiedLinkError: no libtrien_ffi.so for armeabi-v7a"),
)

val SCAN: List<Pair<String, Camera>> = listOf(
    "asked" to Camera.ASKED, "looking" to Camera.LOOKING, "refused" to Camera.REFUSED, "missing" to Camera.MISSING,
)

/** What the camera would show. */
@Composable
fun CameraPicture() = Box(Modifier.fillMaxSize().background(Color.DarkGray))
