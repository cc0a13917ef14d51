-- Texts with variables. Only what a tenant changed has rows; what they did not is compiled in as version 0.
-- A change is a further row: the highest version is the one in use.
CREATE TABLE templates (
  tenant_id UUID NOT NULL,
  type TEXT NOT NULL,
  channel TEXT NOT NULL,
  locale TEXT NOT NULL,
  version BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  provider_template TEXT,
  updated_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, type, channel, locale, version)
);

-- One text that goes to one person on one channel, rendered when it was queued.
CREATE TABLE messages (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  about UUID,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  template TEXT NOT NULL,
  version BIGINT NOT NULL,
  provider_template TEXT,
  variables JSONB NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  urgency TEXT NOT NULL,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  step TEXT NOT NULL,
  provider_id TEXT,
  error_class TEXT,
  reason TEXT,
  retry_at BIGINT,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  sent_at BIGINT,
  closed_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- The same fact never makes two.
CREATE UNIQUE INDEX messages_once ON messages (tenant_id, source, source_ref, step, channel);
CREATE INDEX messages_newest ON messages (tenant_id, created_at, id);
CREATE INDEX messages_address ON messages (tenant_id, address, created_at, id);
CREATE INDEX messages_about ON messages (tenant_id, about, created_at, id) WHERE about IS NOT NULL;
CREATE INDEX messages_provider ON messages (tenant_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX messages_person ON messages (tenant_id, created_at, id) WHERE state IN ('dead', 'failed', 'unknown') AND closed_at IS NULL;
CREATE INDEX messages_pending ON messages (tenant_id, created_at, id) WHERE state IN ('scheduled', 'queued');

-- A provider's word on a message, each once.
CREATE TABLE receipts (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  message_id UUID NOT NULL,
  provider TEXT NOT NULL,
  event_id TEXT NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  detail TEXT,
  at BIGINT,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX receipts_once ON receipts (tenant_id, provider, event_id);
CREATE INDEX receipts_message ON receipts (tenant_id, message_id);

-- Addresses that are not written to, and why.
CREATE TABLE suppressions (
  tenant_id UUID NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  scope TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address, scope)
);

-- How many messages reached which state on which day (UTC), kept by the reaction count_messages.
CREATE TABLE message_counts (
  tenant_id UUID NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  messages BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, channel, state)
);
