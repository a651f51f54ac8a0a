# Enrollment slips: papers or messages for a month that only say who one is.

slip-slip = Slip for enrolling a signing phone
slip-slips = Enrollment slips
slip-back = Back
slip-none = No slip is good at present.
slip-print-lead = Print this page, cut it up and give each person theirs. Without the enrollment officer a slip enrolls nothing: one that is lost or copied does no harm.
slip-texts = Download as text, to be sent by mail
slip-qr = The slip's QR code
slip-how = Open Trien on your phone, scan this code, then see your enrollment officer.
slip-good-until = Good to the end of
slip-harmless = The slip only says who you are and stands for no signature.
slip-letter =
    To { $name }, { $position }, { $unit }

    This is your slip for enrolling a signing phone. On the phone that will sign, open the link below with Trien, then see the enrollment officer of your unit. The slip only says who you are and enrolls nothing without the officer.

    { $link }

    The slip is good to the end of { $until }.
slip-enroll = Enrolling a phone
slip-enroll-none = There is no enrollment slip yet.
slip-until = Slip good to the end of
slip-session-of = Latest session
slip-make = Make a slip
slip-remake = Make a new slip instead
slip-cancel = Cancel the slip
slip-print = Print or send the slip
slip-start-lead = Only when this person is in front of you, with their phone in hand.
slip-start = This person is in front of me: show the short code
slip-start-qr = Show a QR code instead
slip-many = Enrollment slips
slip-many-lead = Makes slips for those who have no phone and no good slip.
slip-many-do = Make the missing slips
slip-many-print = Print or send the slips
slip-counts = Slips of the wave
slip-state-open = good
slip-state-used = used
slip-state-expired = expired
slip-state-cancelled = cancelled
slip-state-replaced = replaced by another one
slip-state-left = ended: the person left the post
slip-session = Enrollment session
slip-session-lead = Read these eight digits out to the person in front of you, who types them into the phone that scanned the slip. The phone then shows another code, for you to compare and approve.
slip-code = Short code
slip-code-until = The code is good until
slip-code-tries = It can be tried five times.
slip-code-once = The code is shown once. If you leave this page, start another session.
slip-session-next = To the devices, to compare the code and approve
slip-session-open = waiting for the short code
slip-session-opened = the phone has the right short code
slip-session-spent = tried five times; start another session
slip-session-ended = replaced or ended
slip-session-tries = Tried { $tries } of 5 times, good until { $until }.
slip-news-made = The slip is made. An older one is not good any more.
slip-news-cancelled = The slip is cancelled.

# Why a slip or an invitation is not good any more: what the phone tells its holder.
slip-ended-used = A phone was enrolled by this slip or invitation. If it was not you, tell your enrollment officer at once.
slip-ended-expired = The slip is older than thirty days. Ask your enrollment officer for a new one.
slip-ended-cancelled = Your enrollment officer cancelled this slip. Ask the enrollment officer of your unit.
slip-ended-replaced = A newer slip was made. Use the newest one.
slip-ended-left = The slip was made for a post that you do not hold any more. Ask for a new one in your present unit.
slip-code-not-started = The enrollment officer has not begun. See the officer and ask to start the session.
slip-code-over = The short code is used or its time is over. Ask the enrollment officer to start another session.
slip-code-too-often = The short code was tried five times and is not good any more. Ask the enrollment officer to start another session.
