-- One thing that is said to many. Its audience is frozen before it goes out: `frozen` counts how often that was done.
CREATE TABLE campaigns (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  -- What is said, by channel, in the order in which they are tried.
  contents JSONB NOT NULL,
  -- first: each person on the first channel that reaches them; every: on each of them.
  way TEXT NOT NULL,
  audience JSONB NOT NULL,
  quiet_from TEXT NOT NULL,
  quiet_to TEXT NOT NULL,
  local BOOLEAN NOT NULL,
  per_second BIGINT NOT NULL,
  worth_hours BIGINT NOT NULL,
  frozen BIGINT NOT NULL,
  frozen_after UUID,
  people BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  -- It goes out as soon as its audience is known.
  go BOOLEAN NOT NULL,
  starts_at BIGINT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX campaigns_newest ON campaigns (tenant_id, created_at, id);

-- Whom it goes to, and whom it does not and why: a row for each message, under the id that the message has. Its state is `waiting`,
-- `excluded`, or that of its message.
CREATE TABLE campaign_recipients (
  tenant_id UUID NOT NULL,
  campaign_id UUID NOT NULL,
  frozen BIGINT NOT NULL,
  contact_id UUID NOT NULL,
  channel TEXT NOT NULL,
  message_id UUID NOT NULL,
  address TEXT,
  state TEXT NOT NULL,
  reason TEXT,
  zone TEXT,
  known JSONB NOT NULL,
  due_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, frozen, message_id)
);
CREATE INDEX campaign_recipients_state ON campaign_recipients (tenant_id, campaign_id, frozen, state, due_at, message_id);
CREATE INDEX campaign_recipients_contact ON campaign_recipients (tenant_id, contact_id);

-- How many, by channel: of the audience who waits and who is left out and why, and what became of messages.
CREATE TABLE campaign_counts (
  tenant_id UUID NOT NULL,
  campaign_id UUID NOT NULL,
  channel TEXT NOT NULL,
  -- audience, or moved
  about TEXT NOT NULL,
  word TEXT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, about, channel, word)
);
