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
import vn.trien.ui.Body
import vn.trien.ui.Frame
import vn.trien.ui.Note
import vn.trien.ui.Scrolling
import vn.trien.ui.Tone
import vn.trien.ui.TrienTheme
import vn.trien.ui.Wide
import vn.trien.ui.text

/** Looks for one QR code and gives its text back. */
class ScanActivity : ComponentActivity() {
    private var may by mutableStateOf<Boolean?>(null)

    private val ask = registerForActivityResult(ActivityResultContracts.RequestPermission()) { may = it }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        protect()
        if (isAllowed()) may = true else ask.launch(Manifest.permission.CAMERA)
        setContent {
            TrienTheme((application as TrienApp).texts()) {
                Frame(text("app-scan-point"), ::finish) {
                    when (may) {
                        null -> Unit
                        true -> AndroidView({ CameraView(it, ::found) { may = false } }, Modifier.fillMaxSize())
                        false -> Scrolling {
                            Note(Tone.CAREFUL) {
                                Body(text("app-scan-no-camera"))
                                Wide(text("app-open-app-settings")) { openAppSettings() }
                            }
                        }
                    }
                }
            }
        }
    }

    // The person may be back from the settings.
    override fun onResume() {
        super.onResume()
        if (may == false && isAllowed()) may = true
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
