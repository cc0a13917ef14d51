-- Subscriptions that a provider runs, as it said last. `version` counts its answers that said something new, and `told` is the last of
-- them; whoever asks reads the version first, and what they bring counts only while it is still the same.
CREATE TABLE provider_subscriptions (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  provider TEXT NOT NULL,
  provider_subscription_id TEXT NOT NULL,
  contact_id UUID,
  version BIGINT NOT NULL,
  told JSONB,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX provider_subscriptions_theirs ON provider_subscriptions (tenant_id, provider, provider_subscription_id);
-- Whose a customer of the provider's is.
CREATE INDEX provider_customers_theirs ON provider_customers (tenant_id, provider, customer);
