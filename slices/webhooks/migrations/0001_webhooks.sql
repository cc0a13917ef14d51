-- Addresses that a tenant's events are sent to. No `kinds` is every kind. Both secrets are locked; the one before signs
-- along until its time is over. A removed one keeps its row, without secrets, for the deliveries that name it.
CREATE TABLE webhook_endpoints (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  kinds JSONB,
  state TEXT NOT NULL,
  reason TEXT,
  locked BYTEA,
  locked_before BYTEA,
  before_until BIGINT,
  enabled_at BIGINT NOT NULL,
  failing_since BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhook_endpoints_listed ON webhook_endpoints (tenant_id, created_at, id);

-- One event on its way to one endpoint. A replay is a further round of the same row; errands of earlier rounds do nothing.
CREATE TABLE webhook_deliveries (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  endpoint_id UUID NOT NULL,
  fact_id UUID NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  round BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  status BIGINT,
  next_at BIGINT,
  created_at BIGINT NOT NULL,
  tried_at BIGINT,
  delivered_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- A fact that is reacted to again makes no second one.
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (tenant_id, fact_id, endpoint_id);
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (tenant_id, created_at, id);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (tenant_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (tenant_id, endpoint_id, state, created_at, id)
  WHERE state IN ('queued', 'waiting');

-- What each try came to.
CREATE TABLE webhook_attempts (
  tenant_id UUID NOT NULL,
  delivery_id UUID NOT NULL,
  number BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  took_ms BIGINT NOT NULL,
  status BIGINT,
  outcome TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant_id, delivery_id, number)
);

-- How many came to an end on which day, UTC.
CREATE TABLE webhook_counts (
  tenant_id UUID NOT NULL,
  endpoint_id UUID NOT NULL,
  day TEXT NOT NULL,
  delivered BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, endpoint_id, day)
);
