-- The texts that WhatsApp has approved of, or not, as its provider tells them. One that is gone there stays here, marked.
CREATE TABLE whatsapp_templates (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  category TEXT NOT NULL,
  status TEXT NOT NULL,
  quality TEXT NOT NULL,
  body TEXT NOT NULL,
  -- The names of the body's variables, in their order; numbers where `numbered`.
  variables JSONB NOT NULL,
  numbered BOOLEAN NOT NULL,
  -- What it needs beside its body's variables, in words.
  also_needs TEXT,
  reason TEXT,
  -- The look at the provider that it was last seen in.
  seen_at BIGINT NOT NULL,
  -- What is known of it holds as of then: an answer to what was asked before changes nothing.
  as_of BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX whatsapp_templates_name ON whatsapp_templates (tenant_id, provider, name, language);
CREATE INDEX whatsapp_templates_listed ON whatsapp_templates (tenant_id, created_at, id);
CREATE INDEX whatsapp_templates_offered ON whatsapp_templates (tenant_id, provider, status, language, created_at, id);

-- The looks at a provider's templates: when the last one began, when one last came to its end, and what went wrong since.
CREATE TABLE whatsapp_template_looks (
  tenant_id UUID NOT NULL,
  provider TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  done_at BIGINT,
  trouble TEXT,
  PRIMARY KEY (tenant_id, provider)
);
