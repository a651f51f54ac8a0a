package vn.trien.device

import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.net.Uri
import androidx.core.content.FileProvider
import java.io.File
import java.io.IOException
import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import vn.trien.MainActivity
import vn.trien.present.Handing
import vn.trien.present.Shared
import vn.trien.present.SharedFiles

/**
 * Hands files to the app that the person chooses. They lie in a private folder of the cache; the other app may read these and no
 * others. The next sharing and the next start of this app remove them, the job that syncs an hour later, and the end of this phone.
 */
class Sharing(private val context: Context) {
    private val laid = SharedFiles(File(context.cacheDir, "shared"), Instant::now)

    suspend fun hand(files: List<Shared>): Handing = try {
        val addresses = withContext(Dispatchers.IO) { laid.lay(files).map(::address) }
        context.startActivity(chooser(addresses))
        Handing.TAKEN
    } catch (_: IOException) {
        Handing.REFUSED
    } catch (_: ActivityNotFoundException) {
        Handing.REFUSED
    }

    /** Removes what was shared before. */
    suspend fun clear() = withContext(Dispatchers.IO) { laid.clear() }

    /** Removes what was shared an hour ago. */
    suspend fun clearOld() = withContext(Dispatchers.IO) { laid.clearOld() }

    private fun address(file: File): Uri = FileProvider.getUriForFile(context, "${context.packageName}.shared", file)

    private fun chooser(addresses: List<Uri>): Intent {
        val clip = ClipData.newRawUri(null, addresses.first())
        addresses.drop(1).forEach { clip.addItem(ClipData.Item(it)) }
        val send = Intent(Intent.ACTION_SEND_MULTIPLE).setType("*/*")
            .putExtra(Intent.EXTRA_MIME_TYPES, arrayOf("application/pdf", "text/plain"))
            .putParcelableArrayListExtra(Intent.EXTRA_STREAM, ArrayList(addresses))
            .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        send.clipData = clip
        return Intent.createChooser(send, null)
            .putExtra(Intent.EXTRA_EXCLUDE_COMPONENTS, arrayOf(ComponentName(context, MainActivity::class.java)))
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
    }
}
