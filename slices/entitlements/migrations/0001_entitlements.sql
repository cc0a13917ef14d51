-- What plans can give. `code` is its name in programs, and stays. Of a metered feature `resets` says by what counting begins anew, and
-- `grace_percent` how far above the limit it still goes.
CREATE TABLE features (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  resets TEXT NOT NULL,
  grace_percent BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX features_code ON features (tenant_id, code);

-- What a plan gives of a feature for each one that is subscribed to: 9223372036854775807 is without a limit, so that no limit is an
-- ordinary number. A switch that is on is 1.
CREATE TABLE plan_features (
  tenant_id UUID NOT NULL,
  plan_id UUID NOT NULL,
  feature TEXT NOT NULL,
  allows BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, plan_id, feature)
);

-- What one customer gets in place of what their plans give, up to and with a day; 9999-12-31 is a day that never comes.
CREATE TABLE entitlement_overrides (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  feature TEXT NOT NULL,
  allows BIGINT NOT NULL,
  until TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, feature)
);

-- How much of a metered feature is used in a period. `subject` is a contact, or the tenant itself for what it has of the platform.
-- `allowed` is what it was held against last, and `warned` the highest threshold of that which was told of. Days are those of the
-- tenant's calendar; `period_end` is the day after the last.
CREATE TABLE usage_counters (
  tenant_id UUID NOT NULL,
  subject UUID NOT NULL,
  feature TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  used BIGINT NOT NULL,
  allowed BIGINT NOT NULL,
  warned BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, subject, feature, period_start)
);
CREATE INDEX usage_counters_near ON usage_counters (tenant_id, warned, period_end, subject, feature) WHERE warned > 0;

-- What was used, each once by (source, event_id). `period_start` is the period that it counts in; `adjusts` marks what came too late for
-- its own, and is that one's first day, or the day of the event where nobody knows its period any more.
CREATE TABLE usage_events (
  tenant_id UUID NOT NULL,
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  id UUID NOT NULL,
  subject UUID NOT NULL,
  feature TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  period_start TEXT NOT NULL,
  adjusts TEXT,
  PRIMARY KEY (tenant_id, source, event_id)
);
CREATE INDEX usage_events_newest ON usage_events (tenant_id, received_at, id);
CREATE INDEX usage_events_subject ON usage_events (tenant_id, subject, received_at, id);

-- Thresholds that were crossed: each once for a limit and a period, so a limit that is raised arms them again.
CREATE TABLE usage_thresholds (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  subject UUID NOT NULL,
  feature TEXT NOT NULL,
  period_start TEXT NOT NULL,
  percent BIGINT NOT NULL,
  allowed BIGINT NOT NULL,
  used BIGINT NOT NULL,
  crossed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX usage_thresholds_once ON usage_thresholds (tenant_id, subject, feature, period_start, percent, allowed);
CREATE INDEX usage_thresholds_newest ON usage_thresholds (tenant_id, crossed_at, id);
CREATE INDEX usage_thresholds_subject ON usage_thresholds (tenant_id, subject, crossed_at, id);

-- Who gets what is new: nobody while it is off; else a share of all customers, in basis points, and those who are named.
CREATE TABLE flags (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  is_on BOOLEAN NOT NULL,
  share_bps BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX flags_name ON flags (tenant_id, name);
CREATE TABLE flag_subjects (
  tenant_id UUID NOT NULL,
  flag_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, flag_id, contact_id)
);
CREATE INDEX flag_subjects_contact ON flag_subjects (tenant_id, contact_id, flag_id);
