package vn.trien

import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/**
 * A real server in a temporary folder, and the officer who looks after it: everything goes through the command line.
 */
class Office(private val trien: Path) : AutoCloseable {
    val folder: Path = Files.createTempDirectory("trien-office")
    private val origin = "http://127.0.0.1:${freePort()}"
    private val unit: String
    private val apiKey: String
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

    /** Adds a person and gives the link by which they enroll a phone. */
    fun invite(name: String, position: String): String {
        val person = run("person", "add", "--unit", unit, "--name", name, "--position", position).split(BLANKS)[0]
        return run("invite", person).trim()
    }

    /** Approves the device that waits, with the digits that its person reads out. */
    fun approve(code: String) {
        val waiting = run("device", "list").lineSequence().single { "pending" in it }
        run("device", "approve", waiting.split(BLANKS)[0], "--code", code)
    }

    /** Stops the person's device at once, for a while. */
    fun suspend(device: String) {
        run("device", "suspend", device)
    }

    /** Queues a document and gives the request's id. */
    fun submit(document: Path, signer: String, subject: String, vararg more: String): String =
        run("submit", document.toString(), "--signer", signer, "--subject", subject, *more).trim()

    /** The document as it is now, with its signatures. */
    fun download(request: String): Path = folder.resolve("$request.pdf").also {
        run("request", "download", request, "--output", it.toString())
    }

    /** What `trien request show` says. */
    fun show(request: String): String = run("request", "show", request)

    override fun close() {
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

    private fun run(vararg words: String): String {
        val process = start(*words, output = ProcessBuilder.Redirect.PIPE)
        val output = process.inputStream.readAllBytes().decodeToString()
        check(process.waitFor() == 0) { "trien ${words.joinToString(" ")} failed: $output" }
        return output
    }

    private fun start(vararg words: String, output: ProcessBuilder.Redirect = log()): Process {
        val builder = ProcessBuilder(trien.toString(), *words)
        val environment = builder.environment()
        environment.keys.removeAll { it.startsWith("TRIEN_") || it == "DATABASE_URL" }
        environment["TRIEN_DATA"] = folder.resolve("data").toString()
        environment["TRIEN_ORIGIN"] = origin
        environment["TRIEN_LISTEN"] = origin.removePrefix("http://")
        environment["TRIEN_SERVER"] = origin
        if ("submit" in words || "request" in words) environment["TRIEN_API_KEY"] = apiKey
        return builder.directory(folder.toFile()).redirectOutput(output).redirectError(log()).start()
    }

    private fun log() = ProcessBuilder.Redirect.appendTo(folder.resolve("trien.log").toFile())

    private fun waitUntilReady() {
        val client = HttpClient.newHttpClient()
        val question = HttpRequest.newBuilder(URI.create("$origin/readyz")).build()
        repeat(300) {
            check(server.isAlive) { Files.readString(folder.resolve("trien.log")) }
            val answer = runCatching { client.send(question, HttpResponse.BodyHandlers.discarding()) }
            if (answer.getOrNull()?.statusCode() == 200) return
            Thread.sleep(100)
        }
        error("the server does not become ready: ${Files.readString(folder.resolve("trien.log"))}")
    }

    private companion object {
        val BLANKS = Regex("\\s+")

        fun freePort(): Int = ServerSocket(0).use { it.localPort }
    }
}
