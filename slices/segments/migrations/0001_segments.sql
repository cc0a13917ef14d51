-- Sets of contacts that follow from a filter. `after_id` says how far a build is: everybody up to there was held against the filter.
CREATE TABLE segments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  filter JSONB NOT NULL,
  state TEXT NOT NULL,
  contacts BIGINT NOT NULL,
  version BIGINT NOT NULL,
  after_id UUID,
  looked_at BIGINT NOT NULL,
  of_contacts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  built_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX segments_name ON segments (tenant_id, folded);

CREATE TABLE segment_members (
  tenant_id UUID NOT NULL,
  segment_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, segment_id, contact_id)
);
CREATE INDEX segment_members_contact ON segment_members (tenant_id, contact_id, segment_id);

-- How often somebody did something on a day of the tenant's own calendar, counted in days since 1970.
CREATE TABLE fact_days (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  kind TEXT NOT NULL,
  day BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, kind, day)
);
CREATE INDEX fact_days_day ON fact_days (tenant_id, kind, day, contact_id);

-- A tenant of whose people something is known, and up to which day what fell out of its segments' windows was looked at; no day where
-- it never had one. Whoever counts what people do, or writes who is in a segment, holds this row, so that an older look never
-- overwrites a newer one.
CREATE TABLE segment_books (
  tenant_id UUID NOT NULL,
  day BIGINT,
  PRIMARY KEY (tenant_id)
);
