# How often an approval key asks for a fingerprint, a face or a PIN.

prompt-prompt = Asks the signer
prompt-lead = How often the keys in the phones of this unit and those below it ask for a fingerprint or face. Where a unit above states something, units below it can only ask more often; where nobody does, each signature is asked for and no passcode answers.
prompt-now = At present, for phones that are enrolled anew
prompt-new = New statement
prompt-per-use = For each signature
prompt-session = Once for a session
prompt-session-of = Once for { $seconds } seconds, { $signatures } signatures at most
prompt-seconds = Seconds of a session
prompt-signatures = Most signatures of a session
prompt-passcode = the phone's passcode answers too
prompt-passcode-too = Allow the phone's passcode in place of a finger or a face
prompt-passcode-means = Whoever knows the passcode of the signer's phone can sign. Allow it only where phones cannot read the signer's fingers or face.
prompt-plan = Change how often the signer is asked
prompt-overruled = A unit above asks more often, so what this unit states does not hold in full.
prompt-keeps = The policy is fixed in a key when it is made: phones that are enrolled keep theirs until they are enrolled again.
prompt-do = Change it
prompt-news = Changed. Phones that are enrolled keep theirs.
prompt-not-stated = not stated
prompt-elsewhere-hint = How often the token or the service asks for the PIN, as its maker says.
prompt-unclear = Choose how often it asks; a session has seconds and signatures, at least 1 of each.
