package vn.trien.present

import vn.trien.core.PhoneInterface

/** What the screens share while the app runs: which documents the person has had before them, and what they began to write. */
class Session(private val phone: PhoneInterface) {
    private val read = mutableSetOf<String>()
    private val begun = mutableMapOf<Pair<String, Refusal>, Begun>()

    @Synchronized
    fun opened(request: String) {
        read += request
    }

    /** What the person had before them is not what waits now. */
    @Synchronized
    fun changed(request: String) {
        read -= request
    }

    @Synchronized
    fun reading(request: String): Reading = if (request in read) Reading.READ else Reading.UNREAD

    /** Why not, as far as the person has come with it. */
    @Synchronized
    fun begun(request: String, verb: Refusal): Begun = begun[request to verb] ?: Begun()

    @Synchronized
    fun begin(request: String, verb: Refusal, what: Begun) {
        begun[request to verb] = what
    }

    @Synchronized
    fun decided(request: String) {
        begun.keys.removeAll { it.first == request }
    }

    /** What waits next, other than this one. */
    fun after(request: String): String? =
        phone.inbox().firstOrNull { it.decision == null && it.request != request }?.request
}

/** A reason that is not sent yet. */
data class Begun(val chips: Set<Chip> = emptySet(), val text: String = "")

/** Where the person can be. */
sealed interface Place {
    data object Inbox : Place
    data class Document(val request: String) : Place
    data class Sign(val request: String, val look: Look = Look.LINES) : Place
    data class Refuse(val request: String, val verb: Refusal) : Place
    data class Several(val requests: List<String>) : Place
    data class Receipt(val decision: String) : Place
    data class NotMe(val request: String) : Place
    data class Verify(val file: Picked?) : Place

    /** A file that another app handed over and that could not be read. */
    data object NotRead : Place
    data class Changes(val what: Compared) : Place
    data class Attached(val request: String, val place: Int, val name: String) : Place
    data class Comments(val request: String, val page: Int, val pages: Int) : Place
    data object Delegations : Place
    data object Delegate : Place
    data object Practice : Place
    data class Enrollment(val link: String?) : Place
    data object Settings : Place
    data class Notifications(val first: First) : Place
    data object Devices : Place
    data object Licences : Place
    data object Diagnostics : Place

    /** The system's settings for fingers and faces. */
    data object Security : Place
    data object Back : Place
}

/** Whether something is being decided there: nothing from elsewhere may close it. */
fun isDeciding(place: Place): Boolean =
    place is Place.Sign || place is Place.Refuse || place is Place.NotMe || place is Place.Several || place is Place.Delegate

/** Both ways to say no. */
enum class Refusal { REJECT, RETURN }

/** A file that the person handed over. */
class Picked(val name: String, val bytes: ByteArray)
