# The lowest assurance level that a unit takes for approval keys.

policy-policy = Assurance level of phones
policy-lead = The lowest level that this unit and those below it take for approval keys. What a unit above states is a floor: units below it can only ask for more.
policy-lowest = Lowest level now
policy-said-by = Stated by
policy-own = Stated by this unit itself
policy-overruled = What the unit itself states has no effect, because a unit above it asks for more.
policy-said-by-nobody = by default, no unit states one
policy-level = New level
policy-as-above = As the unit above
policy-level-A = A: keys in a security chip of their own (StrongBox), attested
policy-level-B = B: keys in the phone's trusted environment (TEE), attested
policy-level-C = C: a genuine iOS app on a genuine device
policy-level-T = T: keys in PKCS#11 tokens that officers have seen, nothing attested
policy-level-D = D: keys in software, nothing attested
policy-look = Look at what it does
policy-plan = Change the assurance level
policy-before = Before
policy-after = After
policy-falling = Phones below the new level
policy-falling-none = No phone is below the new level.
policy-falling-lead = These phones stay enrolled, but their decisions are refused until their people change phones or the level is lowered.
policy-suspend = Also suspend the active phones of this list at once
policy-d-means = Level D takes keys in software too: whoever copies the key file and knows its passphrase signs in the person's place. For trials and integrations only, never for real documents.
policy-do = Change the level
policy-news = The assurance level was changed.
policy-too-low = below the level that the unit requires; its decisions are refused

# Phones whose attestation stands on a new list of revocations.
policy-doubted = Phones with revoked evidence
policy-doubted-lead = The maker's new status list names a certificate by which these phones showed that their keys are in hardware. They are taken as level D now; where the unit requires more, their decisions are refused. Enroll another phone for the person, or suspend this one.
policy-listed-revoked = revoked
policy-listed-suspended = suspended for a while
