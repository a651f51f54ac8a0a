package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import vn.trien.core.EnrollmentPreview
import vn.trien.core.EnrollmentStatus
import vn.trien.core.Erasure
import vn.trien.core.HeldSlip
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState
import vn.trien.core.ProblemKind

/** From an invitation to a device that may sign; where it stands is the core's to know. */
data class EnrollmentState(val step: EnrollmentStep, val failure: Failure? = null, val busy: Busy = Busy.NO)

enum class Busy { NO, YES }

sealed interface EnrollmentStep {
    /** Nothing yet: scan, or paste a link. */
    data class Start(val link: String = "") : EnrollmentStep

    /** A slip was taken; the officer reads a short code out. */
    data class Slip(val holder: Holder, val until: String, val code: String = "", val triesLeft: Int? = null) : EnrollmentStep

    /** The server proved itself: is it the right office, and the right person? */
    data class Check(val holder: Holder, val prompts: Prompts, val lock: ScreenLock, val passcode: Boolean = false) : EnrollmentStep

    /** The keys are being made and sent. */
    data class Keys(val holder: Holder) : EnrollmentStep

    /** The officer compares the code; meanwhile notifications are turned on. */
    data class Waiting(val code: String, val notifications: Notifications, val pending: Pending) : EnrollmentStep

    data class Done(val name: String, val office: String, val passcode: Boolean = false) : EnrollmentStep
    data class Ended(val why: Words) : EnrollmentStep
}

/** What an enrollment waits for. */
enum class Pending { OFFICER, CERTIFICATE }

/** Whose device it will be. */
data class Holder(val office: String, val server: String, val name: String, val position: String)

sealed interface EnrollmentEvent {
    data class Link(val text: String) : EnrollmentEvent
    data class Scanned(val text: String) : EnrollmentEvent
    data object Open : EnrollmentEvent
    data class Code(val text: String) : EnrollmentEvent
    data object SendCode : EnrollmentEvent
    data object Right : EnrollmentEvent
    data object NotMe : EnrollmentEvent
    data object AllowNotifications : EnrollmentEvent
    data object ToInbox : EnrollmentEvent
    data object Practice : EnrollmentEvent
    data object TryNotifications : EnrollmentEvent

    /** The person is back, perhaps from the system's settings. */
    data object Returned : EnrollmentEvent
    data class Mend(val remedy: Remedy) : EnrollmentEvent
}

/** Digits of a short code. */
const val SHORT_CODE_DIGITS = 8

/** Between two questions whether the officer has approved. */
private const val PAUSE_MS = 5_000L

class EnrollmentPresenter(
    private val phone: PhoneInterface,
    private val device: Device,
    link: String?,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
    private val enrolled: suspend () -> Unit = {},
) : Presenter<EnrollmentState, EnrollmentEvent>(EnrollmentState(EnrollmentStep.Start()), scope) {
    private var asking: Job? = null

    init {
        put(stepOf(phone.state()))
        if (state.value.step is EnrollmentStep.Waiting) askOn()
        // A page or an app may have made it up: the person opens it.
        if (link != null && state.value.step.let { it is EnrollmentStep.Start || it is EnrollmentStep.Ended }) put(EnrollmentStep.Start(link))
        if (link == null && phone.state() is PhoneState.Enrolled) askAnew()
    }

    override fun on(event: EnrollmentEvent) = when (event) {
        is EnrollmentEvent.Link -> put(EnrollmentStep.Start(event.text))
        is EnrollmentEvent.Scanned -> open(event.text)
        EnrollmentEvent.Open -> (state.value.step as? EnrollmentStep.Start)?.let { open(it.link) } ?: Unit
        is EnrollmentEvent.Code -> typed(event.text)
        EnrollmentEvent.SendCode -> sendCode()
        EnrollmentEvent.Right -> sendKeys()
        EnrollmentEvent.NotMe -> abandon()
        EnrollmentEvent.AllowNotifications -> allowNotifications()
        EnrollmentEvent.ToInbox -> go(Place.Inbox)
        EnrollmentEvent.Practice -> go(Place.Practice)
        EnrollmentEvent.TryNotifications -> go(Place.Notifications(First.YES))
        EnrollmentEvent.Returned -> lookAgain()
        is EnrollmentEvent.Mend -> mend(event.remedy)
    }

    private fun mend(remedy: Remedy) = when (remedy) {
        Remedy.ENROLL_AGAIN -> abandon()
        Remedy.GO_BACK -> go(Place.Back)
        Remedy.SECURITY -> toSecurity()
        else -> again()
    }

    // Keys that this phone could not make are asked for again from the step before.
    private fun toSecurity() {
        if (state.value.step is EnrollmentStep.Keys) put(stepOf(phone.state()))
        go(Place.Security)
    }

    // What failed is asked for again: the core remembers which step that is.
    private fun again() = when (val step = state.value.step) {
        is EnrollmentStep.Start -> open(step.link)
        is EnrollmentStep.Slip -> show { it.copy(failure = null) }
        is EnrollmentStep.Check, is EnrollmentStep.Keys -> sendKeys()
        is EnrollmentStep.Waiting -> askOn()
        is EnrollmentStep.Done, is EnrollmentStep.Ended -> abandon()
    }

    private fun open(link: String) = work {
        // Whether an enrolled phone may be enrolled anew, the server says.
        if (phone.state() is PhoneState.Enrolled) phone.enrollmentStatus()
        put(stepOf(phone.openLink(link)))
    }

    // Its key to sign with is gone, or it was revoked: the officer sees that it asks, and invites.
    private fun askAnew() = work {
        if (phone.enrollmentStatus() is EnrollmentStatus.Active) phone.askReplacement() else put(stepOf(phone.state()))
    }

    private fun typed(text: String) {
        val digits = text.filter(Char::isDigit).take(SHORT_CODE_DIGITS)
        show { before -> (before.step as? EnrollmentStep.Slip)?.let { before.copy(step = it.copy(code = digits), failure = null) } ?: before }
    }

    private fun sendCode() {
        val slip = state.value.step as? EnrollmentStep.Slip ?: return
        work {
            try {
                put(check(phone.openSlip(slip.code)))
            } catch (wrong: PhoneException.WrongShortCode) {
                show { it.copy(step = slip.copy(code = "", triesLeft = wrong.left.toInt())) }
                throw wrong
            }
        }
    }

    private fun sendKeys() {
        val holder = when (val step = state.value.step) {
            is EnrollmentStep.Check -> step.holder
            is EnrollmentStep.Keys -> step.holder
            else -> return
        }
        put(EnrollmentStep.Keys(holder))
        work {
            put(EnrollmentStep.Waiting(phone.sendKeys(), device.notifications(), Pending.OFFICER))
            askOn()
        }
    }

    private fun askOn() {
        asking?.cancel()
        asking = ask(::failed) {
            show { it.copy(failure = null) }
            while (state.value.step is EnrollmentStep.Waiting) {
                answered(phone.enrollmentStatus())
                delay(PAUSE_MS)
            }
        }
    }

    private suspend fun answered(status: EnrollmentStatus) = when (status) {
        is EnrollmentStatus.Pending -> pending(Pending.OFFICER)
        is EnrollmentStatus.WaitingForCertificate -> pending(Pending.CERTIFICATE)
        is EnrollmentStatus.Active -> {
            put(EnrollmentStep.Done(status.profile.person.name, status.profile.unit.name, status.profile.passcode))
            enrolled()
        }
        is EnrollmentStatus.Refused -> put(EnrollmentStep.Ended(words("app-enrollment-refused")))
        is EnrollmentStatus.Suspended -> put(EnrollmentStep.Ended(problemDetail(ProblemKind.DEVICE_SUSPENDED)))
        is EnrollmentStatus.Revoked -> put(EnrollmentStep.Ended(problemDetail(ProblemKind.DEVICE_REVOKED)))
    }

    private fun pending(what: Pending) = show { before ->
        (before.step as? EnrollmentStep.Waiting)?.let { before.copy(step = it.copy(pending = what)) } ?: before
    }

    private fun allowNotifications() = work {
        val now = device.allowNotifications()
        show { before -> (before.step as? EnrollmentStep.Waiting)?.let { before.copy(step = it.copy(notifications = now)) } ?: before }
    }

    private fun lookAgain() = show { before ->
        when (val step = before.step) {
            is EnrollmentStep.Check -> before.copy(step = step.copy(lock = device.lock(step.passcode)))
            is EnrollmentStep.Waiting -> before.copy(step = step.copy(notifications = device.notifications()))
            else -> before
        }
    }

    private fun abandon() {
        asking?.cancel()
        work {
            phone.abandonEnrollment()
            put(EnrollmentStep.Start())
        }
    }

    private fun stepOf(state: PhoneState): EnrollmentStep = when (state) {
        is PhoneState.NotEnrolled -> EnrollmentStep.Start()
        is PhoneState.Erased -> EnrollmentStep.Ended(erased(state.why))
        is PhoneState.HoldsSlip -> slip(state.slip)
        is PhoneState.Invited -> check(state.preview)
        is PhoneState.WaitingForOfficer -> EnrollmentStep.Waiting(state.code, device.notifications(), Pending.OFFICER)
        // An enrolled phone comes here only to be enrolled anew.
        is PhoneState.Enrolled -> EnrollmentStep.Start()
    }

    private fun slip(slip: HeldSlip) = EnrollmentStep.Slip(
        holder = Holder(slip.office.name, shortServer(slip.server), slip.person.name, slip.person.position),
        until = day(slip.expires),
        triesLeft = slip.triesLeft?.toInt(),
    )

    private fun check(preview: EnrollmentPreview) = EnrollmentStep.Check(
        holder = Holder(preview.unit.name, shortServer(preview.server), preview.person.name, preview.person.position),
        prompts = promptsOf(preview.promptPolicy),
        lock = device.lock(preview.passcode),
        passcode = preview.passcode,
    )

    private fun put(step: EnrollmentStep) = show { it.copy(step = step, failure = null) }

    private fun failed(failure: Failure) = show { it.copy(failure = failure) }

    private fun work(what: suspend () -> Unit) {
        if (state.value.busy == Busy.YES) return
        show { it.copy(busy = Busy.YES, failure = null) }
        ask(::failed, what).invokeOnCompletion { show { it.copy(busy = Busy.NO) } }
    }
}

private fun erased(why: Erasure): Words = when (why) {
    is Erasure.Revoked -> words("app-erased-revoked", "unanswered" to why.unanswered)
    is Erasure.KeyLost -> words("app-erased-key-lost")
}

internal fun shortServer(server: String): String = server.removePrefix("https://").removeSuffix("/")
