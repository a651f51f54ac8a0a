-- A webhook that somebody paused: what happens meanwhile is queued, and sent once it is resumed.
ALTER TABLE webhook ADD COLUMN paused_at BIGINT;

-- Documents that also went on paper are counted by unit and days; they are few among all.
CREATE INDEX request_on_paper ON request (unit, queued_at) WHERE on_paper IS NOT NULL;
