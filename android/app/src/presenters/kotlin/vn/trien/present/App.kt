package vn.trien.present

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import vn.trien.core.PhoneException
import vn.trien.core.PhoneInterface
import vn.trien.core.PhoneState
import vn.trien.core.PromptPolicy

/** One screen that is open: where the person is, and who answers there. None for a screen that only shows. */
class Scene internal constructor(val place: Place, val presenter: Presenter<*, *>?, internal val scope: CoroutineScope)

/** The screens that are open, the one in front last. */
class App(
    val phone: PhoneInterface,
    private val device: Device,
    private val waking: Waking,
    scope: CoroutineScope,
) {
    private val scope = scope + LastFailure(phone::serverNow)
    private val session = Session(phone)
    private val listening = Listening(phone, this.scope, heard = ::heard)
    private var isInFront = false
    private val stack = MutableStateFlow(listOf(scene(first())))

    val scenes: StateFlow<List<Scene>> = stack.asStateFlow()

    /** The pages of a request, as the core draws them. */
    fun pages(request: String, view: vn.trien.core.PageView): PageSource = PageSource { phone.regionPng(request, region(it), view) }

    /** The page that a sheet stamps, alone. */
    fun stamped(of: Stamped): PageSource = PageSource { phone.sheetRegionPng(of.sheet, region(it, of.page.page)) }

    /** The pages of a file beside a request's document. */
    fun attached(place: Place.Attached): PageSource =
        PageSource { phone.attachmentRegionPng(place.request, place.place.toUInt(), region(it)) }

    /** Shows a link from outside, which the person opens or not: whatever is open stays beneath. What is no link of ours is left alone. */
    fun link(data: String, carried: String? = null) = when (val link = linkOf(data, carried)) {
        null -> Unit
        is Link.Invitation -> stack.update { before ->
            closing(before) { it.filterNot { scene -> scene.place is Place.Enrollment && it.size > 1 } + scene(Place.Enrollment(link.text)) }
        }
        is Link.Request -> lead(link.server, Place.Document(link.request))
        is Link.Inbox -> lead(link.server, Place.Inbox)
    }

    private fun lead(server: String, place: Place) {
        val isOurs = phone.state() is PhoneState.Enrolled && shortServer(server) == phone.server()?.let(::shortServer)
        if (isOurs && !isDeciding(stack.value.last().place)) go(place)
    }

    fun go(place: Place) {
        if (place == Place.Security) return device.openSecurity()
        if (phone.state() is PhoneState.Erased) {
            scope.launch {
                device.unshare()
                waking.synced()
            }
        }
        move(place)
        // Beside a document the list is in sight.
        stack.value.firstOrNull()?.let(::refresh)
        device.waits(waitsOn(phone))
        // The phone may be enrolled by now.
        if (isInFront) listening.start()
    }

    /** Another part of the app has synced: what is open shows it. */
    fun synced() = show(null)

    private suspend fun heard(failure: Failure?) {
        val remains = failure?.let { refusedStill(it) }
        if (remains == null) afterSync()
        if (phone.state() is PhoneState.Erased) go(Place.Inbox) else show(remains)
    }

    // A sync alone finds out that this phone was revoked, and erases it.
    private suspend fun refusedStill(failure: Failure): Failure? = try {
        phone.sync()
        null
    } catch (_: PhoneException) {
        failure
    }

    private suspend fun afterSync() {
        try {
            phone.flush()
        } catch (_: PhoneException) {
            // It is sent after the next sync.
        }
        waking.synced()
    }

    private fun show(failure: Failure?) {
        device.waits(waitsOn(phone))
        stack.value.map { it.presenter }.forEach { presenter ->
            if (presenter is InboxPresenter) presenter.heard(failure)
            if (presenter is SeveralPresenter) presenter.load()
        }
    }

    /** The system's step back: within the screen in front, or to the one before. */
    fun stepBack() {
        if (stack.value.last().presenter?.back() != true) go(Place.Back)
    }

    /** Another app is before the person. */
    fun left() {
        isInFront = false
        listening.stop()
        stack.value.last().presenter?.left()
    }

    private fun move(place: Place) = when (place) {
        Place.Back -> back()
        Place.Inbox -> stack.update { before -> closing(before) { listOf(scene(first())) } }
        is Place.Document -> onInbox(place)
        is Place.Enrollment -> onInbox(place)
        // Files that other apps hand over do not pile up.
        is Place.Verify, Place.NotRead -> stack.update { before ->
            closing(before) { it.filterNot { scene -> scene.presenter is VerifyPresenter } + scene(place) }
        }
        else -> stack.update { it + scene(place) }
    }

    /** The person is before the app: what may have changed meanwhile is looked at, and from now on the server is heard. */
    fun returned() {
        isInFront = true
        listening.start()
        when (val front = stack.value.last().presenter) {
            is InboxPresenter -> front.on(InboxEvent.Refresh)
            is EnrollmentPresenter -> front.on(EnrollmentEvent.Returned)
            is NotificationsPresenter -> front.returned()
            is SettingsPresenter -> front.load()
            else -> Unit
        }
    }

    // The first screen stays.
    private fun back() = stack.update { before ->
        if (before.size == 1) before else closing(before) { it.dropLast(1) }.also { refresh(it.last()) }
    }

    // A document lies on the list, or on the papers that are decided together: never on another document.
    private fun onInbox(place: Place) = stack.update { before ->
        closing(before) { it.filter { scene -> scene.place is Place.Inbox || scene.place is Place.Several } + scene(place) }
    }

    private fun closing(before: List<Scene>, change: (List<Scene>) -> List<Scene>): List<Scene> {
        val after = change(before)
        (before - after.toSet()).forEach { it.scope.cancel() }
        return after
    }

    private fun refresh(scene: Scene) = when (val presenter = scene.presenter) {
        is InboxPresenter -> presenter.load()
        is SeveralPresenter -> presenter.load()
        is SettingsPresenter -> presenter.load()
        is DelegationsPresenter -> presenter.load()
        else -> Unit
    }

    private fun first(): Place = if (phone.state() is PhoneState.Enrolled) Place.Inbox else Place.Enrollment(null)

    private fun scene(place: Place): Scene {
        val own = scope + Job(scope.coroutineContext[Job])
        return Scene(place, presenter(place, own), own)
    }

    private fun presenter(place: Place, scope: CoroutineScope): Presenter<*, *>? = when (place) {
        Place.Inbox -> InboxPresenter(phone, session, scope, ::go, device::notifications, ::counted)
        is Place.Document -> DocumentPresenter(phone, session, place.request, scope, ::go)
        is Place.Sign -> SignPresenter(phone, session, profile(phone)?.let { certificateFacts(it.certificate) }, place.request, scope, ::go, place.look)
        is Place.Refuse -> RefusePresenter(phone, session, texts(), place.request, place.verb, scope, ::go)
        is Place.Several -> SeveralPresenter(phone, session, place.requests, profile(phone)?.promptPolicy ?: PromptPolicy.PerUse, scope, ::go)
        is Place.Receipt -> ReceiptPresenter(phone, place.decision, device, scope, ::go)
        is Place.NotMe -> NotMePresenter(phone, texts(), place.request, scope, ::go)
        is Place.Verify -> VerifyPresenter(phone, place.file, scope, ::go)
        Place.NotRead -> VerifyPresenter(phone, null, scope, ::go, NOT_READ)
        is Place.Changes -> ChangesPresenter(phone, place.what, scope, ::go)
        is Place.Attached -> AttachmentPresenter(phone, place, scope, ::go)
        is Place.Comments -> CommentsPresenter(phone, place, scope, ::go)
        Place.Delegations -> DelegationsPresenter(phone, scope, ::go)
        Place.Delegate -> DelegatePresenter(phone, scope, ::go)
        Place.Practice -> PracticePresenter(device.practice(), scope, ::go)
        is Place.Enrollment -> EnrollmentPresenter(phone, device, place.link, scope, ::go, waking::start)
        Place.Settings -> SettingsPresenter(phone, device, scope, ::go)
        is Place.Notifications -> NotificationsPresenter(phone, device, waking, place.first, scope, ::go)
        Place.Devices -> DevicesPresenter(phone, scope, ::go)
        Place.Diagnostics -> DiagnosticsPresenter(phone, device, texts(), scope, ::go)
        Place.Licences -> LicencesPresenter(scope, ::go)
        Place.Security, Place.Back -> null
    }

    private suspend fun counted() {
        waking.synced()
        device.waits(waitsOn(phone))
    }

    private fun texts() = Texts(device.language())
}
