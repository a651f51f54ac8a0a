package vn.trien.story

import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import vn.trien.present.DocumentContent
import vn.trien.present.InboxPresenter
import vn.trien.present.SheetContent

/** Others work meanwhile. */
class MeanwhileTest : Telling() {
    @Story("listening")
    fun `a phone that is looked at shows a new paper without being asked`() = runBlocking<Unit> {
        val handset = enrolled("Nguyễn Trung Trực")
        handset.app.returned()
        submitted("Nguyễn Trung Trực", "Tới khi đang xem")
        handset.at<InboxPresenter>().until { it.waiting == 1 }
        assertEquals(1, handset.device.waits?.count)

        office.road.whileClosed { submitted("Nguyễn Trung Trực", "Tới khi mất mạng") }
        handset.at<InboxPresenter>().until { it.waiting == 2 }
        assertEquals(2, handset.device.waits?.count)

        handset.app.left()
        val asked = office.road.requests.size
        submitted("Nguyễn Trung Trực", "Tới khi không ai xem")
        delay(UNSEEN_MS)
        assertEquals(asked, office.road.requests.size)
        handset.app.returned()
        handset.at<InboxPresenter>().until { it.waiting == 3 }
    }

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

    private companion object {
        /** Long enough for a phone that listens to have heard. */
        const val UNSEEN_MS = 3_000L
    }
}
