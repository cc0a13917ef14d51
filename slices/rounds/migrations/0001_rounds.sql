-- Daily deliveries. Days are texts such as 2026-11-22 of the tenant's calendar; 9999-12-31 is a day that never comes, so that an
-- open end, a pause without end and no pause at all are ordinary comparisons.

CREATE TABLE routes (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  position BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX routes_name ON routes (tenant_id, name);

-- What a customer gets brought, and where to. `customer` is the contact's name as it is now. Nothing comes from `paused_from` until
-- the day before `resumes_on`.
CREATE TABLE standing_orders (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  customer TEXT NOT NULL,
  route_id UUID NOT NULL,
  stop BIGINT NOT NULL,
  address TEXT NOT NULL,
  note TEXT NOT NULL,
  product TEXT NOT NULL,
  unit TEXT NOT NULL,
  hsn TEXT NOT NULL,
  rate_bps BIGINT NOT NULL,
  pricing TEXT NOT NULL,
  currency TEXT NOT NULL,
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  paused_from TEXT NOT NULL,
  resumes_on TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX standing_orders_contact ON standing_orders (tenant_id, contact_id, id);
CREATE INDEX standing_orders_route ON standing_orders (tenant_id, route_id, stop, id);
CREATE INDEX standing_orders_open ON standing_orders (tenant_id, ends_on, id);

-- How much, on which weekdays (bit 0 is Monday) and for how much, from a day on until the next row's.
CREATE TABLE standing_terms (
  tenant_id UUID NOT NULL,
  standing_order_id UUID NOT NULL,
  from_on TEXT NOT NULL,
  quantity_milli BIGINT NOT NULL,
  weekdays BIGINT NOT NULL,
  price_minor BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, standing_order_id, from_on)
);

-- Days on which it is another quantity; nothing of it skips the day.
CREATE TABLE standing_days (
  tenant_id UUID NOT NULL,
  standing_order_id UUID NOT NULL,
  on_day TEXT NOT NULL,
  quantity_milli BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, standing_order_id, on_day)
);

-- What stands on the sheets: a row for each standing order and day, so that a day that is planned twice is the same day.
-- `share_minor` is what the usual quantity of that day costs. `invoice_id` marks what is billed and stands.
CREATE TABLE deliveries (
  tenant_id UUID NOT NULL,
  on_day TEXT NOT NULL,
  standing_order_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  pricing TEXT NOT NULL,
  currency TEXT NOT NULL,
  price_minor BIGINT NOT NULL,
  share_minor BIGINT NOT NULL,
  usual_milli BIGINT NOT NULL,
  quantity_milli BIGINT NOT NULL,
  state TEXT NOT NULL,
  eta TEXT,
  marked_at BIGINT,
  invoice_id UUID,
  PRIMARY KEY (tenant_id, on_day, standing_order_id)
);
CREATE UNIQUE INDEX deliveries_id ON deliveries (tenant_id, id);
CREATE INDEX deliveries_order ON deliveries (tenant_id, standing_order_id, on_day);
CREATE INDEX deliveries_contact ON deliveries (tenant_id, contact_id, on_day);
CREATE INDEX deliveries_unbilled ON deliveries (tenant_id, on_day, contact_id)
  WHERE invoice_id IS NULL AND state <> 'missed' AND state <> 'skipped';

-- Up to which day the sheets of a tenant stand: the row that planning takes hold of.
CREATE TABLE round_plans (
  tenant_id UUID NOT NULL,
  planned_through TEXT NOT NULL,
  PRIMARY KEY (tenant_id)
);

-- A customer's month is billed once.
CREATE TABLE month_bills (
  tenant_id UUID NOT NULL,
  month TEXT NOT NULL,
  contact_id UUID NOT NULL,
  currency TEXT NOT NULL,
  customer TEXT NOT NULL,
  invoice_id UUID NOT NULL,
  number TEXT NOT NULL,
  total_minor BIGINT NOT NULL,
  billed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, month, contact_id, currency)
);
CREATE UNIQUE INDEX month_bills_invoice ON month_bills (tenant_id, invoice_id);
CREATE INDEX month_bills_list ON month_bills (tenant_id, billed_at, invoice_id);
