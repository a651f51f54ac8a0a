package vn.trien

import java.io.ByteArrayInputStream
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger
import javax.imageio.ImageIO
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import vn.trien.core.Decided
import vn.trien.core.EnrollmentStatus
import vn.trien.core.KeySignerException
import vn.trien.core.PageView
import vn.trien.core.Phone
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind
import vn.trien.core.Region

/** One office, and a phone per test: the life of a device as the app will drive it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhoneTest {
    private val office = Office()

    @AfterAll
    fun close() = office.close()

    @Test
    fun `a leader enrolls, reads, approves and holds a receipt`() = runBlocking<Unit> {
        val prompts = mutableListOf<String>()
        val phone = enrolled("Trần Minh Khuê", Person { prompts += it })
        prompts.clear()
        val request = office.submit(SAMPLE, "Trần Minh Khuê", "Thí điểm ký số", "--stamp", "2:345.83,369.99,532.91,446.53", "--image", "$SIGNATURE")

        phone.sync()
        val item = phone.inbox().single()
        assertEquals(request, item.request)
        assertEquals("Thí điểm ký số", item.metadata.subject)

        val opened = phone.openRequest(request)
        assertEquals(Files.size(SAMPLE).toULong(), opened.documents.single().size)
        assertEquals(2, opened.pages.size)
        val plain = picture(phone.pagePng(request, 1u, 1080u, PageView.PLAIN))
        assertEquals(1080, plain.width)
        val part = picture(phone.regionPng(request, Region(1u, 1080u, 300u, 200u, 256u, 128u), PageView.PLAIN))
        assertFalse(differ(part, plain.getSubimage(300, 200, 256, 128)), "a region is that part of the page")

        val sheet = phone.sheet(request)
        val stamped = picture(phone.pagePng(request, 1u, 1080u, PageView.STAMPED))
        assertEquals(1u, sheet.signing?.stamp?.page)
        assertTrue(differ(plain, stamped), "the stamp shows before it is signed")

        val recorded = assertInstanceOf(Decided.Recorded::class.java, phone.approve(sheet.id))
        assertEquals(1, prompts.size, "one approval, one prompt")
        assertTrue(recorded.receipt.proof.startsWith("c2sp.org/tlog-proof@v1"))
        assertEquals(recorded.receipt.decision, phone.outbox().single().decision)

        val signed = Files.readAllBytes(office.download(request))
        val original = Files.readAllBytes(SAMPLE)
        assertTrue(signed.size > original.size && original.contentEquals(signed.copyOf(original.size)))
        phone.sync()
        assertTrue(phone.inbox().isEmpty())
    }

    @Test
    fun `a rejection needs a reason and ends the request`() = runBlocking<Unit> {
        val phone = enrolled("Lê Thu Hà")
        val request = office.submit(SAMPLE, "Lê Thu Hà", "Thiếu hồ sơ")
        phone.sync()
        phone.openRequest(request)

        refused<PhoneException.Reason> { phone.reject(request, "  ") }
        val reason = "Thiếu dự toán kinh phí"
        assertInstanceOf(Decided.Recorded::class.java, phone.reject(request, reason))
        assertTrue(reason in office.show(request))
        refused<PhoneException.AlreadyDecided> { phone.reject(request, reason) }
    }

    @Test
    fun `a prompt that the person dismisses decides nothing and can be asked again`() = runBlocking<Unit> {
        val prompts = AtomicInteger(-1)
        val phone = enrolled("Phạm Văn Sơn", Person { if (prompts.incrementAndGet() == 1) throw KeySignerException.Cancelled() })
        val request = office.submit(SAMPLE, "Phạm Văn Sơn", "Kế hoạch tuần")
        phone.sync()
        phone.openRequest(request)

        val error = refused<PhoneException.Signer> { phone.approve(phone.sheet(request).id) }
        assertInstanceOf(KeySignerException.Cancelled::class.java, error.source)
        assertTrue(phone.outbox().isEmpty())
        assertInstanceOf(Decided.Recorded::class.java, phone.approve(phone.sheet(request).id))
    }

    @Test
    fun `an exception that the app did not foresee becomes an error and not a crash`() = runBlocking<Unit> {
        val phone = enrolled("Đỗ Thị Mai", Person { if (it.isNotEmpty() && "Đăng ký" !in it) error("the driver is gone") })
        val request = office.submit(SAMPLE, "Đỗ Thị Mai", "Thông báo")
        phone.sync()
        phone.openRequest(request)

        val error = refused<PhoneException.Signer> { phone.approve(phone.sheet(request).id) }
        val cause = assertInstanceOf(KeySignerException.Unavailable::class.java, error.source)
        assertTrue("the driver is gone" in cause.detail)
    }

    @Test
    fun `what was signed while the server was away is sent later, as it was`() = runBlocking<Unit> {
        val phone = enrolled("Vũ Hoàng Nam")
        val request = office.submit(SAMPLE, "Vũ Hoàng Nam", "Giấy mời họp")
        phone.sync()
        phone.openRequest(request)

        val sheet = phone.sheet(request)
        office.whileClosed { assertInstanceOf(Decided.Waiting::class.java, phone.approve(sheet.id)) }
        val waiting = phone.outbox().single()
        val sent = phone.flush().single()
        assertInstanceOf(Decided.Recorded::class.java, sent.state)
        assertEquals(waiting.decision, sent.decision)
        assertEquals(sheet.signedAt, sent.signedAt)
    }

    @Test
    fun `a suspended device is told, with proof that its decision was refused`() = runBlocking<Unit> {
        val phone = enrolled("Bùi Ngọc Anh")
        val request = office.submit(SAMPLE, "Bùi Ngọc Anh", "Công văn")
        phone.sync()
        phone.openRequest(request)
        val sheet = phone.sheet(request)
        office.suspend(assertInstanceOf(PhoneState.Enrolled::class.java, phone.state()).profile.device)

        val answer = assertInstanceOf(Decided.Refused::class.java, phone.approve(sheet.id))
        assertEquals(ProblemKind.DEVICE_SUSPENDED, answer.why)
        val problem = refused<PhoneException.Problem> { phone.sync() }
        assertEquals(ProblemKind.DEVICE_SUSPENDED, problem.kind)
    }

    private suspend fun enrolled(name: String, person: Person = Person.Confirms): Phone {
        val secrets = JavaSecrets()
        val phone = started(Files.createTempDirectory(office.folder, "phone"), JavaKeys(person), secrets)
        val preview = phone.beginEnrollment(office.invite(name, "Chủ tịch"))
        assertEquals(name, preview.person.name)
        val code = phone.sendKeys()
        assertEquals(setOf("invitation", "data-key"), secrets.names)
        assertEquals(EnrollmentStatus.Pending, phone.enrollmentStatus())
        office.approve(code)
        assertInstanceOf(EnrollmentStatus.Active::class.java, phone.enrollmentStatus())
        assertEquals(setOf("data-key"), secrets.names)
        return phone
    }

    private fun picture(png: ByteArray) = ImageIO.read(ByteArrayInputStream(png))!!

    private fun differ(one: java.awt.image.BufferedImage, other: java.awt.image.BufferedImage): Boolean {
        assertFalse(one.width != other.width || one.height != other.height)
        return (0 until one.height).any { y -> (0 until one.width).any { x -> one.getRGB(x, y) != other.getRGB(x, y) } }
    }

    private companion object {
        val ASSETS: Path = Path.of("../../server/assets/sample")
        val SAMPLE: Path = ASSETS.resolve("quyet-dinh.pdf").toAbsolutePath().normalize()
        val SIGNATURE: Path = ASSETS.resolve("chu-ky.png").toAbsolutePath().normalize()
    }
}
