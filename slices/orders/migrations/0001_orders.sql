-- What customers asked for. The id is in the order of time, so lists sort and page by it.
-- `number` is for people and is given by a reaction right after the order is placed: counting up inside the order's own
-- transaction would make every order of a shop wait for the one before it.
-- `idempotency_key` keeps an order unique for ever, also when the stored answer is gone.
CREATE TABLE orders (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  number BIGINT,
  contact_id UUID,
  customer_name TEXT,
  customer_reach TEXT,
  state TEXT NOT NULL,
  pay TEXT NOT NULL,
  product TEXT NOT NULL,
  currency TEXT NOT NULL,
  total_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  paid_minor BIGINT NOT NULL,
  refunded_minor BIGINT NOT NULL,
  coupon_code TEXT,
  delivery_date TEXT,
  payment_id UUID,
  idempotency_key TEXT,
  request_hash TEXT,
  created_at BIGINT NOT NULL,
  paid_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX orders_number ON orders (tenant_id, number);
CREATE UNIQUE INDEX orders_key ON orders (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX orders_contact ON orders (tenant_id, contact_id, id);

-- What an order is made of, at the price that it was placed at. `amount_minor` is before the line's share of the discount.
CREATE TABLE order_lines (
  tenant_id UUID NOT NULL,
  order_id UUID NOT NULL,
  position BIGINT NOT NULL,
  id UUID NOT NULL,
  product_id UUID NOT NULL,
  price_id UUID NOT NULL,
  product TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  unit_minor BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  packed_at BIGINT,
  PRIMARY KEY (tenant_id, order_id, position)
);
