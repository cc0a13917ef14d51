-- Comparisons of variants of one thing. `about` is the id of what is compared, where it has one; `chosen` is the place of the variant that somebody
-- chose for everybody, and `known` what was known by then.
CREATE TABLE experiments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  about TEXT,
  goal TEXT NOT NULL,
  within_days BIGINT NOT NULL,
  minimum BIGINT NOT NULL,
  matters_bps BIGINT NOT NULL,
  state TEXT NOT NULL,
  chosen BIGINT,
  known JSONB,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  stopped_at BIGINT,
  decided_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);

-- What is compared, by place; the first is the control. Whoever falls to a holdout gets nothing.
CREATE TABLE experiment_variants (
  tenant_id UUID NOT NULL,
  experiment_id UUID NOT NULL,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  weight BIGINT NOT NULL,
  holdout BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, experiment_id, place)
);

-- How many met a variant, and how many of them did what it is for in time: as many as there are exposures.
CREATE TABLE experiment_counts (
  tenant_id UUID NOT NULL,
  experiment_id UUID NOT NULL,
  place BIGINT NOT NULL,
  exposed BIGINT NOT NULL,
  converted BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, experiment_id, place)
);

-- Who met which variant first when, and until when what they do counts. Whoever was erased is nobody here, and stays counted.
CREATE TABLE exposures (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  experiment_id UUID NOT NULL,
  contact_id UUID,
  place BIGINT NOT NULL,
  goal TEXT NOT NULL,
  at BIGINT NOT NULL,
  counts_until BIGINT NOT NULL,
  converted BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX exposures_once ON exposures (tenant_id, contact_id, experiment_id);
CREATE INDEX exposures_list ON exposures (tenant_id, experiment_id, id);
