-- A webhook that somebody paused: what happens meanwhile is queued, and sent once it is resumed.
ALTER TABLE webhook ADD COLUMN paused_at INTEGER;
