# The few pages that the server shows in a browser.

web-title = Trien
web-lead = Documents approved and signed on the phone.
web-running = This server is running. Phones and document systems talk to it; people use the app.
web-api = API description
web-demo = This is a demo. Names, documents and keys are made up; the phone is simulated. Nothing signed here has legal effect.
web-requests = Requests
web-requests-none = No request has been queued yet.
web-column-number = Number
web-column-subject = Abstract
web-column-signers = Signers
web-column-state = State
web-column-queued = Queued
web-state-open = waits for step { $step }
web-state-completed = completed
web-state-rejected = rejected
web-state-returned = returned
web-state-recalled = recalled
web-state-expired = expired
web-invitation-title = Invitation to Trien
web-invitation-what = With this link you enroll your phone to sign documents for your office.
web-invitation-app = Open in the Trien app
web-invitation-open = Open it on your phone in the Trien app: in the app choose “Enroll” and scan the QR code, or open this link there.
web-invitation-private = The link is secret and works once. This page sends it nowhere, and hands it to the app only when you press the button.
web-request-title = A paper waits for you
web-request-what = A paper of this office waits for you to read and decide.
web-request-open = Open it on your enrolled phone. It is shown in the Trien app alone, and to the person it is addressed to.
