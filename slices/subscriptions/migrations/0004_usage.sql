-- What was used above a plan in periods that are over, and is to be billed: each stretch of units of a feature once. `after_units` is how
-- many units of the period were kept before, and `packages` what these begin of the `per_units` that are sold together. What has no
-- invoice waits for the next one.
CREATE TABLE subscription_usage (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  subscription_id UUID NOT NULL,
  feature TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  after_units BIGINT NOT NULL,
  units BIGINT NOT NULL,
  per_units BIGINT NOT NULL,
  packages BIGINT NOT NULL,
  price_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  invoice_id UUID,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX subscription_usage_once ON subscription_usage (tenant_id, subscription_id, feature, period_start, after_units);
CREATE INDEX subscription_usage_of ON subscription_usage (tenant_id, subscription_id, created_at, id);
CREATE INDEX subscription_usage_waits ON subscription_usage (tenant_id, subscription_id, created_at, id) WHERE invoice_id IS NULL;
