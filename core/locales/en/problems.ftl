# Why the server refused: a title and a sentence that says what to do. Keys are
# `problem-<slug>-title` and `problem-<slug>-detail`; $code is a particular for machines.

problem-bad-request-title = The request cannot be read
problem-bad-request-detail = Compare it with the API description and send it again. { $code ->
    [none] { "" }
   *[other] ({ $code })
}
problem-unauthenticated-title = Not signed in
problem-unauthenticated-detail = The credential is missing, wrong or no longer valid. Document systems: check the API key. Administrators: make another token in the console. Phones: enroll the device again.
problem-clock-skew-title = The clock is off
problem-clock-skew-detail = The device's clock differs from the server's by more than five minutes. Set the time automatically and try again.
problem-replayed-title = The same message came before
problem-replayed-detail = A signed message is taken once. Sync, and send it again freshly signed.
problem-device-suspended-title = The device is suspended
problem-device-suspended-detail = Nothing can be signed with this device for now. Ask the officer in charge of devices.
problem-device-revoked-title = The device was revoked
problem-device-revoked-detail = This device can no longer be used. Ask for a new invitation and enroll again.
problem-device-pending-title = The device waits for approval
problem-device-pending-detail = Read the comparison code to the officer in charge of devices; then try again.
problem-forbidden-title = Not allowed
problem-forbidden-detail = This credential does not reach that unit or that action. Use one that does.
problem-not-found-title = Not found
problem-not-found-detail = There is nothing here for you. Check the address.
problem-method-not-allowed-title = Wrong method
problem-method-not-allowed-detail = This address takes other methods; the header Allow names them.
problem-overtaken-title = Already decided
problem-overtaken-detail = Somebody else was faster, or the step does not wait for you. Sync to see how it stands.
problem-stale-revision-title = The document has new signatures
problem-stale-revision-detail = Somebody signed in the meantime. Sync, look at the document again and sign that version.
problem-awaits-document-signature-title = The document awaits another signer's signature
problem-awaits-document-signature-detail = Somebody has approved on the phone and has still to sign the document with a certificate on another device. Once that signature is there, or waiting for it has ended (24 hours at most), sync, look at the document again and approve. To reject or return it, you need not wait.
problem-request-ended-title = The request has ended
problem-request-ended-detail = It was completed, rejected, returned, recalled or has expired. Sync to see how it stands.
problem-enrollment-ended-title = The enrollment is over
problem-enrollment-ended-detail = Start again from the invitation; if it is used up, ask for a new one.
problem-invitation-spent-title = The invitation no longer works
problem-invitation-spent-detail = It was used, has expired or met too many wrong codes. Ask for a new invitation.
problem-too-large-title = Too large
problem-too-large-detail = { $code ->
    [none] The message is larger than the limit.
   *[other] The limit is { $code } bytes.
} Make it smaller: split the document or compress its pictures.
problem-unsupported-media-type-title = Another format is needed
problem-unsupported-media-type-detail = Send JSON as application/json, submissions as multipart/form-data and documents as application/pdf.
problem-range-not-satisfiable-title = The document is shorter
problem-range-not-satisfiable-detail = The range lies beyond the end of the document. Download it from the beginning.
problem-idempotency-conflict-title = The key was used for another submission
problem-idempotency-conflict-detail = Use a new Idempotency-Key for each document, and the same one only to repeat the same submission.
problem-secret-grade-title = State secrets are not taken
problem-secret-grade-detail = Documents graded Mật, Tối mật or Tuyệt mật must not be handled here. Nothing of it was kept. Use the procedure for secret documents.
problem-unsignable-pdf-title = This PDF cannot be signed soundly
problem-unsignable-pdf-detail = Save it again as a plain PDF and submit it again.
problem-no-clean-copy-title = No clean copy can be made of this PDF
problem-no-clean-copy-detail = Ask its sender for a sound file, or print it to PDF.
problem-wrong-digest-title = The file is not the one that was announced
problem-wrong-digest-detail = Its SHA-256 differs from the one in the submission. Check that the right file was attached, and send it again.
problem-invalid-request-title = The submission cannot be queued
problem-invalid-request-detail = Correct its description and send it again. { $code ->
    [none] { "" }
   *[other] ({ $code })
}
stamp-anchor-not-found = The text that a stamp is to stand beside is not in the document. Write it as the document does, capitals too, whole words of one line; of long documents the last 500 pages are searched, if no page is named. A scan has no text: say the place itself.
stamp-anchor-several = The text that a stamp is to stand beside is in the document more than once. Name its page or a longer text, or take the last place.
stamp-anchor-no-room = On that side of the text, the page has no room for the stamp. Choose another side or a smaller stamp.
stamp-anchor-unreadable = A page that had to be searched for the text of a stamp cannot be read. Name the page of the text, or say the stamp's place itself.
template-no-post-held-by-nobody = Nobody holds a post that the template names. Give somebody the post, name the person in the template, or submit with steps of its own; the template's page says which step it is.
template-no-post-held-by-several = More than one person holds a post that the template names. Name the person in the template, or submit with steps of its own; the template's page says which step it is.
template-no-template-moved = The template, or who holds the posts that it names, has changed since it was looked at. Look at it again, then repeat what you did.
problem-decision-mismatch-title = The decision does not match the request
problem-decision-mismatch-detail = What was signed is not what the office queued, so it was not recorded. Sync and open the document again; if it happens again, tell the administrator.
problem-decision-expired-title = The decision came too early or too late
problem-decision-expired-detail = Its time of signing is outside the limits. Check the device's clock, open the document again and decide again.
problem-certificate-not-valid-title = The certificate is not valid
problem-certificate-not-valid-detail = It has expired or was revoked. Ask the officer in charge of devices for a new one.
problem-assurance-too-low-title = The device's keys are not protected enough
problem-assurance-too-low-detail = This unit takes only keys in secure hardware. Use a phone that has it, or ask the administrator about the unit's policy.
problem-no-delegation-title = This cannot be delegated
problem-no-delegation-detail = { $code ->
    [not-head] Only the head of a unit delegates to others. If you are the head, ask the administrator to look at your position.
    [not-your-post] You do not hold the position that the delegation names any more. If the position on this device is wrong, tell the administrator.
    [not-their-post] The delegate does not hold this position any more. Choose again whom you delegate to.
    [form] The form does not suit the positions: KT. is for a deputy of the same unit, TL. and TUQ. for people of the unit or below it, and a clerk is given none. Choose another form or another person.
    [time] This device's clock is more than five minutes from the server's. Let it set the time by itself, then sign again.
    [over] The delegation's time is over already. Write another day.
    [too-many] Too many of your delegations stand at once. End those that are not needed any more.
   *[other] The delegation or its signature does not match. Sign again; if it happens again, tell the administrator.
}
problem-token-not-confirmed-title = The token's serial number is not confirmed
problem-token-not-confirmed-detail = This device keeps its approval key in a PKCS#11 token. Look at the token, and type the serial number that stands on it or that its maker's program shows. Leave the field out for devices without a token.
problem-wrong-code-title = The code is not the one on the phone
problem-wrong-code-detail = Let the person read the eight digits again. Tries left: { $code }.
problem-too-many-requests-title = Too many requests
problem-too-many-requests-detail = Wait a minute and try again.
problem-internal-title = A defect of ours
problem-internal-detail = Nothing you did is wrong. Try again; if it happens again, tell the administrator the request id in the header X-Request-Id.
problem-unavailable-title = Not available right now
problem-unavailable-detail = Nothing is lost. Try again in a few seconds.
problem-storage-full-title = The server's disk is full
problem-storage-full-detail = Nothing was changed. Tell the administrator to make room, then try again.
problem-log-recovery-title = The server is being recovered
problem-log-recovery-detail = Phones have seen more records than the server has, so it takes no decisions until it is recovered. Your decisions stay on your phone.
