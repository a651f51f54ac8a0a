# The register: figures of a period, renewals, validities.

figures-by = By
figures-what = Name
figures-whole = All together
figures-units = By unit
figures-unit-alone = This unit alone, without those below it
figures-unit-below = Unit with those below it
figures-levels = By level of units
figures-unit-level = Level of the unit
figures-no-level = No level stated
figures-assurances = By assurance level
figures-outside-phones = Outside phones
figures-step = Over time
figures-steps = Divide by
figures-by-none = Not divided
figures-by-month = Month
figures-by-quarter = Quarter
figures-by-year = Year
figures-until = until the end of
figures-export = Download these figures
figures-begin = In use at the beginning
figures-issued = Issued
figures-resumed = Resumed
figures-suspended = Suspended
figures-renewed = Renewed
figures-revoked = Revoked
figures-expired = Expired
figures-idle = Ended while not in use
figures-end = In use at the end

renewal-renews = Renews
renewal-renewed-by = Renewed by
renewal-replaced-by = Replaced by
renewal-waits = not issued yet
renewal-serial = serial
renewal-title = Renewal
renewal-lead = To renew the certificate of a phone is to enroll again, on this phone or another one, with new keys. This certificate works until the new one is approved; then the register says that it was renewed, and the revocation list that it was superseded. The new one lives as long as renewals may.
renewal-do = Invite to renew
renewal-elsewhere = A certificate outside phones is renewed by its authority. Once the new one is there, record it and choose this one as the one whose place it takes.
renewal-record = Record the new certificate

console-exceeds = longer than allowed
console-exceeds-lead = The certificate is valid for longer than allowed (five years for a first one, three for a renewal; Decree 68/2024/NĐ-CP, Article 9). The register keeps it as it is; tell its authority.
console-home-exceeding = Certificates valid for longer than allowed
console-unfit-holder-not-clerk = The agency's certificate is held by its clerk (R12). This person has no post as clerk of the unit: give them one first (change of post, or the column of authority in the table of people), or choose somebody else.
