package vn.trien.present

/**
 * How far one prompt reaches for a key with a session: so many seconds and so many signatures, as the office allows. The hardware knows the
 * seconds alone, and opens the key for a finger that unlocked the phone as well: here each session begins with a prompt of this app.
 */
class PromptSession(private val seconds: Int, private val signatures: Int, private val milliseconds: () -> Long) {
    private var end = Long.MIN_VALUE
    private var left = 0

    /** Takes one signature of the session that is open; gives whether there was one, and asks nobody. */
    @Synchronized
    fun take(): Boolean {
        if (left == 0 || milliseconds() >= end) return false
        left--
        return true
    }

    /** The person has confirmed, for one signature now and what is left of the session. */
    @Synchronized
    fun begin() {
        end = milliseconds() + seconds * 1_000L
        left = signatures - 1
    }
}
