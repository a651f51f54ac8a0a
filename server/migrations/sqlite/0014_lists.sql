-- What keeps lists as quick with a province's phones as with a commune's.
--
-- `device.sorting` is its person's name as lists are sorted, and `device_word` the words of that name:
-- a phone is found by them also after its person left. `position.equipped` is 1 where the person has a
-- phone that may act, so that those without one are found without asking for each.

ALTER TABLE device ADD COLUMN sorting TEXT NOT NULL DEFAULT '';
CREATE INDEX device_sorting ON device (sorting, id);
CREATE INDEX device_standing ON device (state, assurance, sorting, id);
CREATE INDEX device_unit ON device (unit, state);
CREATE INDEX device_pending ON device (state, id, unit) WHERE state = 'pending';

CREATE TABLE device_word (
    word TEXT NOT NULL,
    sorting TEXT NOT NULL,
    device BLOB NOT NULL,
    PRIMARY KEY (word, sorting, device)
) STRICT, WITHOUT ROWID;

ALTER TABLE position ADD COLUMN equipped INTEGER NOT NULL DEFAULT 0;
UPDATE position SET equipped = 1
    WHERE person IN (SELECT d.person FROM device d WHERE d.state = 'active');
CREATE INDEX position_without ON position (sorting, person, unit, title)
    WHERE until IS NULL AND equipped = 0;
CREATE INDEX position_without_unit ON position (unit) WHERE until IS NULL AND equipped = 0;

CREATE INDEX register_entry_person ON register_entry (person, state, device, id);
DROP INDEX invitation_person;
CREATE INDEX invitation_person ON invitation (person, created_at);
DROP INDEX register_entry_unit;
CREATE INDEX register_entry_unit ON register_entry (unit, state, not_after_seconds);
CREATE INDEX register_entry_state ON register_entry (state, id);
CREATE INDEX register_entry_ends ON register_entry (state, not_after_seconds, id);
