-- What is sold. The words may change; what an order said is kept in its lines.
CREATE TABLE products (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  features JSONB NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX products_slug ON products (tenant_id, slug);
CREATE INDEX products_newest ON products (tenant_id, created_at, id);

-- What it costs. A row is never changed: a new price is a new version, and the highest one counts.
CREATE TABLE prices (
  tenant_id UUID NOT NULL,
  product_id UUID NOT NULL,
  version BIGINT NOT NULL,
  id UUID NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  interval TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, product_id, version)
);

-- Discounts claimed by a code, which is kept in capitals. `value` is basis points or minor units, by `kind`.
CREATE TABLE coupons (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  value BIGINT NOT NULL,
  currency TEXT NOT NULL,
  max_uses BIGINT,
  used BIGINT NOT NULL,
  per_contact BIGINT,
  min_amount_minor BIGINT NOT NULL,
  starts_at BIGINT,
  ends_at BIGINT,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX coupons_code ON coupons (tenant_id, code);
CREATE INDEX coupons_newest ON coupons (tenant_id, created_at, id);

-- Who used which coupon for what: at most one an order, given back at most once.
CREATE TABLE redemptions (
  tenant_id UUID NOT NULL,
  order_id UUID NOT NULL,
  coupon_id UUID NOT NULL,
  contact_id UUID,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  redeemed_at BIGINT NOT NULL,
  given_back_at BIGINT,
  PRIMARY KEY (tenant_id, order_id)
);
CREATE INDEX redemptions_coupon ON redemptions (tenant_id, coupon_id, contact_id) WHERE given_back_at IS NULL;
