-- What we want to be paid: one intent for each order.
CREATE TABLE intents (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  receipt TEXT NOT NULL,
  state TEXT NOT NULL,
  provider_order_id TEXT,
  description TEXT NOT NULL,
  name TEXT,
  phone TEXT,
  email TEXT,
  asks BIGINT NOT NULL,
  asked_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX intents_order ON intents (tenant_id, order_id);
CREATE UNIQUE INDEX intents_receipt ON intents (tenant_id, receipt);
CREATE UNIQUE INDEX intents_provider_order ON intents (tenant_id, provider_order_id) WHERE provider_order_id IS NOT NULL;
CREATE INDEX intents_waiting ON intents (tenant_id, state, created_at);

-- Each try at paying an intent, by the provider's id of it. `matched` marks the one that paid it.
CREATE TABLE payments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  intent_id UUID NOT NULL,
  order_id UUID NOT NULL,
  provider_payment_id TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  fee_minor BIGINT,
  currency TEXT NOT NULL,
  method TEXT NOT NULL,
  state TEXT NOT NULL,
  matched BOOLEAN NOT NULL,
  reason TEXT,
  learnt_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  captured_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX payments_provider ON payments (tenant_id, provider_payment_id);
-- No intent, and so no order, is paid twice.
CREATE UNIQUE INDEX payments_matched ON payments (tenant_id, intent_id) WHERE matched;
CREATE INDEX payments_order ON payments (tenant_id, order_id);
CREATE INDEX payments_listed ON payments (tenant_id, created_at, id);
CREATE INDEX payments_unmatched ON payments (tenant_id, created_at) WHERE NOT matched AND state = 'captured';

-- Money that goes back. The row's id is the provider's idempotency key.
CREATE TABLE refunds (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  payment_id UUID NOT NULL,
  order_id UUID NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  provider_refund_id TEXT,
  reason TEXT NOT NULL,
  failure TEXT,
  created_at BIGINT NOT NULL,
  settled_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX refunds_provider ON refunds (tenant_id, provider_refund_id) WHERE provider_refund_id IS NOT NULL;
CREATE INDEX refunds_payment ON refunds (tenant_id, payment_id);
CREATE INDEX refunds_order ON refunds (tenant_id, order_id);
CREATE INDEX refunds_listed ON refunds (tenant_id, created_at, id);
CREATE INDEX refunds_failed ON refunds (tenant_id, created_at) WHERE state = 'failed';
