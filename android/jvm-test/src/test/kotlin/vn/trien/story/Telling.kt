package vn.trien.story

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.TestInstance
import vn.trien.Office
import vn.trien.Person
import vn.trien.present.readQr

/** What stories share: one office with a server for all of a class, and phones that end with each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Telling {
    protected val office: Office by lazy { Office() }
    private val open = mutableListOf<AutoCloseable>()

    @AfterEach
    fun endStory() = open.asReversed().forEach { it.close() }.also { open.clear() }

    @AfterAll
    fun endOffice() {
        office.checkLog()
        office.close()
    }

    /** Something that ends with the story. */
    protected fun <T : AutoCloseable> ending(what: T): T = what.also { open += it }

    /** A new phone that knows no office. */
    protected fun handset(of: Office = office, person: Person = Person.Confirms): Handset =
        ending(Handset(Files.createTempDirectory(of.folder, "handset"), person))

    /** A phone whose person may sign. */
    protected suspend fun enrolled(name: String, of: Office = office, person: Person = Person.Confirms): Handset =
        handset(of, person).also { it.enroll(of, of.invite(name)) }

    protected fun submitted(signer: String, subject: String, to: Office = office, vararg more: String): String =
        to.submit(SAMPLE, signer, subject, "--stamp", STAMP, *more)

    /** At the server: each decision stands once, and so does each signature in the document. */
    protected fun recordedOnce(request: String, at: Office = office, times: Int = 1) {
        assertEquals(times, at.decisions(request).size, at.show(request))
        assertEquals(times, signatures(at.download(request)))
    }

    protected fun recordedNothing(request: String, at: Office = office) {
        assertEquals(listOf<String>(), at.decisions(request))
        assertEquals(0, signatures(at.download(request)))
    }

    /** A QR code as a camera sees it, again and a little nearer where one look was not enough, read by the app's own reader. */
    protected fun scanned(text: String): String? = SIDES.firstNotNullOfOrNull { side ->
        val code = QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, side, side)
        val luma = ByteArray(side * side) { at -> if (code[at % side, at / side]) 0 else -1 }
        readQr(luma, side, side, side)
    }

    private fun signatures(document: Path): Int =
        Regex("/ByteRange").findAll(Files.readString(document, Charsets.ISO_8859_1)).count()

    companion object {
        private val SIDES = listOf(400, 440, 500)
        private val ASSETS: Path = Path.of("../../server/assets/sample")
        val SAMPLE: Path = ASSETS.resolve("quyet-dinh.pdf").toAbsolutePath().normalize()
        val OTHER: Path = Path.of("../../tests/vectors/pdfrev-1/table.pdf").toAbsolutePath().normalize()
        const val STAMP = "2:345.83,369.99,532.91,446.53"
        val DECISION = Regex("^PUT /api/v1/requests/\\S+/decision ")
        val DOCUMENT = Regex("^GET /api/v1/documents/")
    }
}
