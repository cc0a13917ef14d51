-- Who brings customers. `rate_bps` is empty where the shop's own rate holds.
CREATE TABLE referrers (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  rate_bps BIGINT,
  active BOOLEAN NOT NULL,
  clicks BIGINT NOT NULL,
  sign_ups BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX referrers_code ON referrers (tenant_id, code);
CREATE UNIQUE INDEX referrers_contact ON referrers (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- Whoever followed a link or signed up, once however often they did.
CREATE TABLE referral_visitors (
  tenant_id UUID NOT NULL,
  referrer_id UUID NOT NULL,
  kind TEXT NOT NULL,
  visitor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, referrer_id, kind, visitor)
);

-- A referrer's share of one order. `paid_minor` is what was paid for the order, `base_minor` that without tax, `reversed_minor` what
-- went back of the commission because `refunded_minor` went back of the order.
CREATE TABLE commissions (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  referrer_id UUID NOT NULL,
  order_id UUID NOT NULL,
  state TEXT NOT NULL,
  why TEXT,
  currency TEXT NOT NULL,
  paid_minor BIGINT NOT NULL,
  base_minor BIGINT NOT NULL,
  rate_bps BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL,
  refunded_minor BIGINT NOT NULL,
  reversed_minor BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  earned_at BIGINT,
  due_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- One order, one referrer.
CREATE UNIQUE INDEX commissions_order ON commissions (tenant_id, order_id);
CREATE INDEX commissions_referrer ON commissions (tenant_id, referrer_id, id);
CREATE INDEX commissions_state ON commissions (tenant_id, state, id);

-- What each referrer has to get: `payable_minor` falls below nothing where money of an order went back after its commission was paid.
CREATE TABLE referrer_balances (
  tenant_id UUID NOT NULL,
  referrer_id UUID NOT NULL,
  currency TEXT NOT NULL,
  pending_minor BIGINT NOT NULL,
  payable_minor BIGINT NOT NULL,
  paid_minor BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, referrer_id, currency)
);

-- What referrers were paid, as somebody noted it.
CREATE TABLE commission_payouts (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  referrer_id UUID NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  method TEXT NOT NULL,
  reference TEXT NOT NULL,
  paid_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- A transfer is noted once.
CREATE UNIQUE INDEX commission_payouts_reference ON commission_payouts (tenant_id, referrer_id, reference);
