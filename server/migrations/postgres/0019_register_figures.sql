-- The register in figures, limits of validity (R14), and renewals of phones' certificates.
--
-- `register_event.in_use` is 1 where a certificate comes into use by the event (issued, recorded, resumed), -1 where it goes
-- out of use, 0 else: revoking what is suspended takes nothing out of use. Its sum over any events is how many more are
-- in use, so that figures of a period need no look at what was before.

ALTER TABLE register_event ADD COLUMN in_use BIGINT NOT NULL DEFAULT 0;
UPDATE register_event SET in_use = 1 WHERE event IN ('issued', 'recorded', 'resumed');
UPDATE register_event SET in_use = -1 WHERE event = 'suspended';
UPDATE register_event SET in_use = -1 WHERE event IN ('renewed', 'revoked', 'expired')
    AND (SELECT b.event FROM register_event b
        WHERE b.entry = register_event.entry AND b.number < register_event.number
        AND b.event IN ('issued', 'recorded', 'suspended', 'resumed', 'renewed', 'revoked', 'expired')
        ORDER BY b.number DESC LIMIT 1) IN ('issued', 'recorded', 'resumed');
CREATE INDEX register_event_figures ON register_event (entry, at, event, in_use);
CREATE INDEX register_entry_figures ON register_entry (unit, id, assurance);

-- `renews` is 1 where the entry renews its predecessor, 0 where it takes its place for another cause; `exceeds` is 1
-- where the certificate was valid for longer than R14 allows when it came: 1,827 days of a first one, 1,096 of a renewal.
ALTER TABLE register_entry ADD COLUMN renews BIGINT NOT NULL DEFAULT 0;
UPDATE register_entry SET renews = 1 WHERE EXISTS (SELECT 1 FROM register_event v
    WHERE v.entry = register_entry.predecessor AND v.event = 'renewed');
ALTER TABLE register_entry ADD COLUMN exceeds BIGINT NOT NULL DEFAULT 0;
UPDATE register_entry SET exceeds = 1 WHERE (not_after_seconds - not_before_seconds) / 86400
    > CASE WHEN renews = 1 THEN 1096 ELSE 1827 END;
CREATE INDEX register_entry_exceeds ON register_entry (id) WHERE exceeds = 1;
CREATE INDEX register_entry_predecessor ON register_entry (predecessor) WHERE predecessor IS NOT NULL;

-- Whether the device that comes of an invitation is to renew the certificate of the one that it replaces.
ALTER TABLE invitation ADD COLUMN renews BIGINT NOT NULL DEFAULT 0;
