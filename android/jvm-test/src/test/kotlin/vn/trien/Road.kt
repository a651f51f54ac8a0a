package vn.trien

import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeout

/** What happens to one request on its way. */
enum class Mishap {
    /** The server never gets it: it stands still until one side is gone. */
    HELD_UP,

    /** The server gets half of it. */
    BROKEN_OFF,

    /** The server has done it, and its answer gets lost. */
    ANSWER_LOST,

    /** The server has done it, and its answer stands still until one side is gone. */
    ANSWER_HELD_UP,

    /** One byte of what the server sent is another one. */
    ANSWER_DAMAGED,
}

/** The network between phones and a server: a port of its own, through which bytes go both ways, or do not. */
class Road(private val server: Int) : AutoCloseable {
    private val gate = AtomicReference(open(0))
    private val ends = ConcurrentHashMap.newKeySet<Socket>()
    private val armed = AtomicReference<Armed?>()

    /** Where phones come in. */
    val port: Int = gate.get()!!.localPort

    /** The first lines of all requests that came in, in order. Of TLS nothing is seen. */
    val requests: List<String> get() = seen.toList()
    private val seen = CopyOnWriteArrayList<String>()

    init {
        accept(gate.get()!!)
    }

    /** What happens to the next request whose first line matches; once. */
    fun next(request: Regex, mishap: Mishap): Happening {
        val happening = Happening()
        armed.set(Armed(request, mishap, happening))
        return happening
    }

    /** Does something while no phone reaches the server; what was under way is cut. */
    inline fun <T> whileClosed(what: () -> T): T {
        shut()
        try {
            return what()
        } finally {
            reopen()
        }
    }

    @PublishedApi
    internal fun shut() {
        gate.getAndSet(null)?.close()
        ends.forEach(::cut)
    }

    @PublishedApi
    internal fun reopen() {
        gate.set(open(port).also(::accept))
    }

    override fun close() = shut()

    private fun accept(gate: ServerSocket) = thread(isDaemon = true) {
        quietly {
            while (true) {
                val phone = gate.accept()
                quietly { Trip(phone, Socket(InetAddress.getLoopbackAddress(), server)) } ?: cut(phone)
            }
        }
    }

    private inner class Trip(private val phone: Socket, private val server: Socket) {
        @Volatile
        private var met: Armed? = null

        init {
            ends += setOf(phone, server)
            thread(isDaemon = true) { quietly { there() }; end() }
            thread(isDaemon = true) { quietly { back() }; end() }
        }

        private fun there() = each(phone) { bytes, count ->
            firstLine(bytes, count)?.let { line ->
                seen += line
                met = take(line)
            }
            when (met?.mishap) {
                Mishap.HELD_UP -> met?.happening?.happened()
                Mishap.BROKEN_OFF -> {
                    server.getOutputStream().write(bytes, 0, count / 2)
                    met?.happening?.happened()
                    end()
                }
                else -> server.getOutputStream().write(bytes, 0, count)
            }
        }

        private fun back() = each(server) { bytes, count ->
            when (met?.mishap) {
                Mishap.ANSWER_LOST -> {
                    met?.happening?.happened()
                    end()
                }
                Mishap.ANSWER_HELD_UP -> met?.happening?.happened()
                Mishap.ANSWER_DAMAGED -> {
                    if (count > headOf(bytes, count)) {
                        bytes[count - 1] = (bytes[count - 1] + 1).toByte()
                        met?.happening?.happened()
                    }
                    phone.getOutputStream().write(bytes, 0, count)
                }
                else -> phone.getOutputStream().write(bytes, 0, count)
            }
        }

        private fun end() {
            cut(phone)
            cut(server)
        }
    }

    private fun take(line: String): Armed? = armed.get()?.takeIf { it.request.containsMatchIn(line) && armed.compareAndSet(it, null) }

    private fun cut(end: Socket) {
        ends -= end
        // Not a polite end, but one as by a network that is gone.
        quietly { end.setSoLinger(true, 0) }
        quietly { end.close() }
    }

    /** Whether a mishap came to pass: without it a story would tell nothing. */
    class Happening {
        private val done = CompletableDeferred<Unit>()

        internal fun happened() {
            done.complete(Unit)
        }

        suspend fun await() = withTimeout(30_000) { done.await() }
    }

    private class Armed(val request: Regex, val mishap: Mishap, val happening: Happening)

    private companion object {
        val FIRST_LINE = Regex("^(GET|PUT|POST|DELETE) \\S+ HTTP/1\\.1\r\n")

        fun open(port: Int) = ServerSocket().apply {
            reuseAddress = true
            bind(InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        }

        inline fun each(from: Socket, what: (ByteArray, Int) -> Unit) {
            val bytes = ByteArray(64 * 1024)
            while (true) {
                val count = from.getInputStream().read(bytes)
                if (count < 0) return
                what(bytes, count)
            }
        }

        // Heads of requests are small, and a phone waits for the answer before it sends the next one.
        fun firstLine(bytes: ByteArray, count: Int): String? =
            FIRST_LINE.find(String(bytes, 0, minOf(count, 500), Charsets.ISO_8859_1))?.value?.trim()

        /** How many of the bytes are an answer's head, which comes whole. */
        fun headOf(bytes: ByteArray, count: Int): Int {
            val text = String(bytes, 0, count, Charsets.ISO_8859_1)
            return if (text.startsWith("HTTP/1.1 ")) text.indexOf("\r\n\r\n") + 4 else 0
        }

        inline fun <T> quietly(what: () -> T): T? = try {
            what()
        } catch (_: IOException) {
            null
        }
    }
}
