package vn.trien.states

import org.junit.Test
import vn.trien.core.Authority
import vn.trien.core.Decided
import vn.trien.core.Evidenced
import vn.trien.core.Finding
import vn.trien.core.Kept
import vn.trien.core.KeySignerException
import vn.trien.core.PersonView
import vn.trien.core.PhoneException
import vn.trien.core.ProblemKind
import vn.trien.core.PromptPolicy
import vn.trien.core.StorageException
import vn.trien.core.Verb
import vn.trien.core.Verdict
import vn.trien.present.Chip
import vn.trien.present.FakePhone
import vn.trien.present.Look
import vn.trien.present.NOW
import vn.trien.present.NotMeEvent
import vn.trien.present.NotMePresenter
import vn.trien.present.PERSON
import vn.trien.present.RECEIPT
import vn.trien.present.RECORDED
import vn.trien.present.ReceiptEvent
import vn.trien.present.ReceiptPresenter
import vn.trien.present.Refusal
import vn.trien.present.RefuseEvent
import vn.trien.present.RefusePresenter
import vn.trien.present.SeveralEvent
import vn.trien.present.SeveralPresenter
import vn.trien.present.SeveralState
import vn.trien.present.SignEvent
import vn.trien.present.SignPresenter
import vn.trien.present.TOKEN
import vn.trien.present.WAITING
import vn.trien.present.certificateFacts
import vn.trien.present.entry
import vn.trien.present.item
import vn.trien.samples.NOT_ME
import vn.trien.samples.REFUSE
import vn.trien.samples.SEVERAL
import vn.trien.samples.SIGN

/** Each sample of what follows a decision is a state that its presenter comes to. */
class DecisionStatesTest {
    private fun Stage.sheet(vararg requests: String = arrayOf("1", "2"), place: PersonView? = null): SignPresenter {
        phone.items = requests.map { item(it).copy(inPlaceOf = place) }
        return settled(SignPresenter(phone, session, certificateFacts(CERTIFICATE), "1", scope, go))
    }

    private fun Stage.signed(vararg requests: String = arrayOf("1", "2")) = sheet(*requests).after(SignEvent.Sign)

    private fun Stage.unsigned(why: PhoneException): SignPresenter {
        phone.decides = { throw why }
        return signed()
    }

    @Test
    fun `a sheet`() = reached(
        SIGN,
        "ready" by { sheet() },
        "page" by { sheet().after(SignEvent.Show(Look.PAGE)) },
        "delegate" by {
            phone.authority = Authority.Delegated("Phó Chủ tịch", "00")
            phone.page = null
            phone.findings = listOf(Finding.EmbeddedFiles)
            phone.meanwhile = 1u
            sheet(place = PERSON).also {
                phone.now = phone.now.plusSeconds(300)
                pass(301_000)
            }
        },
        "preparing" by { SignPresenter(phone, session, null, "1", scope, go) },
        "signing" by { sheet().during(SignEvent.Sign) },
        "signed" by { signed() },
        "last" by { signed("1") },
        "approved" by {
            phone.signer = TOKEN
            signed()
        },
        "kept" by {
            phone.decides = { WAITING }
            signed()
        },
        "approved-kept" by {
            phone.signer = TOKEN
            phone.decides = { WAITING }
            signed("1")
        },
        "refused" by {
            phone.decides = { FakePhone.OVERTAKEN }
            signed("1")
        },
        "cancelled" by { unsigned(PhoneException.Signer(KeySignerException.Cancelled())) },
        "invalidated" by { unsigned(PhoneException.Signer(KeySignerException.KeyInvalidated())) },
        "certificate-ended" by { unsigned(PhoneException.CertificateEnded(NOW)) },
        "disk-full" by { unsigned(PhoneException.Storage(StorageException.Full("outbox"))) },
        "log" by { unsigned(PhoneException.Log("two roots for size 812")) },
    )

    private fun Stage.refuse(verb: Refusal, vararg requests: String = arrayOf("1", "2"), place: PersonView? = null): RefusePresenter {
        phone.items = requests.map { item(it).copy(inPlaceOf = place) }
        return settled(RefusePresenter(phone, session, texts, "1", verb, scope, go))
    }

    private fun Stage.leaving(verb: Refusal, vararg requests: String = arrayOf("1", "2")) =
        refuse(verb, *requests).after(RefuseEvent.Toggle(Chip.FORM), RefuseEvent.Send)

    private fun Stage.sent(verb: Refusal, vararg requests: String = arrayOf("1", "2")) = leaving(verb, *requests).after(RefuseEvent.SendNow)

    @Test
    fun `a refusal`() = reached(
        REFUSE,
        "reject" by { refuse(Refusal.REJECT) },
        "in-place" by { refuse(Refusal.REJECT, place = PERSON) },
        "return" by {
            refuse(Refusal.RETURN).after(RefuseEvent.Toggle(Chip.FORM), RefuseEvent.Toggle(Chip.MISSING), RefuseEvent.Write("Phụ lục 1 ghi sai"))
        },
        "leaving" by { leaving(Refusal.REJECT) },
        "leaving-return" by { leaving(Refusal.RETURN).also { pass(4_900) } },
        "sending" by { leaving(Refusal.REJECT).during(RefuseEvent.SendNow) },
        "recorded" by { sent(Refusal.REJECT) },
        "kept-next" by {
            phone.decides = { WAITING }
            sent(Refusal.REJECT)
        },
        "returned" by { sent(Refusal.RETURN, "1") },
        "kept" by {
            phone.decides = { WAITING }
            sent(Refusal.RETURN, "1")
        },
        "refused" by {
            phone.decides = { Decided.Refused(ProblemKind.REQUEST_ENDED, RECEIPT) }
            sent(Refusal.REJECT)
        },
        "failed" by {
            phone.decides = { throw PhoneException.Signer(KeySignerException.Locked()) }
            sent(Refusal.REJECT)
        },
    )

    private fun Stage.unexpected(): NotMePresenter {
        phone.items = listOf(item("1"))
        return settled(NotMePresenter(phone, texts, "1", scope, go))
    }

    @Test
    fun `what was not expected`() = reached(
        NOT_ME,
        "asking" by { unexpected() },
        "sending" by { unexpected().during(NotMeEvent.Tell) },
        "told" by { unexpected().after(NotMeEvent.Tell) },
        "kept" by {
            phone.decides = { WAITING }
            unexpected().after(NotMeEvent.Tell)
        },
        "failed" by {
            phone.decides = { throw PhoneException.Signer(KeySignerException.Unavailable("no answer")) }
            unexpected().after(NotMeEvent.Tell)
        },
    )

    private fun Stage.several(vararg read: String, signatures: Int? = null): SeveralPresenter {
        phone.items = THREE.map { item(it) }
        read.forEach(session::opened)
        val policy = signatures?.let { PromptPolicy.Session(60u.toUShort(), it.toUShort()) } ?: PromptPolicy.PerUse
        return settled(SeveralPresenter(phone, session, THREE, policy, scope, go))
    }

    @Test
    fun `several papers`() = reached(
        SEVERAL,
        "unread" by { several("1", "3", signatures = 2) },
        "ready" by { several("1", "2", "3", signatures = 20) },
        "running" seen {
            val several = several("1", "2", "3")
            val between = mutableListOf<SeveralState>()
            phone.decides = {
                between += several.state.value
                RECORDED
            }
            several.after(SeveralEvent.SignAll)
            between[1]
        },
        "done" by {
            val answers = mutableListOf({ RECORDED }, { WAITING }, { throw PhoneException.Changed("3") })
            phone.decides = { answers.removeFirst()() }
            several("1", "2", "3").after(SeveralEvent.SignAll)
        },
        "approved" by {
            phone.signer = TOKEN
            several("1", "2", "3").after(SeveralEvent.SignAll)
        },
    )

    private fun Stage.receipt(state: Decided, verb: Verb = Verb.APPROVE): ReceiptPresenter {
        phone.entries = listOf(entry("d", state, request = "1", verb = verb))
        return settled(ReceiptPresenter(phone, "d", device, scope, go))
    }

    /** The same, of a request that is not on this phone any more. */
    private fun Stage.alone(state: Decided, verb: Verb = Verb.APPROVE): ReceiptPresenter {
        phone.unknown = setOf("1")
        return receipt(state, verb)
    }

    private fun Stage.finished(): ReceiptPresenter {
        phone.steps = stepsDone()
        return receipt(RECORDED)
    }

    private fun Stage.shared(verdict: Verdict): ReceiptPresenter {
        val proof = Evidenced("d", NOW, "a.1.evidence", "proof")
        phone.keeps = { Kept(it, "a.signed.pdf", byteArrayOf(7), listOf(proof, proof), verdict) }
        return finished().after(ReceiptEvent.Share)
    }

    @Test
    fun `a receipt`() = reached(
        vn.trien.samples.RECEIPT,
        "recorded" by { alone(RECORDED) },
        "finished" by { finished() },
        "fetching" by { finished().during(ReceiptEvent.Share) },
        "shared" by { shared(Verdict.VALID) },
        "shared-undetermined" by { shared(Verdict.UNDETERMINED) },
        "not-shared" by {
            phone.keeps = { throw PhoneException.Kept("a signature on the file does not hold") }
            finished().after(ReceiptEvent.Share)
        },
        "refused" by { alone(Decided.Refused(ProblemKind.CERTIFICATE_NOT_VALID, RECEIPT)) },
        "unsent" by { alone(WAITING, Verb.RETURN) },
        "sending" by { alone(WAITING, Verb.RETURN).during(ReceiptEvent.SendAgain) },
        "failed" by {
            phone.refuses = PhoneException.WrongServerKey("https://ky.example.vn")
            alone(WAITING, Verb.RETURN).after(ReceiptEvent.SendAgain)
        },
        "missing" by { settled(ReceiptPresenter(phone, "x", device, scope, go)) },
    )

    private companion object {
        val THREE = listOf("1", "2", "3")
    }
}
