package vn.trien.story

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.Mishap
import vn.trien.Office
import vn.trien.Wire
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.InboxState
import vn.trien.present.Place
import vn.trien.present.Remedy
import vn.trien.present.SheetContent
import vn.trien.present.SyncStatus

/** What a network does: nothing signed is lost, and nothing is recorded twice. */
class NetworkTest : Telling() {
    @Story("answer-lost")
    fun `a decision whose answer was lost is sent again as it was, and stands once`() = runBlocking<Unit> {
        val handset = enrolled("Vũ Hoàng Nam")
        val request = submitted("Vũ Hoàng Nam", "Giấy mời họp")
        handset.home()
        val lost = office.road.next(DECISION, Mishap.ANSWER_LOST)
        assertIs<SheetContent.Kept>(handset.sign(request))
        lost.await()
        recordedOnce(request)

        assertEquals(1, puts(request))
        sent(handset.home())
        assertEquals(2, puts(request))
        recordedOnce(request)
        handset.app.go(Place.Document(request))
        assertIs<DocumentContent.Over>(handset.opened())
    }

    @Story("no-network")
    fun `what is signed without a network is kept, and sent when there is one again`() = runBlocking<Unit> {
        val handset = enrolled("Đỗ Thị Mai")
        val request = submitted("Đỗ Thị Mai", "Kế hoạch quý")
        // Other bytes: what the phone holds of a document it holds for all requests.
        val unread = office.submit(OTHER, "Đỗ Thị Mai", "Báo cáo quý", "--invisible")
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        office.road.whileClosed {
            assertIs<SheetContent.Ready>(handset.sheet())
            assertIs<SheetContent.Kept>(handset.confirm())
            val inbox = handset.home()
            val failure = assertIs<SyncStatus.Failed>(inbox.sync).failure
            assertTrue("kiểm tra mạng" in said(failure), said(failure))
            assertEquals(1, inbox.unsent)
            val unfetched = assertIs<DocumentContent.Failed>(handset.open(unread)).failure
            assertEquals(Remedy.TRY_AGAIN, unfetched.remedy)
        }
        handset.at<DocumentPresenter>().on(DocumentEvent.Mend(Remedy.TRY_AGAIN))
        assertIs<DocumentContent.Open>(handset.opened())
        recordedNothing(request)
        sent(handset.home())
        recordedOnce(request)
        assertEquals(1, puts(request))
    }

    @Story("cut-upload")
    fun `an upload that is cut in its middle is sent again whole, and stands once`() = runBlocking<Unit> {
        val handset = enrolled("Bùi Ngọc Anh")
        val request = submitted("Bùi Ngọc Anh", "Công văn hỏa tốc")
        handset.home()
        val cut = office.road.next(DECISION, Mishap.BROKEN_OFF)
        assertIs<SheetContent.Kept>(handset.sign(request))
        cut.await()
        office.road.whileClosed {
            recordedNothing(request)
            assertEquals(1, handset.home().unsent)
        }
        sent(handset.home())
        recordedOnce(request)
    }

    @Story("other-server-key")
    fun `a server with another key is told nothing, and the right one gets what was signed`() = runBlocking<Unit> {
        val office = ending(Office(wire = Wire.TLS))
        val handset = enrolled("Hoàng Văn Thụ", office)
        val request = submitted("Hoàng Văn Thụ", "Quyết định", office)
        handset.home()
        assertIs<DocumentContent.Open>(handset.open(request))
        office.withAnotherKey {
            assertIs<SheetContent.Ready>(handset.sheet())
            assertIs<SheetContent.Kept>(handset.confirm())
            val inbox = handset.home()
            val failure = assertIs<SyncStatus.Failed>(inbox.sync).failure
            assertTrue("không có khóa mà máy này đã ghi nhớ" in said(failure), said(failure))
            assertEquals(1, inbox.unsent)
            recordedNothing(request, office)
        }
        sent(handset.home())
        recordedOnce(request, office)
    }

    private fun sent(inbox: InboxState) {
        assertIs<SyncStatus.Done>(inbox.sync)
        assertEquals(0, inbox.unsent)
    }

    private fun puts(request: String) = office.road.requests.count { DECISION.containsMatchIn(it) && request in it }
}
