package vn.trien.story

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.job
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import vn.trien.JavaKeys
import vn.trien.JavaSecrets
import vn.trien.Office
import vn.trien.Person
import vn.trien.core.Language
import vn.trien.core.Phone
import vn.trien.core.PhoneState
import vn.trien.core.Practice
import vn.trien.core.PracticeInterface
import vn.trien.core.Setup
import vn.trien.present.App
import vn.trien.present.Busy
import vn.trien.present.Device
import vn.trien.present.DocumentContent
import vn.trien.present.DocumentEvent
import vn.trien.present.DocumentPresenter
import vn.trien.present.EnrollmentEvent
import vn.trien.present.EnrollmentPresenter
import vn.trien.present.EnrollmentStep
import vn.trien.present.Failure
import vn.trien.present.InboxEvent
import vn.trien.present.InboxPresenter
import vn.trien.present.InboxState
import vn.trien.present.KeyPlace
import vn.trien.present.Notifications
import vn.trien.present.Handing
import vn.trien.present.Place
import vn.trien.present.Presenter
import vn.trien.present.Remedy
import vn.trien.present.ScreenLock
import vn.trien.present.Shared
import vn.trien.present.SheetContent
import vn.trien.present.SignEvent
import vn.trien.present.SignPresenter
import vn.trien.present.SyncStatus
import vn.trien.present.Texts
import vn.trien.present.Waits
import vn.trien.present.Waking
import vn.trien.present.Words

/** A phone with the app on it, in the hands of a person: what they touch goes to the presenter in front. */
class Handset(val folder: Path, person: Person = Person.Confirms) : AutoCloseable {
    val device = HeldDevice(person)
    val keys = JavaKeys(person, made("keys"))
    private val secrets = JavaSecrets(made("secrets"))
    val phone: Phone = runBlocking {
        Phone.start(Setup("${made("phone")}", "Trien JVM test 0.1", "JVM", Language.VIETNAMESE), keys, secrets)
    }
    private val faults = mutableListOf<Throwable>()
    private val scope =
        CoroutineScope(SupervisorJob() + Dispatchers.Default + CoroutineExceptionHandler { _, fault -> synchronized(faults) { faults += fault } })
    val app = App(phone, device, Waking({ phone }, secrets, emptyList()), scope)

    /** The device's id at the server. */
    val id: String get() = (phone.state() as PhoneState.Enrolled).profile.device

    /** Who answers on the screen in front. */
    inline fun <reified P : Presenter<*, *>> at(): P {
        val front = app.scenes.value.last()
        return front.presenter as? P ?: error("in front is ${front.place}")
    }

    /** Scans or opens the link, and goes on until the phone may sign. */
    suspend fun enroll(office: Office, link: String) {
        val code = sendKeys(link)
        office.approve(code)
        // As a person who does not wait for the next look by itself.
        at<EnrollmentPresenter>().on(EnrollmentEvent.Mend(Remedy.TRY_AGAIN))
        step<EnrollmentStep.Done>()
        at<EnrollmentPresenter>().on(EnrollmentEvent.ToInbox)
        synced()
    }

    /** The same until the officer is asked; gives the code that the person reads out. */
    suspend fun sendKeys(link: String): String {
        at<EnrollmentPresenter>().on(EnrollmentEvent.Scanned(link))
        step<EnrollmentStep.Check>()
        at<EnrollmentPresenter>().on(EnrollmentEvent.Right)
        return step<EnrollmentStep.Waiting>().code
    }

    /** The step of the enrollment that is shown next. */
    suspend inline fun <reified S : EnrollmentStep> step(): S {
        val shown = at<EnrollmentPresenter>().until { it.busy == Busy.NO && (it.step is S || it.failure != null) }
        return (shown.step as? S)?.takeIf { shown.failure == null } ?: error("the enrollment stands at $shown")
    }

    /** Why the enrollment does not go on. */
    suspend fun enrollmentFailure(): Failure = at<EnrollmentPresenter>().until { it.busy == Busy.NO && it.failure != null }.failure!!

    /** Goes to the list, which syncs; gives how it ended. */
    suspend fun home(): InboxState {
        app.go(Place.Inbox)
        return synced()
    }

    suspend fun synced(): InboxState = at<InboxPresenter>().until { it.sync is SyncStatus.Done || it.sync is SyncStatus.Failed }

    /** Opens a document from the list. */
    suspend fun open(request: String): DocumentContent {
        at<InboxPresenter>().on(InboxEvent.Open(request))
        return opened()
    }

    suspend fun opened(): DocumentContent = at<DocumentPresenter>().until { it.content != DocumentContent.Opening }.content

    /** Asks for the sheet of the document in front. */
    suspend fun sheet(): SheetContent {
        at<DocumentPresenter>().on(DocumentEvent.Agree)
        return at<SignPresenter>().until { it.sheet != SheetContent.Preparing }.sheet
    }

    /** Agrees on the sheet in front. */
    suspend fun confirm(): SheetContent {
        at<SignPresenter>().on(SignEvent.Sign)
        return at<SignPresenter>().until { it.sheet != SheetContent.Preparing && it.sheet !is SheetContent.Ready && it.sheet !is SheetContent.Signing }.sheet
    }

    /** Opens, looks and signs. */
    suspend fun sign(request: String): SheetContent {
        assertIs<DocumentContent.Open>(open(request))
        assertIs<SheetContent.Ready>(sheet())
        return confirm()
    }

    /** The app ends; what the phone holds stays. */
    override fun close() {
        runBlocking { scope.coroutineContext.job.cancelAndJoin() }
        phone.close()
        assertTrue(faults.isEmpty()) { "the app would have crashed: ${faults.first().stackTraceToString()}" }
    }

    private fun made(name: String): Path = Files.createDirectories(folder.resolve(name))
}

/** Waits for what a screen is to show. */
suspend fun <S> Presenter<S, *>.until(shown: (S) -> Boolean): S =
    withTimeoutOrNull(PATIENCE_MS) { state.first(shown) } ?: error("the screen stays at ${state.value}")

/** The sentence in Vietnamese; there is one in each language, and nothing is missing in it. */
fun said(words: Words): String = Language.entries.map { Texts(it).of(words) }.onEach { sentence ->
    assertFalse("{" in sentence, sentence)
    if (words is Words.Ours) assertNotEquals(words.key, sentence)
}[Language.entries.indexOf(Language.VIETNAMESE)]

fun said(failure: Failure): String = said(failure.what)

inline fun <reified T : Any> assertIs(value: Any?): T = value as? T ?: throw AssertionError("expected ${T::class.simpleName}, found $value")

private const val PATIENCE_MS = 30_000L

/** The device as the app asks it: one with a screen lock and without push; what is shared is laid aside. */
class HeldDevice(private val person: Person) : Device {
    val shared = mutableListOf<Shared>()

    /** What the number on the app's icon and its notice say. */
    @Volatile
    var waits: Waits? = null
        private set
    private var language = Language.VIETNAMESE
    override val app = "Trien JVM test"
    override val model = "JVM"
    override fun keys() = KeyPlace.UNKNOWN
    override fun lock(passcode: Boolean) = ScreenLock.BIOMETRIC
    override fun notifications() = Notifications.OFF
    override suspend fun allowNotifications() = Notifications.OFF
    override fun language() = language
    override fun waits(waits: Waits) {
        this.waits = waits
    }
    override fun openSecurity(): Unit = error("nobody opens the system's settings here")
    override fun practice(): PracticeInterface = Practice(JavaKeys(person), language)
    override suspend fun share(files: List<Shared>): Handing = Handing.TAKEN.also { shared += files }
    override suspend fun unshare() = shared.clear()
    override fun speak(language: Language) {
        this.language = language
    }
}
