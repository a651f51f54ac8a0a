package vn.trien.device

import android.Manifest
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.viewinterop.AndroidView
import vn.trien.TrienApp
import vn.trien.ui.Camera
import vn.trien.ui.ScanScreen
import vn.trien.ui.TrienTheme

/** Looks for one QR code and gives its text back. */
class ScanActivity : ComponentActivity() {
    private var camera by mutableStateOf(Camera.ASKED)

    private val ask = registerForActivityResult(ActivityResultContracts.RequestPermission()) { camera = if (it) Camera.LOOKING else Camera.REFUSED }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        protect()
        if (isAllowed()) camera = Camera.LOOKING else ask.launch(Manifest.permission.CAMERA)
        setContent {
            TrienTheme((application as TrienApp).texts()) {
                ScanScreen(camera, ::finish, ::openAppSettings) {
                    AndroidView({ CameraView(it, ::found) { camera = Camera.MISSING } }, Modifier.fillMaxSize())
                }
            }
        }
    }

    // The person may be back from the settings.
    override fun onResume() {
        super.onResume()
        if (camera == Camera.REFUSED && isAllowed()) camera = Camera.LOOKING
    }

    private fun isAllowed() = checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED

    private fun found(text: String) = runOnUiThread {
        setResult(RESULT_OK, Intent().putExtra(TEXT, text))
        finish()
    }

    companion object {
        const val TEXT = "vn.trien.scanned"
    }
}
