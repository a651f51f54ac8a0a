package vn.trien

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit

/** How a server is spoken to. */
enum class Wire { PLAIN, TLS }

/**
 * A real server in a temporary folder behind a [road], and the officer who looks after it: everything goes through the command
 * line.
 *
 * @param clock how far the server's clock is from this machine's, as libfaketime writes it: `-3d`, `+25h`
 */
class Office(
    private val trien: Path = Path.of(System.getProperty("trien.binary")),
    private val settings: Map<String, String> = emptyMap(),
    private val wire: Wire = Wire.PLAIN,
    private var clock: String? = null,
) : AutoCloseable {
    val folder: Path = Files.createTempDirectory("trien-office")
    private val port = freePort()
    val road = Road(port)
    private val scheme = if (wire == Wire.TLS) "https" else "http"
    private var key = if (wire == Wire.TLS) newServerKey() else null
    private val unit: String
    private val apiKey: String
    private val people = ConcurrentHashMap<String, String>()
    private var server: Process

    init {
        val made = run("init", "--unit", "Ủy ban nhân dân xã Mây Ngàn", "--allow-software-keys")
        unit = made.lineSequence().first { it.startsWith("unit") }.split(BLANKS)[1]
        apiKey = run("api-key", "create", "--unit", unit, "--scope", "submit,read").trim()
        server = start("serve")
        Runtime.getRuntime().addShutdownHook(Thread { server.destroy() })
        waitUntilReady()
    }

    /** Does something while the server is away. */
    inline fun <T> whileClosed(what: () -> T): T {
        stop()
        try {
            return what()
        } finally {
            open()
        }
    }

    /** From now on the server's clock is so far from this machine's; not at all when there is none. */
    fun moveClock(by: String?) = whileClosed { clock = by }

    /** Does something while a server with another key has this one's address. */
    inline fun <T> withAnotherKey(what: () -> T): T {
        val own = changeKey(newServerKey())
        try {
            return what()
        } finally {
            changeKey(own)
        }
    }

    /** Adds a person and gives the link by which they enroll a phone. */
    fun invite(name: String, position: String = "Chủ tịch"): String {
        people[name] = run("person", "add", "--unit", unit, "--name", name, "--position", position).split(BLANKS)[0]
        return inviteAgain(name)
    }

    /** Gives a person whom the office knows the link for another phone. */
    fun inviteAgain(name: String): String = run("invite", people.getValue(name)).trim()

    /** Phones that are enrolled from now on ask once for so many seconds and signatures. */
    fun allowSessions(seconds: Int, signatures: Int) {
        run("unit", "prompt", unit, "--policy", "session", "--seconds", "$seconds", "--signatures", "$signatures", "--yes", "--why", "Ký nhiều văn bản")
    }

    /** Invites the person of a device anew, for other keys in its place. */
    fun replace(device: String): String = run("device", "replace", device).trim()

    /** Approves the device that waits, with the digits that its person reads out. */
    fun approve(code: String) {
        val waiting = run("device", "list").lineSequence().single { "pending" in it }
        run("device", "approve", waiting.split(BLANKS)[0], "--code", code)
    }

    /** Stops the person's device at once, for a while. */
    fun suspend(device: String) {
        run("device", "suspend", device)
    }

    /** Lets a suspended device act again. */
    fun resume(device: String) {
        run("device", "resume", device)
    }

    /** Queues a document and gives the request's id. */
    fun submit(document: Path, signer: String, subject: String, vararg more: String): String =
        run("submit", document.toString(), "--signer", signer, "--subject", subject, *more).trim()

    /** Tries to queue a document that the server refuses, and gives its reason. */
    fun refuses(document: Path, signer: String): String {
        val errors = folder.resolve("refused.txt")
        Files.deleteIfExists(errors)
        val process = start("submit", "$document", "--signer", signer, "--subject", "Không ký được", errors = ProcessBuilder.Redirect.to(errors.toFile()))
        check(process.waitFor() != 0) { "the server took $document" }
        return Files.readString(errors)
    }

    /** The document as it is now, with its signatures. */
    fun download(request: String): Path = folder.resolve("$request.pdf").also {
        Files.deleteIfExists(it)
        run("request", "download", request, "--output", it.toString())
    }

    /** What `trien request show` says. */
    fun show(request: String): String = run("request", "show", request)

    /** The decisions that the server has recorded on a request, one line each. */
    fun decisions(request: String): List<String> = show(request).lines().filter { it.startsWith("decision") }

    /** Reads the whole log anew; fails where anything in it does not fit. */
    fun checkLog() {
        run("audit", "verify")
    }

    override fun close() {
        road.close()
        stop()
        folder.toFile().deleteRecursively()
    }

    @PublishedApi
    internal fun open() {
        server = start("serve")
        waitUntilReady()
    }

    @PublishedApi
    internal fun stop() {
        server.destroy()
        check(server.waitFor(20, TimeUnit.SECONDS)) { "the server does not stop" }
    }

    @PublishedApi
    internal fun changeKey(to: Path): Path {
        val before = checkNotNull(key) { "this server speaks without TLS" }
        whileClosed { key = to }
        return before
    }

    /** A folder with a new key for TLS and its certificate. */
    @PublishedApi
    internal fun newServerKey(): Path {
        val folder = Files.createTempDirectory(folder, "key")
        val made = ProcessBuilder(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "7", "-subj", "/CN=trien",
            "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "${folder.resolve("key.pem")}", "-out", "${folder.resolve("cert.pem")}",
        ).redirectErrorStream(true).redirectOutput(log()).start()
        check(made.waitFor() == 0) { Files.readString(this.folder.resolve("trien.log")) }
        return folder
    }

    private fun run(vararg words: String): String {
        val process = start(*words, output = ProcessBuilder.Redirect.PIPE)
        val output = process.inputStream.readAllBytes().decodeToString()
        check(process.waitFor() == 0) { "trien ${words.joinToString(" ")} failed: $output${Files.readString(folder.resolve("trien.log"))}" }
        return output
    }

    private fun start(vararg words: String, output: ProcessBuilder.Redirect = log(), errors: ProcessBuilder.Redirect = log()): Process {
        val builder = ProcessBuilder(trien.toString(), *words)
        val environment = builder.environment()
        environment.keys.removeAll { it.startsWith("TRIEN_") || it == "DATABASE_URL" }
        environment["TRIEN_DATA"] = folder.resolve("data").toString()
        environment["TRIEN_ORIGIN"] = "$scheme://127.0.0.1:${road.port}"
        environment["TRIEN_LISTEN"] = "127.0.0.1:$port"
        // Documents are submitted from within the office, on no road of phones.
        environment["TRIEN_SERVER"] = "$scheme://127.0.0.1:$port"
        environment += settings
        key?.let {
            environment["TRIEN_TLS_CERT"] = it.resolve("cert.pem").toString()
            environment["TRIEN_TLS_KEY"] = it.resolve("key.pem").toString()
            environment["TRIEN_CA"] = it.resolve("cert.pem").toString()
        }
        if ("submit" in words || "request" in words) environment["TRIEN_API_KEY"] = apiKey
        clock?.let {
            environment["LD_PRELOAD"] = FAKE_TIME
            environment["FAKETIME"] = it
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        }
        return builder.directory(folder.toFile()).redirectOutput(output).redirectError(errors).start()
    }

    private fun log() = ProcessBuilder.Redirect.appendTo(folder.resolve("trien.log").toFile())

    private fun waitUntilReady() {
        repeat(300) {
            check(server.isAlive) { Files.readString(folder.resolve("trien.log")) }
            if (isReady()) return
            Thread.sleep(50)
        }
        error("the server does not become ready: ${Files.readString(folder.resolve("trien.log"))}")
    }

    // Of a server with a key of its own, that it listens is enough to know.
    private fun isReady(): Boolean = when (wire) {
        Wire.TLS -> runCatching { Socket(InetAddress.getLoopbackAddress(), port).close() }.isSuccess
        Wire.PLAIN -> {
            val question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:$port/readyz")).build()
            runCatching { CLIENT.send(question, HttpResponse.BodyHandlers.discarding()) }.getOrNull()?.statusCode() == 200
        }
    }

    private companion object {
        val BLANKS = Regex("\\s+")
        val CLIENT: HttpClient = HttpClient.newHttpClient()

        /** The library that moves a process's clock; the command tells where it is. */
        val FAKE_TIME: String by lazy {
            val asked = ProcessBuilder("faketime", "-f", "+0s", "printenv", "LD_PRELOAD").start()
            asked.inputStream.readAllBytes().decodeToString().trim().also { check(asked.waitFor() == 0 && it.isNotEmpty()) { "no libfaketime" } }
        }

        fun freePort(): Int = ServerSocket(0).use { it.localPort }
    }
}
