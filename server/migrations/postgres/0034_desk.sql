-- A webhook that somebody paused: what happens meanwhile is queued, and sent once it is resumed.
ALTER TABLE webhook ADD COLUMN paused_at BIGINT;

-- What is under way to a webhook is counted before more is taken.
CREATE INDEX webhook_delivery_under_way ON webhook_delivery (webhook, lease_until) WHERE lease_until > 0;

-- Documents that also went on paper are counted by unit and days; they are few among all.
CREATE INDEX request_on_paper ON request (unit, queued_at) WHERE on_paper IS NOT NULL;

-- A number is looked for by how documents bear it. By unit and number alone, SQLite would rather read a unit's whole register than
-- look into the index; it goes there for what is in the order that is asked for.
DROP INDEX document_number_text;
CREATE INDEX document_number_text ON document_number (unit, number, year DESC, kind);
