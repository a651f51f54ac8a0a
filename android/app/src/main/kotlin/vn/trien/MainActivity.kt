package vn.trien

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.OpenableColumns
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.lifecycleScope
import java.time.Instant
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import vn.trien.device.ScanActivity
import vn.trien.device.protect
import vn.trien.device.said
import vn.trien.device.stream
import vn.trien.present.App
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.Picked
import vn.trien.present.Place
import vn.trien.present.SettingsPresenter
import vn.trien.present.StartEvent
import vn.trien.present.StartPresenter
import vn.trien.ui.AppScreen
import vn.trien.ui.Outside
import vn.trien.ui.StartScreen
import vn.trien.ui.TrienTheme

/** The one window. Everything it shows is the presenters' to say. */
class MainActivity : ComponentActivity() {
    private val trien get() = application as TrienApp
    private var screens by mutableStateOf<App?>(null)
    private val opened = CompletableDeferred<App>()
    private val start by lazy { StartPresenter(trien.device, Instant::now, lifecycleScope, ::open) { trien.phoneAnew() } }

    private val chooseFile = registerForActivityResult(ActivityResultContracts.OpenDocument()) { it?.let(::verify) }
    private val askPermission = registerForActivityResult(ActivityResultContracts.RequestPermission()) { trien.device.answered() }
    private val scan = registerForActivityResult(ActivityResultContracts.StartActivityForResult()) { result ->
        val text = result.data?.getStringExtra(ScanActivity.TEXT)
        val front = screens?.scenes?.value?.last()?.presenter as? EnrollmentPresenter
        if (text != null) front?.on(EnrollmentEvent.Scanned(text))
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        protect()
        setContent { Window() }
        start.on(StartEvent.Open)
        if (savedInstanceState == null) take(intent)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        take(intent)
    }

    override fun onResume() {
        super.onResume()
        trien.person.isBefore(this)
        trien.device.askPermission = askPermission::launch
        screens?.returned()
    }

    override fun onPause() {
        super.onPause()
        screens?.left()
        trien.device.askPermission = null
        trien.person.isGone(this)
    }

    @Composable
    private fun Window() {
        val app = screens
        TrienTheme(textsOf(app)) {
            when {
                app != null -> {
                    val scenes by app.scenes.collectAsState()
                    BackHandler(enabled = scenes.size > 1) { app.stepBack() }
                    AppScreen(app, Outside({ chooseFile.launch(arrayOf("application/pdf")) }, { scan.launch(Intent(this, ScanActivity::class.java)) }))
                }
                else -> {
                    val state by start.state.collectAsState()
                    StartScreen(state, start::on)
                }
            }
        }
    }

    // In the settings the language changes under the person's finger.
    @Composable
    private fun textsOf(app: App?): vn.trien.present.Texts {
        val scenes = app?.scenes?.collectAsState()?.value.orEmpty()
        val settings = scenes.firstNotNullOfOrNull { it.presenter as? SettingsPresenter }
        val language = settings?.state?.collectAsState()?.value?.language ?: trien.device.language()
        return vn.trien.present.Texts(language)
    }

    private suspend fun open() {
        screens = trien.screens().also { opened.complete(it) }
        if (lifecycle.currentState.isAtLeast(Lifecycle.State.RESUMED)) screens?.returned()
    }

    /** A link or a file that another app handed over. */
    private fun take(intent: Intent) {
        val data = intent.data
        when {
            intent.action == Intent.ACTION_SEND -> intent.stream()?.let(::verify)
            intent.action != Intent.ACTION_VIEW || data == null -> Unit
            data.scheme == "https" || data.scheme == "trien" -> intent.said(CARRIED).let { carried -> whenOpen { it.link(data.toString(), carried) } }
            else -> verify(data)
        }
    }

    // Another app's provider may do anything, and a path would make us read our own files for it.
    private fun verify(uri: Uri) {
        if (uri.scheme != "content") return
        lifecycleScope.launch {
            val file = withTimeoutOrNull(PATIENCE_MS) { withContext(foreign) { runInterruptible { read(uri) } } }
            opened.await().go(if (file == null) Place.NotRead else Place.Verify(file))
        }
    }

    private fun read(uri: Uri): Picked? = try {
        val bytes = contentResolver.openInputStream(uri)?.use { it.readNBytes(MOST_BYTES) }
        bytes?.let { Picked(nameOf(uri), it) }
    } catch (_: java.io.IOException) {
        null
    } catch (_: RuntimeException) {
        null
    }

    private fun nameOf(uri: Uri): String =
        contentResolver.query(uri, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { row ->
            if (row.moveToFirst()) row.getString(0) else null
        } ?: "PDF"

    private fun whenOpen(what: (App) -> Unit) {
        lifecycleScope.launch { what(opened.await()) }
    }

    private companion object {
        /** An `intent:` link has no fragment of its own: the link itself comes in this extra. */
        const val CARRIED = "link"

        /** More than the core takes, so that it can say that a file is too large. */
        const val MOST_BYTES = 64 shl 20

        /** How long another app may take to hand a file over. */
        const val PATIENCE_MS = 30_000L

        /** One at a time, beside the threads on which keys are used. */
        val foreign = Dispatchers.IO.limitedParallelism(1)
    }
}
