-- Subscriptions that a provider runs: `run` is what it said last, and the three columns beside it are what they are found by. Their plan is
-- the one that names the provider's price; there may be none.
ALTER TABLE subscriptions ADD COLUMN run JSONB;
ALTER TABLE subscriptions ADD COLUMN run_by TEXT;
ALTER TABLE subscriptions ADD COLUMN provider_subscription_id TEXT;
ALTER TABLE subscriptions ADD COLUMN provider_price TEXT;
ALTER TABLE subscriptions ALTER COLUMN plan_id DROP NOT NULL;
ALTER TABLE subscriptions ALTER COLUMN price_id DROP NOT NULL;
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
