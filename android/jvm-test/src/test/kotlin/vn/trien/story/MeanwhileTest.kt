package vn.trien.story

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import vn.trien.present.DocumentContent
import vn.trien.present.SheetContent

/** Others work on the same documents. */
class MeanwhileTest : Telling() {
    @Story("stale-revision")
    fun `a document that somebody signed meanwhile is refused as it was and signed as it is`() = runBlocking<Unit> {
        val (one, other) = listOf("Lê Lai", "Nguyễn Chích").map { enrolled(it) }
        val request = submitted("Lê Lai", "Thông báo chung", office, "--signer", "Nguyễn Chích")
        one.home()
        other.home()
        assertIs<DocumentContent.Open>(one.open(request))
        assertIs<SheetContent.Ready>(one.sheet())
        assertIs<SheetContent.Signed>(other.sign(request))

        val refused = assertIs<SheetContent.Refused>(one.confirm())
        said(refused.why)
        said(refused.what)
        recordedOnce(request)

        assertEquals(1, one.home().waiting)
        val open = assertIs<DocumentContent.Open>(one.open(request))
        assertEquals(1, open.meanwhile)
        assertEquals("Nguyễn Chích", open.signatures.single().name)
        assertIs<SheetContent.Ready>(one.sheet())
        assertIs<SheetContent.Signed>(one.confirm())
        recordedOnce(request, times = 2)
        assertEquals(0, one.home().unsent)
    }
}
