package vn.trien.present

import java.net.URI
import java.net.URISyntaxException

/** Where a link from outside leads. None of them decides anything. */
sealed interface Link {
    /** An invitation or a slip, as the core reads it. */
    data class Invitation(val text: String) : Link

    /** A request of the office at `server`. */
    data class Request(val server: String, val request: String) : Link
}

/**
 * Reads a link. `trien:` is `https:` for those who want this app and no browser; in an `intent:` link the fragment is taken, so that the
 * link itself comes beside it, in `carried`.
 */
fun linkOf(data: String, carried: String? = null): Link? {
    val text = (carried ?: data).let { if (it.startsWith(OWN_SCHEME)) "https://" + it.removePrefix(OWN_SCHEME) else it }
    if (text.length > LONGEST_LINK) return null
    val uri = try {
        URI(text)
    } catch (_: URISyntaxException) {
        return null
    }
    val authority = uri.rawAuthority
    if (uri.scheme != "https" || authority.isNullOrEmpty() || '@' in authority) return null
    val request = uri.path?.let { REQUEST.matchEntire(it) }?.groupValues?.get(1)
    return when {
        uri.path == "/e" -> Link.Invitation(text)
        request != null -> Link.Request("https://$authority", request)
        else -> null
    }
}

private const val OWN_SCHEME = "trien://"
private const val LONGEST_LINK = 4096

/** As the console names a request, and the API. */
private val REQUEST = Regex("(?:/console|/api/v1)?/requests/([0-9a-fA-F-]{36})")
