-- Orders that were begun and not paid for an hour. An order's id is in the order of time, so lists and sums go by it.
-- `next_at` is when its timer rings next; `asked_at` is when the provider was asked for the reminder that is due.
CREATE TABLE abandoned_orders (
  tenant_id UUID NOT NULL,
  order_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  customer TEXT NOT NULL,
  product TEXT NOT NULL,
  products JSONB NOT NULL,
  currency TEXT NOT NULL,
  total_minor BIGINT NOT NULL,
  placed_at BIGINT NOT NULL,
  active_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  why TEXT,
  next_step BIGINT NOT NULL,
  next_at BIGINT,
  by_hand BOOLEAN NOT NULL,
  asked_at BIGINT,
  reminded_at BIGINT,
  reminded_step BIGINT,
  opened_at BIGINT,
  clicked_at BIGINT,
  replaced_by UUID,
  recovered_at BIGINT,
  paid_order_id UUID,
  paid_minor BIGINT,
  by_link BOOLEAN NOT NULL,
  by_contact BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, order_id)
);
CREATE INDEX abandoned_orders_state ON abandoned_orders (tenant_id, state, order_id);
CREATE INDEX abandoned_orders_contact ON abandoned_orders (tenant_id, contact_id, order_id);
-- What was paid was recovered once.
CREATE UNIQUE INDEX abandoned_orders_paid ON abandoned_orders (tenant_id, paid_order_id) WHERE paid_order_id IS NOT NULL;

-- One reminder. Its id is what its link says: whoever has it may see what it is of, as with an order's own page.
CREATE TABLE reminders (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  step BIGINT NOT NULL,
  discount_bps BIGINT NOT NULL,
  coupon TEXT,
  coupon_ends_at BIGINT,
  created_at BIGINT NOT NULL,
  opened_at BIGINT,
  clicked_at BIGINT,
  clicks BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Each step of an order is sent once.
CREATE UNIQUE INDEX reminders_once ON reminders (tenant_id, order_id, step);

-- Whoever followed a link, once however often they did.
CREATE TABLE reminder_visitors (
  tenant_id UUID NOT NULL,
  reminder_id UUID NOT NULL,
  visitor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, reminder_id, visitor)
);

-- Who wants no reminders of what they left.
CREATE TABLE recovery_opt_outs (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
);
