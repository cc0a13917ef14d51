-- Providers that take messages and say nothing of what becomes of them, while that is so.
CREATE TABLE silences (
  tenant_id UUID NOT NULL,
  channel TEXT NOT NULL,
  provider TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, channel, provider)
);

-- The call that brought it: its bytes are forgotten with whoever wrote. Unknown of what came before.
ALTER TABLE received ADD COLUMN inbound_id UUID;
