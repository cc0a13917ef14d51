-- Answers given under an Idempotency-Key, in the commit of their effect.
CREATE TABLE idempotency_keys (
  tenant_id UUID NOT NULL,
  key TEXT NOT NULL,
  scope TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  answer JSONB,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, key)
);

-- How far each reaction has come in the journal.
CREATE TABLE reaction_cursors (
  name TEXT NOT NULL PRIMARY KEY,
  xid BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  moved_at BIGINT NOT NULL
);

-- Facts that a reaction failed on again and again, kept for a person.
CREATE TABLE facts_set_aside (
  tenant_id UUID NOT NULL,
  reaction TEXT NOT NULL,
  fact_id UUID NOT NULL,
  error TEXT NOT NULL,
  set_aside_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, reaction, fact_id)
);

-- Work that leaves the house. `waiting` until due, `ready` to be claimed, `running` on a node, `buried` for a person.
CREATE TABLE errands (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  lane TEXT NOT NULL,
  priority BIGINT NOT NULL,
  key TEXT,
  state TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  node UUID,
  tries BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  reopened BOOLEAN NOT NULL,
  body JSONB NOT NULL,
  request_id TEXT,
  note TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX errands_key ON errands (tenant_id, name, key) WHERE key IS NOT NULL AND state <> 'buried';
CREATE INDEX errands_due ON errands (due_at) WHERE state = 'waiting';
CREATE INDEX errands_ready ON errands (lane, priority, due_at, id) WHERE state = 'ready';
CREATE INDEX errands_node ON errands (node) WHERE state = 'running';
CREATE INDEX errands_buried ON errands (tenant_id, created_at) WHERE state = 'buried';

-- Every try of every errand: written before it leaves, finished when it is back.
CREATE TABLE attempts (
  tenant_id UUID NOT NULL,
  errand_id UUID NOT NULL,
  try BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  class TEXT,
  note TEXT,
  PRIMARY KEY (tenant_id, errand_id, try)
);

-- What a lane may still send this moment, and until when it must be silent.
CREATE TABLE lanes (
  lane TEXT NOT NULL PRIMARY KEY,
  tokens BIGINT NOT NULL,
  counted_at BIGINT NOT NULL,
  paused_until BIGINT NOT NULL
);

-- When one recipient may next be written to on a lane.
CREATE TABLE recipients (
  lane TEXT NOT NULL,
  recipient TEXT NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (lane, recipient)
);
CREATE INDEX recipients_old ON recipients (next_at);

-- Processes that are alive. An errand that runs on a node no longer here has been orphaned.
CREATE TABLE nodes (
  id UUID NOT NULL PRIMARY KEY,
  started_at BIGINT NOT NULL,
  alive_until BIGINT NOT NULL
);

-- Things to do at a time.
CREATE TABLE timers (
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  body JSONB NOT NULL,
  failures BIGINT NOT NULL,
  note TEXT,
  PRIMARY KEY (tenant_id, name, key)
);
CREATE INDEX timers_due ON timers (due_at);
