-- Whom a merchant sells to or writes to. A phone number or an e-mail address belongs to one person at most.
CREATE TABLE contacts (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT,
  phone TEXT,
  email TEXT,
  attributes JSONB NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contacts_phone ON contacts (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX contacts_email ON contacts (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_created ON contacts (tenant_id, created_at, id);
