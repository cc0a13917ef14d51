-- The certificates of the shops' own domains, and of the platform's own hosts, which belong to the tenant with the nil id. A name has one.
CREATE TABLE certificates (
  tenant_id UUID NOT NULL,
  domain TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  note TEXT,
  -- The order under way: where the directory keeps it, and the locked key that it is for.
  order_url TEXT,
  order_key BYTEA,
  ordered_at BIGINT,
  challenge TEXT,
  answer TEXT,
  -- What is served: both locked.
  private_key BYTEA,
  chain BYTEA,
  issued_at BIGINT,
  not_after BIGINT,
  failures BIGINT NOT NULL,
  tried_at BIGINT NOT NULL,
  next_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, domain)
);
CREATE UNIQUE INDEX certificates_domain ON certificates (domain);
CREATE INDEX certificates_challenge ON certificates (challenge) WHERE challenge IS NOT NULL;
-- Our account with each directory: its locked key, and its address there once the directory has said it.
CREATE TABLE acme_accounts (
  directory TEXT NOT NULL PRIMARY KEY,
  locked_key BYTEA NOT NULL,
  url TEXT,
  created_at BIGINT NOT NULL
);
