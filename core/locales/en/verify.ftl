# What a verification found. Keys are `verify-<reason>`.

verify-sound = Every reader sees the same document.
verify-not-sound = The strict reader refuses this file, so what it shows cannot be vouched for. Ask its sender for the original, or check it with another validator.
verify-unsigned-changes = Something was added after the last signature and nobody signed it. Compare with the signed state, or ask for a file without additions.
verify-no-signature = Nobody has signed this document.

verify-intact = The bytes are those that were signed.
verify-document-changed = The document was changed after it was signed. Do not use it; ask for the original.
verify-signature-wrong = The signature was not made with the key of the certificate. Do not use the document.
verify-certificate-not-bound = The signature does not say which certificate it was made with, or names another one.
verify-certificate-missing = The signer's certificate is not in the file.
verify-signature-unreadable = The signature cannot be read.
verify-algorithm-unsupported = The signature uses an algorithm that this program does not compute. Check it with another validator.
verify-algorithm-weak = The signature uses SHA-1, MD5 or an RSA key below 2048 bits, which can be forged. Ask the signer to sign again with a newer algorithm.
verify-timestamp-mismatch = The timestamp belongs to something else than this signature or document.
verify-format-unsupported = The signature has a form that this program does not check. Check it with another validator.

verify-valid-when-signed = The certificate was valid at the time of signing.
verify-not-yet-valid = The certificate was not valid yet at the time of signing.
verify-expired = The certificate had expired at the time of signing.
verify-signed-in-the-future = The time of signing lies in the future: a clock is wrong. Check the time of this machine.

verify-key-for-this = The key in the certificate is meant for this.
verify-key-for-other = The key in the certificate is not meant for this: it must not count as a signature.

verify-trusted = The certificate leads to an authority that you trust.
verify-no-trusted-issuer = The certificate does not lead to an authority that you trust. Name its root with --trust if you trust it.
verify-chain-broken = The certificate was not issued as its authority may issue it.
verify-chain-unsupported = The chain of certificates has something that this program does not process. Check it with another validator.

verify-not-revoked = No certificate of the chain was revoked.
verify-revoked = The certificate was revoked before the document was signed.
verify-revoked-later = The certificate was revoked later; a timestamp or the log proves that the signature is older.
verify-revoked-after-claimed-time = The certificate was revoked, and only the signature itself says that it is older. It does not count unless a timestamp or evidence from the log proves it.
verify-no-revocation-list = Nothing at hand says whether the certificate was revoked. Fetch the authority's revocation list and name it with --crl, or an OCSP answer with --ocsp.
verify-revocation-list-outdated = The revocation list or OCSP answer at hand does not reach the time of signing. Fetch one that does.
verify-revocation-list-unusable = The revocation list or OCSP answer at hand cannot be used. Fetch it again.
verify-chain-unknown = Without a chain of certificates, revocation cannot be asked.
verify-signer-unknown = Without the signer's certificate, this cannot be asked.

verify-shown-changed = What is shown was changed after this signature. Compare with the signed state and do not rely on the change.
verify-permission-broken = Something was changed after this signature that its signer did not permit. Ask the signer, or ask for the original.
verify-change-unclear = Something was changed after this signature and this program cannot tell whether it matters. Compare with the signed state in another tool.

verify-change-page-content = The content or the look of a page was changed.
verify-change-pages = Pages were added, removed or moved.
verify-change-catalog = The document's root was changed.
verify-change-annotation = An annotation was added, changed or removed.
verify-change-covers-content = Something added later hides what was signed.
verify-change-field-appearance = A field shows something else than it did.
verify-change-optional-content = Layers that can be switched on and off were changed.
verify-change-actions = What the document does when it is opened or used was changed.
verify-change-xfa = The XFA form was changed, which some viewers show instead of the pages.
verify-change-signature = A signature was removed or replaced.
verify-change-field = A form field was added, removed or rebuilt.
verify-change-locked-field = A field was changed that a signer had locked.
verify-change-forbidden = A change was made of a kind that a signer had forbidden.
verify-change-unknown = There is a change that this program does not understand.
verify-change-unreadable = The document as it was signed cannot be read or drawn, so it cannot be compared.
verify-change-too-much = The document is too large for all its changes to be compared.

verify-recorded = The log recorded this decision.
verify-refused = The log recorded that this decision was refused: it does not count.
verify-rejected = The log recorded that this document was rejected or sent back.
verify-evidence-swapped = The evidence belongs to another document or another signature.
verify-evidence-foreign = The evidence comes from another log than the one whose key was given.
verify-evidence-broken = The evidence does not lead from the decision to the log: it was changed.
verify-decision-mismatch = The recorded decision is about another document, certificate or time than this signature.
verify-document-signature-not-shown = The evidence does not show that the document signature was recorded.
verify-document-signature-missing = The log recorded that no document signature was made by this decision.
verify-document-signature-broken = What the evidence says of the document signature does not fit the log, or is of another signature.
verify-decider-untrusted = The certificate of the person who decided cannot be trusted here.
verify-decided-by = Decided on a phone, by the certificate, by: { $name }
verify-second-leaf-signed = The document signature stands in entry { $index }, recorded { $time }
verify-second-leaf-expired = No document signature came in time: entry { $index }, recorded { $time }
verify-second-leaf-withdrawn = The document signature was not awaited any more: entry { $index }, recorded { $time }
verify-authority-not-shown = It was decided in another's place, and the delegation is not given.
verify-authority-untrusted = It was decided in another's place, and the certificate of whoever delegated was not one to trust at that time.
verify-authority-broken = It was decided in another's place, and the delegation given does not prove itself.
verify-authority-exceeded = It was decided in another's place, beyond what the delegation covers.
verify-in-place = { $form } { $of } ({ $name }), signed by: { $by }; delegated from { $starts } to { $ends }
verify-not-shown = Whether the decision was recorded is not shown: no evidence was given.

verify-verdict-valid = VALID
verify-verdict-not-valid = NOT VALID
verify-verdict-undetermined = CANNOT BE DETERMINED
