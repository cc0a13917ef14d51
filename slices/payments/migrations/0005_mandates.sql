-- How something is to be paid, and by whom.
ALTER TABLE intents ADD COLUMN way TEXT NOT NULL DEFAULT 'checkout';
ALTER TABLE intents ADD COLUMN contact_id UUID;
ALTER TABLE intents ADD COLUMN mandate_id UUID;
ALTER TABLE intents ADD COLUMN keep BOOLEAN NOT NULL DEFAULT FALSE;

-- Who a customer is at the provider that they pay by: they stay with one.
CREATE TABLE provider_customers (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  provider TEXT NOT NULL,
  customer TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
);

-- What a customer has agreed to be charged by: a card or an account that the provider keeps. One counts.
CREATE TABLE mandates (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  provider TEXT NOT NULL,
  customer TEXT NOT NULL,
  method TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mandates_live ON mandates (tenant_id, contact_id) WHERE state = 'active';
CREATE UNIQUE INDEX mandates_method ON mandates (tenant_id, provider, method);
CREATE INDEX mandates_newest ON mandates (tenant_id, created_at, id);
CREATE INDEX mandates_contact ON mandates (tenant_id, contact_id, created_at, id);
