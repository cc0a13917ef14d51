-- Subscriptions that a provider runs: `run` is what it said last, and the three columns beside it are what they are found by. Their plan is
-- the one that names the provider's price; there may be none. SQLite takes no NOT NULL away, so the table is made anew.
CREATE TABLE subscriptions_anew (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  customer_name TEXT NOT NULL,
  plan_id UUID,
  price_id UUID,
  quantity BIGINT NOT NULL,
  discount_bps BIGINT NOT NULL,
  state TEXT NOT NULL,
  anchor_on TEXT NOT NULL,
  periods BIGINT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  since_on TEXT NOT NULL,
  since_minor BIGINT NOT NULL,
  carry_minor BIGINT NOT NULL,
  decide_by BIGINT,
  next_price_id UUID,
  next_quantity BIGINT,
  pending JSONB,
  cancel_on TEXT,
  pause_on TEXT,
  resume_on TEXT,
  past_due_on TEXT,
  ended_on TEXT,
  reason TEXT,
  parked TEXT,
  mrr_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  idempotency_key TEXT,
  request_hash TEXT,
  created_at BIGINT NOT NULL,
  run JSONB,
  run_by TEXT,
  provider_subscription_id TEXT,
  provider_price TEXT,
  PRIMARY KEY (tenant_id, id)
);
INSERT INTO subscriptions_anew (tenant_id, id, contact_id, customer_name, plan_id, price_id, quantity, discount_bps, state, anchor_on, periods,
  period_start, period_end, since_on, since_minor, carry_minor, decide_by, next_price_id, next_quantity, pending,
  cancel_on, pause_on, resume_on, past_due_on, ended_on, reason, parked, mrr_minor, currency, idempotency_key,
  request_hash, created_at)
SELECT tenant_id, id, contact_id, customer_name, plan_id, price_id, quantity, discount_bps, state, anchor_on, periods,
  period_start, period_end, since_on, since_minor, carry_minor, decide_by, next_price_id, next_quantity, pending,
  cancel_on, pause_on, resume_on, past_due_on, ended_on, reason, parked, mrr_minor, currency, idempotency_key,
  request_hash, created_at
FROM subscriptions;
DROP TABLE subscriptions;
ALTER TABLE subscriptions_anew RENAME TO subscriptions;
CREATE UNIQUE INDEX subscriptions_key ON subscriptions (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX subscriptions_newest ON subscriptions (tenant_id, created_at, id);
CREATE INDEX subscriptions_contact ON subscriptions (tenant_id, contact_id, id);
CREATE INDEX subscriptions_plan ON subscriptions (tenant_id, plan_id, state);
CREATE INDEX subscriptions_parked ON subscriptions (tenant_id, id) WHERE parked IS NOT NULL;
CREATE INDEX subscriptions_ending ON subscriptions (tenant_id, cancel_on, id) WHERE cancel_on IS NOT NULL;
CREATE UNIQUE INDEX subscriptions_theirs ON subscriptions (tenant_id, run_by, provider_subscription_id) WHERE run_by IS NOT NULL;
CREATE INDEX subscriptions_their_price ON subscriptions (tenant_id, run_by, provider_price) WHERE run_by IS NOT NULL;

-- Under which id a plan is sold at a provider.
CREATE TABLE plan_elsewhere (
  tenant_id UUID NOT NULL,
  provider TEXT NOT NULL,
  price TEXT NOT NULL,
  plan_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, provider, price)
);
CREATE UNIQUE INDEX plan_elsewhere_plan ON plan_elsewhere (tenant_id, plan_id, provider);
