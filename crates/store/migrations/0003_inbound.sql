-- What providers called us with, word for word, each event once.
CREATE TABLE inbound (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  provider TEXT NOT NULL,
  event_id TEXT NOT NULL,
  body BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  processed_at BIGINT,
  note TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX inbound_event ON inbound (tenant_id, provider, event_id);
CREATE INDEX inbound_received ON inbound (tenant_id, received_at, id);
CREATE INDEX inbound_open ON inbound (tenant_id, received_at) WHERE processed_at IS NULL;
