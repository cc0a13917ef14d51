-- What the shop's own programs say that somebody did. The fact of it names the row; what was said of it is here alone, so that it goes with
-- the person when they are erased.
CREATE TABLE events (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  contact_id UUID NOT NULL,
  data JSONB NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX events_listed ON events (tenant_id, at, id);
CREATE INDEX events_by_name ON events (tenant_id, name, at, id);
CREATE INDEX events_by_contact ON events (tenant_id, contact_id, at, id);

-- Which names there have been, and how often each.
CREATE TABLE event_names (
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  count BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
CREATE INDEX event_names_last ON event_names (tenant_id, last_at, name);
