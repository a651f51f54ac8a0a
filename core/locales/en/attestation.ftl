# Why the attestation of a phone's keys (Android Key Attestation) is refused, and what to do.
# Keys are `attestation-<slug>`.

attestation-chain-length = The chain that attests the key has too few or too many certificates. Update the app and enroll again.
attestation-certificate-unreadable = A certificate of the chain that attests the key cannot be read. Update the app and enroll again.
attestation-not-linked = The certificates of the chain that attests the key do not follow one another. Update the app and enroll again.
attestation-wrong-signature = A certificate of the chain that attests the key has a wrong signature. Do not approve this device; use another phone and tell an administrator.
attestation-weak-signature = A certificate of the chain that attests the key is signed weakly or in an unusual way. Use a newer phone.
attestation-unknown-root = The chain that attests the key leads to no root that the office trusts. Use a phone certified by Google; if it is one, an administrator must check the roots file.
attestation-not-valid-now = A certificate of the chain that attests the key is not valid yet, or not any more. Connect the phone so that it fetches new ones, and enroll again; a phone that is too old must be replaced.
attestation-not-an-authority = A certificate of the chain that attests the key may not certify others. Do not approve this device; use another phone and tell an administrator.
attestation-critical-extension = A certificate of the chain that attests the key limits itself in an unknown way. An administrator must update the server.
attestation-revoked = The certificate that protects keys of this kind of phone was revoked. Use another phone.
attestation-suspended = The certificate that protects keys of this kind of phone is suspended. Use another phone.
attestation-no-description = The chain does not describe the key. Update the app, or use a phone with secure hardware.
attestation-extended-chain = The chain was made longer by a key of some app. Do not approve this device; tell an administrator.
attestation-description-unreadable = The description of the key cannot be read. Update the system and the app, and enroll again.
attestation-tag-order = The description of the key can be understood in several ways. Update the system, or use another phone.
attestation-wrong-challenge = The key was made for another enrollment. Begin again from the invitation.
attestation-wrong-key = The attestation is about another key than the one sent. Do not approve this device; begin again from the invitation.
attestation-not-hardware = The key is not in secure hardware. Use a phone that has it.
attestation-wrong-algorithm = The key is not for P-256. Update the app and enroll again.
attestation-wrong-purpose = The key can be used for something else than signing. Update the app and enroll again.
attestation-wrong-digest = The key can be used with another digest than SHA-256. Update the app and enroll again.
attestation-not-generated = The key was not made inside the hardware, so a copy may exist. Do not approve this device; begin again from the invitation.
attestation-no-person-asked = The approval key works without asking the person. Update the app and enroll again.
attestation-not-biometric = Something else than a fingerprint or face opens the approval key. Set up a fingerprint or face, update the app and enroll again.
attestation-wrong-timeout = The approval key stays open for another time than the unit's policy says. Begin again from the invitation.
attestation-open-on-body = The approval key stays open while the phone is carried. Update the app and enroll again.
attestation-unlocked = The phone's boot loader is unlocked. Lock it, or use another phone.
attestation-boot-not-verified = The phone does not run its maker's own system. Install that again, or use another phone.
attestation-patches-too-old = The phone's security patches are older than the unit takes. Update the system and enroll again.
attestation-wrong-app = The key belongs to another app. Install the app that the office names, and enroll again.
attestation-wrong-app-signer = The app is not signed by its known publisher. Remove it, install the one that the office names, and enroll again.
attestation-object-unreadable = The app's attestation (App Attest) cannot be read. Update iOS and the app, then enroll again.
attestation-development-app = The app is a build for developers. Install the one that the office names, then enroll again.
attestation-used-before = The app's key was used before. Remove the app, install it again and enroll from the start.

# `trien attestation show`
attestation-show-serial = serial
attestation-show-not-followed = The chain was not followed: give --roots.
attestation-show-trusted = The chain leads to a trusted root.
attestation-show-software = By its own word, software holds the key: no assurance level.
attestation-show-trusted-environment = By its own word, the key is in the processor's trusted environment (level B).
attestation-show-strongbox = By its own word, the key is in a security chip of its own, StrongBox (level A).
attestation-show-by-hardware = The hardware enforces:
attestation-show-by-system = The operating system enforces:
