-- Units that say themselves where their certificates come from: a handful among thousands.

CREATE INDEX unit_certified ON unit (path) WHERE certified_by IS NOT NULL;
