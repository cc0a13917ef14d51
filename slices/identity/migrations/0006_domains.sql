-- The shops' own addresses. Two tenants may both try to prove one; only one has it.
CREATE TABLE domains (
  tenant_id UUID NOT NULL,
  domain TEXT NOT NULL,
  token TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  asked_at BIGINT NOT NULL,
  checked_at BIGINT,
  seen_at BIGINT,
  verified_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, domain)
);
CREATE UNIQUE INDEX domains_verified ON domains (domain) WHERE state = 'verified';
