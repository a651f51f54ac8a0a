-- Phones through their life: how often their keys ask for the person, which unit says so, and which phone
-- another one replaces. Moments are milliseconds UTC.
--
-- Until now every unit asked for a prompt for each signature; nothing could state anything else, so nothing is carried
-- over. `prompt_seconds` and `prompt_signatures` are what a unit states: both null where it states nothing, 0 and 1 for a
-- prompt each time, else the bounds of a session. The strictest of each bound along the line from a unit up holds. An
-- attempt keeps what its phone was told, because a key has for good what it was made with.

ALTER TABLE unit ADD COLUMN prompt_seconds BIGINT;
ALTER TABLE unit ADD COLUMN prompt_signatures BIGINT;
ALTER TABLE unit DROP COLUMN prompt_policy;
CREATE INDEX unit_prompt ON unit (path) WHERE prompt_seconds IS NOT NULL;

ALTER TABLE attempt ADD COLUMN prompt_policy TEXT;

-- Of a phone's key as it was made; of another key as its officer states it, or null.
ALTER TABLE register_entry ADD COLUMN prompt_policy TEXT;
UPDATE register_entry SET prompt_policy =
    (SELECT d.prompt_policy FROM device d WHERE d.id = register_entry.device);

-- Which device the one that comes of an invitation is to replace, and when a phone whose approval key is gone asked
-- for a replacement.
ALTER TABLE invitation ADD COLUMN replaces BYTEA REFERENCES device (id);
CREATE INDEX invitation_replaces ON invitation (replaces) WHERE replaces IS NOT NULL;
ALTER TABLE device ADD COLUMN replacement_asked_at BIGINT;
CREATE INDEX device_replacement_asked ON device (replacement_asked_at)
    WHERE replacement_asked_at IS NOT NULL;
