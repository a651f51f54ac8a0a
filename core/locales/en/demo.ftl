# What `trien demo` tells while it works: one key a step.

demo-title = Trien demo: one document, from submission to verification
demo-step-server = The server runs on SQLite in { $folder }
demo-step-office = { $unit } has a leader, { $leader }, and a clerk, { $clerk }
demo-step-enrolled = The simulated phone of { $leader } is enrolled: the person read out { $code }, the officer typed it
demo-step-queued = The clerk's document system queued { $document }
demo-step-synced = The phone learned of it and downloaded { $size } bytes
demo-step-checked = The phone checked the file itself: SHA-256 as listed, every object read; pages: { $pages }, things to know: { $findings }
demo-step-shown = The phone drew each page, and the page with its stamp: { $folder }
demo-step-sheet = The sheet opened: sign as { $position }, at { $time }
demo-step-signed = The phone built the revision, its key signed once, and the server verified, embedded and recorded it
demo-step-receipt = The phone verified the receipt: the log has { $size } leaves, and the decision is one of them
demo-step-fetched = The document system fetched the signed document and its evidence
demo-step-verified = A stranger verified both, with nothing but the files
demo-files = Files written
demo-verify-again = Verify it yourself
demo-open = Look at it in the browser
demo-stop = Ctrl-C ends the server and removes its folder.
demo-simulated = The phone is simulated: its keys are in files, and no outside office trusts its certificate.
demo-total = Done in { $millis } ms of work.
