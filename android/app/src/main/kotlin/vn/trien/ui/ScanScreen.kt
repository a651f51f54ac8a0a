package vn.trien.ui

import androidx.compose.runtime.Composable

/** Whether the camera can look. */
enum class Camera {
    /** The person is being asked. */
    ASKED,
    LOOKING,
    REFUSED,

    /** There is none, or it does not open. */
    MISSING,
}

/** Looks for one QR code; where no camera looks, why, and the way back to the link that can be pasted. */
@Composable
fun ScanScreen(camera: Camera, onBack: () -> Unit, onSettings: () -> Unit, picture: @Composable () -> Unit) = Frame(
    title = text(if (camera == Camera.LOOKING) "app-scan-point" else "app-enroll-scan"),
    onBack = onBack,
) {
    when (camera) {
        Camera.ASKED -> Unit
        Camera.LOOKING -> picture()
        Camera.REFUSED -> NoPicture(text("app-scan-refused"), onBack) { WideOther(text("app-open-app-settings"), onClick = onSettings) }
        Camera.MISSING -> NoPicture(text("app-scan-no-camera"), onBack) {}
    }
}

@Composable
private fun NoPicture(why: String, onBack: () -> Unit, more: @Composable () -> Unit) = Scrolling {
    Note(Tone.CAREFUL) {
        Body(why)
        more()
    }
    Wide(text("app-go-back"), onClick = onBack)
}
