-- How much of each feature a tenant used on each day of its own calendar: counted from the journal by one reaction.
CREATE TABLE usage_counts (
  tenant_id UUID NOT NULL,
  day TEXT NOT NULL,
  feature TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, feature)
);

-- The time zone that a tenant had where the counting stands in the journal, so that counting anew gives the same days.
CREATE TABLE usage_zones (
  tenant_id UUID NOT NULL PRIMARY KEY,
  time_zone TEXT NOT NULL
);
