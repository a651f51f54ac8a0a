-- Invitations that nobody used, by unit and when they were made: whoever goes no further after one is found without
-- looking at all that were ever made.

CREATE INDEX invitation_unused ON invitation (unit, created_at, person) WHERE state IN ('open', 'spent');
