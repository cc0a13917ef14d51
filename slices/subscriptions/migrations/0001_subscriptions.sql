-- What can be subscribed to.
CREATE TABLE plans (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX plans_code ON plans (tenant_id, code);
CREATE INDEX plans_newest ON plans (tenant_id, created_at, id);

-- What a plan costs, by the month and by the year, the tax in it. A row is never changed: the highest version counts, and
-- whoever has subscribed keeps theirs.
CREATE TABLE plan_prices (
  tenant_id UUID NOT NULL,
  plan_id UUID NOT NULL,
  cadence TEXT NOT NULL,
  version BIGINT NOT NULL,
  id UUID NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  trial_days BIGINT NOT NULL,
  hsn TEXT NOT NULL,
  rate_bps BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, plan_id, cadence, version)
);
CREATE UNIQUE INDEX plan_prices_id ON plan_prices (tenant_id, id);

-- Who has subscribed to what. Days are those of the tenant's calendar; `period_end` is the day after the last.
-- `anchor_on` and `periods` give every boundary: the anchor and so many months or years, the 31st kept in mind.
-- `since_on` and `since_minor` are the stretch of the period that is billed at today's plan, and what was billed for it.
-- `carry_minor` goes off the next invoice; below zero it is added. `pending` is a change that waits for its payment.
CREATE TABLE subscriptions (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  customer_name TEXT NOT NULL,
  plan_id UUID NOT NULL,
  price_id UUID NOT NULL,
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
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX subscriptions_key ON subscriptions (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX subscriptions_newest ON subscriptions (tenant_id, created_at, id);
CREATE INDEX subscriptions_contact ON subscriptions (tenant_id, contact_id, id);
CREATE INDEX subscriptions_plan ON subscriptions (tenant_id, plan_id, state);
CREATE INDEX subscriptions_parked ON subscriptions (tenant_id, id) WHERE parked IS NOT NULL;
CREATE INDEX subscriptions_ending ON subscriptions (tenant_id, cancel_on, id) WHERE cancel_on IS NOT NULL;

-- What was billed: each period once, and changes that had to be paid at once.
CREATE TABLE subscription_charges (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  subscription_id UUID NOT NULL,
  kind TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  price_id UUID NOT NULL,
  quantity BIGINT NOT NULL,
  billed_minor BIGINT NOT NULL,
  invoice_id UUID,
  due_on TEXT,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX subscription_charges_period ON subscription_charges (tenant_id, subscription_id, period_start) WHERE kind = 'period';
CREATE UNIQUE INDEX subscription_charges_invoice ON subscription_charges (tenant_id, invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX subscription_charges_of ON subscription_charges (tenant_id, subscription_id, created_at, id);
CREATE INDEX subscription_charges_open ON subscription_charges (tenant_id, subscription_id, due_on) WHERE state = 'open' AND kind = 'period';

-- How a customer's monthly recurring revenue moved on a day: what it was as the day began, and what it is. Both together say
-- what the movement is; `known` tells whoever comes back from whoever comes for the first time.
CREATE TABLE mrr_days (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  currency TEXT NOT NULL,
  on_day TEXT NOT NULL,
  opening_minor BIGINT NOT NULL,
  closing_minor BIGINT NOT NULL,
  known BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, currency, on_day)
);
CREATE INDEX mrr_days_day ON mrr_days (tenant_id, currency, on_day);
