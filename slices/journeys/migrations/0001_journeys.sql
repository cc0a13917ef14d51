-- A way that people are led along, step by step. What is being written is `draft`; whoever enters is pinned to the version `live`.
CREATE TABLE journeys (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  draft JSONB NOT NULL,
  -- Counts the changes of the draft.
  version BIGINT NOT NULL,
  -- The number of the version that people enter; 0 where it was never begun.
  live BIGINT NOT NULL,
  -- By what people enter it by themselves, of the live version: `did:order.paid`, `segment:seg_…`; none while nobody does.
  enters TEXT,
  -- When it was begun first: what people did before leads nobody in.
  begun_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX journeys_newest ON journeys (tenant_id, created_at, id);
CREATE INDEX journeys_enters ON journeys (tenant_id, enters, id) WHERE enters IS NOT NULL;

-- A plan as people walk it. It is never changed.
CREATE TABLE journey_versions (
  tenant_id UUID NOT NULL,
  journey_id UUID NOT NULL,
  number BIGINT NOT NULL,
  plan JSONB NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, journey_id, number)
);

-- Who has been in a journey: one row for each, which decides whether they may enter (again).
CREATE TABLE journey_people (
  tenant_id UUID NOT NULL,
  journey_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  inside BOOLEAN NOT NULL,
  entered_at BIGINT NOT NULL,
  times BIGINT NOT NULL,
  -- By the rule at the last try, whoever had entered by then might enter again.
  free_by BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, journey_id, contact_id)
);

-- One pass of one person through one version.
CREATE TABLE journey_runs (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  journey_id UUID NOT NULL,
  number BIGINT NOT NULL,
  contact_id UUID NOT NULL,
  -- The step that they are at, or were at last.
  step TEXT NOT NULL,
  -- What texts are filled in with besides what is known of them.
  given JSONB NOT NULL,
  -- How often what a digest gathers has happened.
  gathered BIGINT NOT NULL,
  -- What they are waited for to do, and what ends the journey for them.
  hears TEXT,
  goal TEXT,
  heard BOOLEAN NOT NULL,
  reached BOOLEAN NOT NULL,
  entered_at BIGINT NOT NULL,
  -- When they came to this step.
  since BIGINT NOT NULL,
  -- When they are looked at next.
  wakes_at BIGINT NOT NULL,
  ended_at BIGINT,
  how TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX journey_runs_due ON journey_runs (tenant_id, journey_id, wakes_at, id) WHERE ended_at IS NULL;
CREATE INDEX journey_runs_inside ON journey_runs (tenant_id, contact_id, id) WHERE ended_at IS NULL;
CREATE INDEX journey_runs_version ON journey_runs (tenant_id, journey_id, number, id) WHERE ended_at IS NULL;
CREATE INDEX journey_runs_contact ON journey_runs (tenant_id, contact_id, entered_at, id);
CREATE INDEX journey_runs_newest ON journey_runs (tenant_id, journey_id, entered_at, id);
CREATE INDEX journey_runs_step ON journey_runs (tenant_id, journey_id, step, entered_at, id) WHERE ended_at IS NULL;

-- How many came to a step and went on, how many of its messages stand how, and who was left out and why.
CREATE TABLE journey_counts (
  tenant_id UUID NOT NULL,
  journey_id UUID NOT NULL,
  number BIGINT NOT NULL,
  step TEXT NOT NULL,
  about TEXT NOT NULL,
  word TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, journey_id, number, step, about, word)
);

-- Which message is of which step.
CREATE TABLE journey_messages (
  tenant_id UUID NOT NULL,
  message_id UUID NOT NULL,
  journey_id UUID NOT NULL,
  number BIGINT NOT NULL,
  step TEXT NOT NULL,
  run_id UUID NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX journey_messages_run ON journey_messages (tenant_id, run_id, message_id);

-- The line of a throttle: how many have a place in it since a stretch of time began.
CREATE TABLE journey_gates (
  tenant_id UUID NOT NULL,
  journey_id UUID NOT NULL,
  number BIGINT NOT NULL,
  step TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  passed BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, journey_id, number, step)
);

-- An audience that is led in, page by page.
CREATE TABLE journey_enrolments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  journey_id UUID NOT NULL,
  audience JSONB NOT NULL,
  given JSONB NOT NULL,
  after_id UUID,
  looked_at BIGINT NOT NULL,
  entered BIGINT NOT NULL,
  done_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX journey_enrolments_newest ON journey_enrolments (tenant_id, journey_id, created_at, id);
