package vn.trien.device

import android.content.Intent
import android.net.Uri
import android.os.Parcelable

// Whoever may send us an intent may put anything into it, also objects of classes that we do not have (BadParcelableException).

/** The text that another app put beside its intent; none where there is something else, or what cannot be read. */
internal fun Intent.said(name: String): String? = try {
    getStringExtra(name)
} catch (_: RuntimeException) {
    null
}

/** The address of the file that another app shares. */
@Suppress("DEPRECATION")
internal fun Intent.stream(): Uri? = try {
    getParcelableExtra<Parcelable>(Intent.EXTRA_STREAM) as? Uri
} catch (_: RuntimeException) {
    null
}
