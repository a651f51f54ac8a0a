# What the apps on the phone say, the same on each system.

# The list.
app-inbox = To sign
app-tab-waiting = Waiting
app-tab-done = Done
app-tab-unsent = Unsent
app-search = Search
app-search-clear = Clear the search
app-heading-urgent = Urgent
app-heading-today = Due today
app-heading-later = Later
app-deadline = due { $at }
app-deadline-today = due { $at } today
app-deadline-minutes = due { $at } ({ $count ->
    [one] 1 minute
   *[other] { $count } minutes
} left)
app-deadline-over = overdue since { $at }
app-urgency-urgent = URGENT
app-urgency-very-urgent = VERY URGENT
app-urgency-flash = FLASH
app-role-review = review
app-role-initial = initial
app-role-approve = sign
app-role-seal = seal
app-role-receive = for information
app-read = viewed
app-pick = Pick to handle together
app-unpick = Drop
app-together = { $count ->
    [one] 1 document
   *[other] { $count } documents
}
app-empty-waiting = Nothing waits for you.
app-empty-told = This phone will tell you when something does.
app-empty-asks = This phone asks the office about every fifteen minutes, and tells you when something waits.
app-empty-silent = Notifications are off, so this phone will not tell you when something does.
app-empty-never = Not synced with the office yet. Press the sync button in the corner below.
app-empty-search = Nothing found. Try another word; marks can be left out.
app-empty-done = You have decided nothing on this phone yet. Open a document under Waiting.
app-empty-unsent = Every decision was sent and recorded.
app-choose-document = Choose a document in the list on the left.
app-sync-now = Sync now
app-sync-at = Synced at { $at }
app-sync-running = Syncing…
app-sync-never = Never synced
app-unsent-count = { $count ->
    [one] 1 decision not sent
   *[other] { $count } decisions not sent
}
app-standing-recorded = recorded
app-standing-refused = not recorded
app-standing-unsent = not sent, will be sent again
app-verb-approved = Approved
app-verb-rejected = Rejected
app-verb-returned = Returned

# The document.
app-document = Document
app-document-opening = Fetching and checking the document…
app-page = page { $page }
app-page-of = p. { $page }/{ $pages }
app-signature-on-page = Signature on page { $page } – Go there
app-zoom-in = Enlarge
app-zoom-out = Reduce
app-panel-findings = Notes ({ $count })
app-panel-route = Route
app-panel-facts = Summary
app-more = More
app-close = Close
app-signed-meanwhile = { $count ->
    [one] One person
   *[other] { $count } persons
} signed while you were reading. The content is the same.
app-signature-nameless = Signer unknown
app-fact-subject = Subject
app-route-waits = not yet
app-route-now = waiting now
app-route-approved = approved
app-route-rejected = rejected
app-route-returned = returned
app-route-released = not needed any more
app-fact-kind = Kind
app-fact-issuer = Issued by
app-fact-from = Submitted by
app-fact-version = Version (in place of the one before)
app-fact-queued = Submitted
app-fact-expires = Due
app-fact-files = Files
app-fact-sha256 = SHA-256
app-over-elsewhere = This document waits for you no more: it was handled on another device, or somebody else decided.
app-over-here = You have decided on this document on this phone.
app-end-completed = All have signed this document.
app-end-rejected = This document was rejected; no signature is needed.
app-end-returned = This document was returned for changes. A new version will be submitted.
app-end-recalled = The submitter has taken this document back.
app-end-expired = The time for this document has run out.
app-reject = Reject
app-return = Return
app-agree-approve = Sign
app-agree-initial = Initial
app-agree-seal = Seal
app-agree-review = Agree

# Outside the app.
app-starting = Opening…
app-prompt-title = Confirm to sign
app-notice-channel = Documents that wait
app-notice-title = Something waits for you
app-notice-text = Open Trien to look.

# The sheet.
app-sign-title = Sign this document?
app-sign-preparing = Building the signature on this phone…
app-sign-signing = Signing and sending…
app-sign-renewed = The sheet was open for five minutes, so the time of signing is new. Look again, then sign.
app-sign-as = Sign as
app-sign-as-delegate = Sign for another, as
app-sign-certificate = Certificate
app-sign-until = until { $day }
app-sign-time = Time of signing
app-sign-place = Where
app-sign-no-stamp = not shown on a page
app-sign-final = A signature cannot be taken back.
app-sign-elsewhere-token = You approve on this phone. Within 24 hours, your token or card signs the document: { $name }.
app-sign-elsewhere-sim = You approve on this phone. Within 24 hours, your signing SIM signs the document: { $name }.
app-sign-elsewhere-remote = You approve on this phone. Within 24 hours, your remote signing service signs the document: { $name }.
app-sign-with-finger = Sign with finger or face
app-sign-read-on = Read on
app-cancel = Cancel
app-signed-at = Signed at { $at }
app-approved-at = Approved at { $at }
app-approved-elsewhere-token = The document is not signed yet. Sign it within 24 hours with your token or card ({ $name }).
app-approved-elsewhere-sim = The document is not signed yet. Sign it within 24 hours with your signing SIM ({ $name }).
app-approved-elsewhere-remote = The document is not signed yet. Sign it within 24 hours with your remote signing service ({ $name }).
app-approved-kept = Approved and kept on this phone, but not sent yet. It is sent as soon as there is a connection; do not approve again.
app-signed-recorded = This phone has checked the receipt: the decision stands in the log.
app-signed-kept = Signed and kept on this phone, but not sent yet. It is sent as soon as there is a connection; do not sign again.
app-signed-refused = The decision was not recorded and has no effect.
app-next-document = Next document
app-to-inbox = To the list

# Rejecting, returning, “not me”.
app-reject-title = Reject this document?
app-reject-what = The request ends. The submitter and all who have signed receive this reason.
app-reject-send = Reject
app-rejected-at = Rejected at { $at }. The submitter and all who have signed are told.
app-return-title = Return for changes?
app-return-what = The submitter receives the document with this reason, to mend it and submit a new version.
app-return-send = Return
app-returned-at = Returned at { $at }. The submitter is told.
app-reason-form = Wrong form
app-reason-content = Wrong content
app-reason-missing = Papers missing
app-reason-authority = Not in my authority
app-reason-words = In your words
app-reason-must = Choose or write a reason.
app-undo = Undo
app-undo-now = Send now
app-undo-reject = Rejecting in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
app-undo-return = Returning in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
app-undo-what = Nothing is signed or sent yet. If you close the app now, the document still waits for you.
app-not-me = I did not expect this
app-not-me-what = If you know nothing of this document, say so. The request is stopped for everybody, and the reason stands in the log.
app-not-me-lost = If somebody may be using your phone or your name, call the officer for devices at once to have the device suspended.
app-not-me-tell = Report and stop it
app-not-me-told = Reported. This request has been stopped.
app-not-me-reason = I know nothing of this request

# Several documents.
app-several-title = { $count ->
    [one] 1 document
   *[other] { $count } documents
}
app-several-view-first = Every document has to be viewed before it is signed.
app-several-ready = You have viewed all of them. They can be signed now.
app-several-prompts-each = This phone asks for your finger or face for each document.
app-several-prompts-once = This phone asks for your finger or face once for all of them.
app-several-prompts-every = { $papers ->
    [one] This phone asks for your finger or face for each document.
   *[other] This phone asks for your finger or face once for every { $papers } documents.
}
app-several-unread = not viewed
app-several-one-by-one = View one by one
app-several-sign = { $count ->
    [one] Sign 1 document
   *[other] Sign { $count } documents
}

# Receipts.
app-receipt-title = Receipt
app-receipt-decision = Decision
app-receipt-signed = Signed
app-receipt-recorded = Recorded at { $at }. This phone has checked that the decision stands in the log, which nobody can rewrite.
app-receipt-refused = The log says that this decision was not accepted.
app-receipt-unsent = The decision is signed and still on this phone. It will be sent again, just as it was signed.
app-receipt-sending = Sending…
app-receipt-missing = This decision is not on this phone any more. Go back to the list.
app-receipt-hash = Decision hash
app-receipt-proof = Proof in the log
app-send-now = Send now

# Enrollment.
app-enroll-title = Enroll this phone
app-enroll-start = Scan the QR code of your invitation, of your slip, or on the enrollment officer’s screen.
app-enroll-scan = Scan the QR code
app-enroll-no-camera = Cannot scan?
app-enroll-paste = Open the invitation’s link on this phone, or paste it here.
app-enroll-link = Invitation link
app-enroll-open = Open the link
app-enroll-asking = Asking the server…
app-enroll-slip = Meet the enrollment officer. Type the eight digits on the officer’s screen.
app-enroll-code = Short code, eight digits
app-enroll-send-code = Continue
app-enroll-tries = Tries left: { $left }.
app-enroll-slip-until = The slip can be used until { $day }.
app-enroll-check = The server has proved to be the sender of the invitation. Is this right?
app-enroll-office = Office
app-enroll-server = Server
app-enroll-name = Name
app-enroll-position = Position
app-enroll-prompts = To sign
app-prompts-each = finger or face, once a document
app-prompts-once = finger or face, once for a short while
app-prompts-every = { $papers ->
    [one] finger or face, once a document
   *[other] finger or face, once for a short while and up to { $papers } documents
}
app-enroll-no-finger = No finger or face is set up. Add one in the phone’s settings, then come back.
app-enroll-no-passcode = No passcode, finger or face is set up. Set one up in the phone’s settings, then come back.
app-enroll-by-passcode = This phone cannot read your finger or face yet. You will sign with its passcode: whoever knows it can sign, so tell nobody.
app-prompts-passcode = the phone’s passcode answers too
app-enroll-no-sensor = This phone has no fingerprint or face sensor that is strong enough to sign with. Use another phone.
app-enroll-face-not-allowed = Trien may not use your face. Allow Face ID in the settings, then come back.
app-to-settings = Open Trien’s settings
app-cover-recorded = This screen is being recorded or mirrored, so Trien covers it. Stop that to go on.
app-enroll-not-me = That is not me
app-enroll-right = Right, make my keys
app-enroll-keys = Making two keys in this phone’s hardware and sending their public halves…
app-enroll-read-out = Read this code out to the enrollment officer:
app-enroll-compare = The officer types what you read out. If it fits, nobody is in between.
app-enroll-certificate = The officer has approved. The certificate has yet to come from the authority; that can take days. You may close the app.
app-enroll-stop = Give this enrollment up
app-enroll-done = Done. This phone is ready to sign.
app-enroll-notifications = The last step: turn notifications on and try them, so that this phone tells you when something comes. You can skip it and do it later in the settings.
app-enroll-try-notifications = Try notifications
app-enroll-again = Enroll again
app-enrollment-refused = The enrollment officer did not approve this phone. Meet the officer and ask for a new invitation.
app-scan-point = Hold the QR code before the camera.
app-scan-no-camera = The camera cannot be opened. Allow it in the settings, or paste the link.
app-scan-refused = The camera may not be used. Allow it in the phone’s settings, or paste the link.

# Settings.
app-settings = Settings
app-settings-language = Language
app-settings-certificate = My certificate
app-settings-no-certificate = No certificate yet. Enroll this phone.
app-settings-device = This device
app-settings-lost = Lost it? Call the officer for devices at once: suspending it takes effect immediately.
app-biometrics-end-key = Before you add a finger or a face to this phone: its key to sign with will end, and you will have to enroll again with the officer.
app-devices = My devices
app-devices-look = Other phones, loss, replacement
app-devices-others = My other phones
app-devices-none = You have no other phone.
app-device-active = In use
app-device-waiting = Waiting for its certificate
app-device-suspended = Suspended; only the officer for devices can undo it
app-device-since = Enrolled on
app-lost = Report it as lost
app-lost-title = Report a phone as lost?
app-lost-what = That phone is suspended at once and can sign nothing any more. The one in your hand goes on as before. You cannot undo it yourself, only the officer for devices can.
app-lost-really = Suspend it
app-replace = Replace this phone
app-replace-new-phone = Another phone: ask the officer for devices for an invitation and enroll the new one. This one stays usable until the new one is approved.
app-replace-key-gone = This phone cannot sign any more (after a finger was added, for example): ask here to enroll it again. The officer will see it and send an invitation.
app-replace-ask = Ask to enroll this phone again
app-replace-asked = Asked. Once you have the invitation, open or scan it in the next step.
app-renew-ask = Ask for a new certificate
app-replace-open = I have the invitation
app-settings-notifications = Notifications
app-certificate-subject = Issued to
app-certificate-issuer = Issued by
app-certificate-serial = Serial number
app-certificate-valid = Valid
app-certificate-ending = The certificate ends on { $day }. Ask the officer for devices for a new one.
app-certificate-ended = The certificate ended on { $day }, so you cannot sign. Ask the officer for devices.
app-keys-strongbox = security chip of its own (StrongBox)
app-keys-tee = the processor’s secure part (TEE)
app-keys-secure-enclave = security chip of its own (Secure Enclave)
app-keys-unknown = no keys yet
app-notifications-push = On: this phone tells you when something comes.
app-notifications-by-itself = On, but without a push service: this phone asks the office about every fifteen minutes.
app-notifications-off = Off: you see what is new only when you open the app.
app-notifications-allow = Turn notifications on
app-notifications-look = See and try notifications
app-notifications-first = When something waits for you, this phone will tell you. Turn notifications on, then send one to try.
app-notifications-asking = Asking the server about notifications…
app-notifications-content-free = A push service learns that this phone was woken, and when. It gets no document’s name, no number and no office’s name.
app-push-ok = The server knows how to wake this phone, and can.
app-push-failing = The push service has not taken what the server sends since { $since }. This phone still asks about every fifteen minutes. If it goes on, tell the administrator.
app-push-dead = The push service does not know this phone’s address any more. Another one was asked for; look again in a few minutes.
app-push-none-there = There is no push service on this phone. An app that distributes UnifiedPush (ntfy for example) can be installed; your administrator knows which.
app-push-choose = There is more than one push service on this phone. Choose below which may wake it.
app-push-none-yet = There is a push service on this phone, and the server cannot use it yet. Look again in a few minutes; if it stays so, tell the administrator.
app-push-sent = Last woken
app-push-test = Send a test
app-push-test-waiting = The server was asked to wake this phone. Waiting, at most a minute…
app-push-test-arrived = This phone was woken at { $at }. It will know at once when something comes.
app-push-test-missing = Nothing came within a minute. See whether the distributing app is running and not held back to save the battery, then send another test.
app-push-providers = Woken by
app-skip = Skip
app-licences = Licences
app-diagnostics = Diagnostics
app-diagnostics-what = Read these lines to whoever helps you. No document is named here, and nothing is secret.
app-diagnostics-run = Try the connection
app-diagnostics-reached = The server answers; its log has { $size } entries and continues what this phone knew.
app-diagnostics-clock = This phone’s clock differs from the server’s by { $seconds } seconds.
app-fact-app = App
app-fact-model = Model
app-fact-device = Device
app-fact-server = Server
app-fact-keys = Keys are in
app-fact-notifications = Notifications
app-fact-synced = Last sync
app-fact-unsent = Decisions not sent
app-fact-last-failure = Last failure
# Where the app does not open, and there are no diagnostics.
app-fact-at = At
app-fact-failure = Failure

# Verifying a document.
app-verify = Verify a document
app-verify-what = Choose any PDF. It is verified on this phone and sent nowhere.
app-verify-choose = Choose a PDF
app-verify-another = Choose another
app-verify-working = Verifying…
app-verify-notes = To be noted
app-verify-trust = Verified with the authorities that your office trusts.
app-verify-no-trusted-issuer = The certificate does not lead to an authority that your office trusts.
app-verify-no-revocation-list = This phone has no word on whether the certificate was revoked.

# Why not: a sentence, and what can be done.
app-try-again = Try again
app-look-again = Look at the document again
app-go-back = Back
app-open-security = Open the phone’s security settings
app-open-app-settings = Open the app’s settings
app-failure-not-enrolled = This phone is not enrolled.
app-failure-already-enrolled = This phone is enrolled. To enroll it anew, have the officer for devices revoke it first.
app-failure-no-enrollment = This enrollment cannot go on. Open the invitation’s link again.
app-failure-invitation = This is not an invitation to Trien, or part of it is missing. Scan the QR code again.
app-failure-short-code = The short code has eight digits. Type it again.
app-failure-wrong-short-code = These are not the digits on the officer’s screen. { $left ->
    [one] One try
   *[other] { $left } tries
} left.
app-failure-impostor = The server could not prove to be the sender of the invitation. Do not go on; tell the enrollment officer.
app-failure-profile = The certificate that came does not fit this phone’s keys. Tell the enrollment officer.
app-failure-address = The server’s address in the invitation cannot be used. Tell the enrollment officer.
app-failure-unreachable = { $server } cannot be reached. Check the network, then try again.
app-failure-wrong-server-key = { $server } does not have the key that this phone remembers; somebody may be in between. Nothing was sent. Try another network, or tell the administrator.
app-failure-unexpected = The server answered in a way that this app does not understand. Try again; if it stays so, tell the administrator.
app-failure-log = The server’s log contradicts what this phone saw before. Signing has stopped. Tell the administrator at once.
app-failure-sync-first = A sync is needed before you decide.
app-failure-nothing-to-decide = This document waits for your decision no more.
app-failure-changed = The document has changed since you opened it. Look again.
app-failure-sheet-expired = The sheet was open for five minutes. Open it again for a new time of signing.
app-failure-already-decided = You have decided on this document already.
app-failure-too-late = The time ran out at { $at }; this document cannot be signed any more.
app-failure-certificate-ended = The certificate of this phone ended at { $at }; nothing was signed. Ask for a new invitation and enroll again.
app-failure-document = What arrived is not the document that was submitted. Fetch it again; if it stays so, tell the submitter.
app-failure-unsignable = This phone does not open the file, because it cannot be signed safely; so it cannot be returned from here either. Ask the submitter to recall it and to submit another file; until then the request waits.
app-failure-tell = Tell the submitter:
app-failure-recipe = The signature cannot be placed as was asked. Tell the submitter.
app-failure-delegation = The delegation does not let you decide on this in another's place. Sync; if it stays so, ask whoever delegated.
app-failure-reason = The reason is empty, too long, or has characters that cannot be shown. Change it.
app-failure-cancelled = You dismissed the prompt, so nothing was signed.
app-failure-key-invalidated = The fingers or faces on this phone have changed, so the key to sign with is lost for good. Ask for a new invitation and enroll again.
app-failure-locked = Too many wrong tries: this phone has locked finger and face. Unlock it with your passcode, then try again.
app-failure-key = The hardware that holds the key did not answer. Nothing was signed. Try again; if it stays so, restart the phone.
app-failure-face-not-allowed = Trien may not use your face, so nothing was signed. Allow Face ID in Trien’s settings, then try again.
app-failure-keys-missing = This phone’s keys are gone. Ask for a new invitation and enroll again.
app-failure-keys-locked = The key store is locked. Unlock the phone, then try again.
app-failure-keys-unsupported = This phone cannot make the keys that the office asks for. Add a finger or a face and try again, or use another phone.
app-failure-secrets = The phone’s secret store did not answer. Restart the phone and try again.
app-failure-disk-full = This phone’s storage is full. Free some space, then try again.
app-failure-key-lost = The key to the data on this phone is gone, and what was kept cannot be opened any more. Restart the phone and open the app again. If it stays so, enroll again: documents that wait for you are fetched from the server, decisions that were signed and not sent have to be signed again.
app-failure-other-release = What is stored here was written by another release of the app. Update the app.
app-failure-files = The app’s files cannot be read or written. Try again; if it stays so, tell the administrator.
app-failure-defect = The app met a defect of its own. Try again; if it stays so, tell the administrator.

# Nothing is kept on the phone any more, and why.
app-erased-revoked = This phone was revoked. The documents, lists and past decisions kept on it are erased, and the key to them is destroyed; the office’s records remain. { $unanswered ->
    [0] The server has answered every decision that was signed.
    [one] One decision was signed and not answered by the server; ask the clerk whether it is recorded.
   *[other] { $unanswered } decisions were signed and not answered by the server; ask the clerk whether they are recorded.
}
app-erased-key-lost = No key opened the old data on this phone any more, so it was erased. Decisions that were signed and not sent are lost too; those documents still wait for you at the server. Ask for a new invitation to enroll again.

# Looking before signing.
app-preview = Show the page to be signed
app-preview-title = The page to be signed
app-preview-what = Page { $page } exactly as it will be once signed at { $at }. Nothing is signed yet.
app-preview-to-sheet = To the signing sheet
app-panel-files = Attachments ({ $count })
app-attachment = Attachment
app-attachment-read = Read { $name }
app-attachment-elsewhere = Not a PDF, so it cannot be read here. Open it on a computer.
app-size-kb = { $count } kB
app-size-mb = { $count } MB
app-over-receipt = Show my decision

# Changes after a signature.
app-changes-look = See what was changed
app-changes-title = Changes after signing
app-changes-looking = Comparing the versions in the file…
app-changes-drawing = Drawing the two pages…
app-changes-what = Something was changed after a signature. Compare the page as it was signed with the page now; differences have a red frame.
app-changes-none = No change after a signature was found.
app-changes-page = Page { $page }
app-changes-whole = The whole document
app-changes-after = After the signature of { $name }
app-changes-compare = Compare
app-changes-before = When it was signed
app-changes-now = Now
app-changes-not-there = This page was not there when it was signed.
app-changes-gone = This page is no longer there.

# Practice.
app-practice = Practise reading and signing
app-practice-title = Practice
app-practice-worthless = PRACTICE – a signature here is worth nothing
app-practice-opening = Opening the practice document…
app-practice-try = Try signing
app-practice-sheet = The page to be signed for practice, at { $at }. Nothing is sent.
app-practice-signing = Making a practice key and signing…
app-practice-signed = Signed for practice. The phone has checked the signature as a stranger would:
app-practice-why = The content is unchanged, but the practice key is registered nowhere, so nobody vouches for the signer. When you sign for real, the phone uses the key that your office approved. Nothing was sent or kept.
app-practice-again = Practise again
app-practice-end = Done

# Keeping and sharing.
app-keep-share = Share the signed file
app-keep-what = The signed file can be shared with its proofs from the log. The phone checks all of it before another app gets it.
app-keep-fetching = Fetching the signed file and checking its proofs…
app-keep-valid = Checked: all signatures are valid and stand in the log. These files are for the app that you choose:
app-keep-undetermined = File and proofs fit each other, but this phone does not know enough to call all signatures valid. These files are for the app that you choose:
app-failure-not-finished = The document is not signed by everybody yet, so there is nothing to keep. Sync and look again.
app-failure-kept = The file or a proof from the server does not fit, so nothing was shared. Try again; if it happens again, tell your administrator.
app-failure-share = The files could not be handed to another app. Check that there is space left, then try again.
app-failure-not-read = The file from the other app could not be read. Choose it again.

# Delegations.
app-delegations = Signing in my place
app-delegations-asking = Asking the server for delegations…
app-delegations-what = A delegate signs with their own key on their own phone. You can still decide as before, and end a delegation at any time.
app-delegations-given = What I delegate
app-delegations-received = What is delegated to me
app-delegations-given-none = You have delegated nothing.
app-delegations-received-none = Nobody has delegated anything to you.
app-delegation-planned = not started yet
app-delegation-in-force = in force
app-delegation-ended = over
app-delegation-whom = Delegate
app-delegation-who = Given by
app-delegation-position = Position
app-delegation-as = Above the signature
app-delegation-units = Documents of
app-delegation-below = { $name } and the units below it
app-delegation-elsewhere = another unit of the office
app-delegation-kinds = Kinds of documents
app-delegation-all-kinds = all kinds
app-delegation-time = In force
app-delegation-from-to = from { $from } to the end of { $until }
app-delegation-reason = Reason, or written act
app-delegation-give = Delegate to somebody
app-delegation-end = End it
app-delegation-end-title = End this delegation?
app-delegation-end-what = From then on no decision is recorded by this delegation. What was signed before stays valid.
app-delegation-end-why = Why it ends
app-delegation-end-really = End the delegation
app-delegation-end-done = The delegation to { $name } has ended.
app-delegation-lay-down = Lay it down
app-delegation-lay-down-title = Lay down this delegation?
app-delegation-lay-down-what = From then on you decide nothing by this delegation. What you signed before stays valid. Whoever gave it sees in their list that it is over.
app-delegation-lay-down-why = Why you lay it down
app-delegation-lay-down-really = Lay down the delegation
app-delegation-lay-down-done = You have laid down the delegation by { $name }.
app-delegate-whom = To whom?
app-delegate-asking = Asking the server to whom you may delegate…
app-delegate-search = Find a person
app-delegate-none = Nobody else holds a post in your unit or below it. Tell your administrator.
app-delegate-not-found = Nobody found. Try another word; marks are not needed.
app-delegate-deputy = deputy
app-delegate-another = Choose another person
app-delegate-terms = What is delegated
app-delegate-form = Form of signing
app-form-kt = KT. – for the head
app-form-tl = TL. – by order
app-form-tuq = TUQ. – authorised in writing
app-form-kt-what = A deputy signs for the head of the same unit.
app-form-tl-what = Somebody signs by order of the head.
app-form-tuq-what = Signed by a written authorisation, for the kinds of documents that it names.
app-delegate-kinds = Kinds of documents
app-delegate-kinds-hint = Several with commas between. Empty means all kinds.
app-delegate-from = First day
app-delegate-until = Last day
app-delegate-today = Until tonight
app-delegate-week = 7 days
app-delegate-month = 30 days
app-delegate-reason = Reason, or written act
app-delegate-fault-day = Write days like 31/12/2026.
app-delegate-fault-past = The first day is over already.
app-delegate-fault-order = The last day cannot be before the first.
app-delegate-fault-long = A delegation lasts a year at most.
app-delegate-fault-kinds = TUQ. has to name kinds of documents.
app-delegate-fault-reason = Say why, or name the written act.
app-delegate-look = Look at the sheet
app-delegate-sheet = Delegation
app-delegate-sheet-what = You let { $name } decide in your place, exactly as below. They cannot pass it on.
app-delegate-sheet-final = A delegation stands in the log and cannot be removed from it; it can be ended at any time.
app-delegate-signing = Signing and sending the delegation…
app-delegate-given = Delegated to { $name }. This phone has checked that it stands in the office’s log.
app-delegate-unknown = It is not known whether the server took the delegation. Look at the list before you delegate again.
app-delegate-to-list = See the delegations
app-in-place-of = in place of { $name }
app-deciding-in-place-of = You decide in place of { $name }, by delegation.
app-sign-title-above = Above the signature
app-sign-in-place-of = In place of
app-sign-delegation-until = Delegation ends
app-route-by = decided by { $form } { $name }
app-route-awaits = approved, document signature awaited until { $until }
app-route-awaits-over = approved, but the document was not signed until { $until }; this part awaits another approval
app-route-absent = away to the end of { $until }
app-route-absent-later = away from { $since } to the end of { $until }

# Copies, paper, and comments beside pages.
app-tab-copies = For information
app-empty-copies = No document has been sent to you for information.
app-copy-delivered = sent { $at }
app-copy-opened = opened { $at }
app-copy-unopened = not opened
app-copy-what = Sent to you for information; there is nothing to decide. The sender sees when you first open it.
app-fact-delivered = Sent
app-fact-opened = First opened
app-fact-due = To be decided by
app-fact-paper = Also on paper
app-paper-legislation = legal normative document
app-paper-finance = finance
app-paper-personnel = personnel
app-paper-complaints = complaints
app-comments = Comments
app-comments-asking = Asking the server for comments…
app-comments-what = Clerks and those with a part in the document can read them. They are not in the file, and nobody signs them.
app-comments-none = No comments yet.
app-comments-over = This document has ended: nothing is added to the comments or withdrawn.
app-comment-page = Page { $page }
app-comment-file-page = Attachment { $file }, page { $page }
app-comment-text = Your comment
app-comment-too-long = The comment has more than { $count } characters. Shorten it, or write more than one.
app-comment-on-page = On page { $page }
app-comment-page-before = Page before
app-comment-page-after = Page after
app-comment-send = Add comment
app-comment-sending = Sending…
app-comment-withdraw = Withdraw
app-comment-withdraw-title = Withdraw this comment?
app-comment-withdraw-what = Its text will be gone for everybody. Who wrote it, when, and on which page stays.
app-comment-withdrawn = withdrawn { $at }
app-comment-clerk = clerk
