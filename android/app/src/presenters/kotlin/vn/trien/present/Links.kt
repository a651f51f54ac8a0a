package vn.trien.present

import java.net.URI
import java.net.URISyntaxException
import vn.trien.core.PhoneInterface

/** Where a link from outside leads. None of them decides anything. */
sealed interface Link {
    /** An invitation or a slip, as the core reads it. */
    data class Invitation(val text: String) : Link

    /** A request of the office at `server`. */
    data class Request(val server: String, val request: String) : Link

    /** What waits at the office at `server`. */
    data class Inbox(val server: String) : Link
}

/** All that a notice may tell of what waits: how many, and where it leads. It has no title and no name. */
data class Waits(val count: Int, val link: String?)

/** What waits as of the last sync. The notice leads to the list, or to the one request that there is. */
fun waitsOn(phone: PhoneInterface): Waits {
    val waiting = phone.inbox().filter { it.decision == null }
    val one = waiting.singleOrNull()?.let { "/${it.request}" }.orEmpty()
    return Waits(waiting.size, phone.server()?.let { "$OWN_SCHEME${shortServer(it)}/requests$one" })
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
        uri.path == "/requests" -> Link.Inbox("https://$authority")
        else -> null
    }
}

private const val OWN_SCHEME = "trien://"
private const val LONGEST_LINK = 4096

/** As mails name a request, the console, and the API. */
private val REQUEST = Regex("/(?:r|(?:console/|api/v1/)?requests)/([0-9a-fA-F-]{36})")
