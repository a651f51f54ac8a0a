# Invitations without a slip: cancelled, sent again, and why one does not work any more.

invitation-invitations = Recent invitations
invitation-lead = Cancelling one or sending it again ends it at once, and turns away a phone that waits by it.
invitation-until = good until
invitation-cancel = Cancel the invitation
invitation-resend = Send again: another invitation in place of this one
invitation-state-open = good
invitation-state-used = used
invitation-state-expired = expired
invitation-state-spent = tried too often, or the post has ended
invitation-state-cancelled = cancelled
invitation-state-replaced = replaced by another one
invitation-news-cancelled = The invitation was cancelled.

slip-ended-invitation-expired = The invitation has expired. Ask your enrollment officer to send it again.
slip-ended-invitation-spent = The invitation was tried too often, or you do not hold the post any more that it was made for. Ask your enrollment officer for a new one.
slip-ended-invitation-cancelled = Your enrollment officer cancelled this invitation. Ask the enrollment officer of your unit.
slip-ended-invitation-replaced = There is a newer invitation in place of this one. Use the newest one.
