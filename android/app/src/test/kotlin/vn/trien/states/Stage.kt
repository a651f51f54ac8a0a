package vn.trien.states

import java.util.Base64
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import org.junit.Assert.assertEquals
import vn.trien.core.Answer
import vn.trien.core.Assignment
import vn.trien.core.EarlierSignature
import vn.trien.core.Judgement
import vn.trien.core.Outcome
import vn.trien.core.PhoneException
import vn.trien.core.Question
import vn.trien.core.Quorum
import vn.trien.core.Role
import vn.trien.core.RouteSigner
import vn.trien.core.RouteStep
import vn.trien.core.SignatureKind
import vn.trien.core.SigningTime
import vn.trien.core.Verb
import vn.trien.core.Verdict
import vn.trien.present.FakeDevice
import vn.trien.present.FakePhone
import vn.trien.present.NOW
import vn.trien.present.PERSON
import vn.trien.present.Place
import vn.trien.present.Presenter
import vn.trien.present.Session
import vn.trien.present.Texts

/**
 * On what a presenter is brought into a state: a phone and a device as scripts, and time that goes on when it is told to. What a presenter
 * has begun waits until then, so that also what is only there in between can be seen.
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal class Stage {
    val phone = FakePhone()
    val device = FakeDevice()
    val scope = TestScope()
    val session = Session(phone)
    val texts = Texts(vn.trien.core.Language.VIETNAMESE)
    val go: (Place) -> Unit = {}

    fun settle() = scope.testScheduler.runCurrent()

    fun pass(milliseconds: Long) {
        scope.testScheduler.advanceTimeBy(milliseconds)
        settle()
    }

    fun wait(what: suspend () -> Unit) {
        scope.launch { what() }
        settle()
    }

    /** A presenter that has ended what it began with. */
    fun <P : Presenter<*, *>> settled(presenter: P): P = presenter.also { settle() }

    /** Does these one after the other, each to its end. */
    fun <E, P : Presenter<*, E>> P.after(vararg events: E): P = also {
        events.forEach {
            on(it)
            settle()
        }
    }

    /** Does this, and looks while it is under way. */
    fun <E, P : Presenter<*, E>> P.during(event: E): P = also { on(event) }
}

/** How a presenter comes into the state of this name. */
internal infix fun <S> String.by(way: Stage.() -> Presenter<S, *>): Pair<String, Stage.() -> S> = this to { way().state.value }

/** The same, where the state is gone again when the presenter has ended. */
internal infix fun <S> String.seen(way: Stage.() -> S): Pair<String, Stage.() -> S> = this to way

/** There is a way to each of these samples, in their order, and what a presenter comes to on it has the shape of the sample. */
internal fun <S> reached(samples: List<Pair<String, S>>, vararg ways: Pair<String, Stage.() -> S>) {
    assertEquals(samples.map { it.first }, ways.map { it.first })
    val shown = samples.joinToString("\n") { (name, state) -> "$name: ${shape(state)}" }
    val came = ways.joinToString("\n") { (name, way) -> "$name: ${shape(Stage().way())}" }
    assertEquals(shown, came)
}

internal val OFFLINE = PhoneException.Unreachable("https://ky.example.vn", "no route")

private val DECIDED = Assignment.Decided(Verb.APPROVE, "d", NOW)

/** The route of the samples. */
internal fun steps(approve: Assignment = Assignment.Open, seal: Assignment = Assignment.Waiting): List<RouteStep> =
    listOf(Role.REVIEW to DECIDED, Role.INITIAL to DECIDED, Role.APPROVE to approve, Role.SEAL to seal).mapIndexed { number, (role, assignment) ->
        RouteStep((number + 1).toUShort(), role, Quorum.All, listOf(RouteSigner(PERSON, assignment, null)))
    }

internal fun stepsDone() = steps(DECIDED, DECIDED)

/** A signature of a named person, and what speaks against it. */
internal fun signature(verdict: Verdict, vararg reasons: String) = EarlierSignature("Ky1", null, null, judgement(verdict, reasons.asList()))

internal fun judgement(verdict: Verdict, reasons: List<String>): Judgement {
    val outcome = if (verdict == Verdict.NOT_VALID) Outcome.FAILED else Outcome.CANNOT_BE_DETERMINED
    val against = reasons.map { Answer(Question.CHAIN, outcome, it, "") }
    val answers = listOf(Answer(Question.INTEGRITY, Outcome.OK, "intact", "")) + against
    return Judgement(verdict, SignatureKind.SIGNATURE, "Phạm Văn Sơn", null, SigningTime.Claimed(NOW), answers)
}

/** Of the test office's own issuer: CN=Nguyễn Văn An, until 20 December 2026. */
internal val CERTIFICATE: ByteArray = Base64.getMimeDecoder().decode(
    """
    MIIBljCCAT2gAwIBAgIEAMPxCjAKBggqhkjOPQQDAjA7MQswCQYDVQQGEwJWTjEUMBIGA1UECgwLVUJORCB04buJbmgxFjAUBgNV
    BAMMDUNBIHThuq1wIHPhu7EwHhcNMjYwMTAxMDAwMDAwWhcNMjYxMjIwMDAwMDAwWjA+MQswCQYDVQQGEwJWTjEUMBIGA1UECgwL
    VUJORCB04buJbmgxGTAXBgNVBAMMEE5ndXnhu4VuIFbEg24gQW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASHv1tz9/CP1lwL
    LHh3zJ85cNk/sLqhWbyibvX3xilTC1Jrq5hvt0WrjHfA4YG8tvxt8kPjAedSAdkdNxkxkRzOoywwKjAJBgNVHRMEAjAAMB0GA1Ud
    DgQWBBTNqQ3JK8QUUqpFZfBeebNEUhrgBzAKBggqhkjOPQQDAgNHADBEAiBTM4sv8BFiDkshlbhzNVGKVQzpB+aYn+vXwOXX5Fk4
    /gIgEBzLTOx3S/b/IvwIJPzGy7g/ZqhNe1WPV3L2cBkCNf0=
    """.trimIndent(),
)
