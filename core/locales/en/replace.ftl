# Replacing a phone: the invitation names the old one, which works until the new one is approved.

replace-replacement = Replacement
replace-replace = Replace by another phone
replace-lead = This invitation names the phone that is replaced. It works until the new one is approved and active, and ends at that moment with its certificate. The same where this very phone has to make its keys anew, such as after a fingerprint was added.
replace-do = Invite to enroll a replacement
replace-will = Once approved, it replaces
replace-did = Replaces
replace-by = Replaced by
replace-asked = This phone says that its approval key is gone, and asks for a replacement, since
replace-settle-do = Nothing to replace
replace-asking = Phones that lost their approval key and ask for a replacement
replace-news-settled = Noted: nothing to replace.
