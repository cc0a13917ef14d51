-- How a tenant's shop and mail look. Who never chose has no row, and looks as Origin does. An empty text is the usual.
CREATE TABLE brands (
  tenant_id UUID NOT NULL,
  display_name TEXT NOT NULL,
  tagline TEXT NOT NULL,
  primary_colour TEXT NOT NULL,
  accent_colour TEXT NOT NULL,
  theme TEXT NOT NULL,
  mode TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  footer TEXT NOT NULL,
  logo_id UUID,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id)
);

-- Logos. One that was replaced stays for a while: mails that were sent show it.
CREATE TABLE brand_files (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  size BIGINT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX brand_files_once ON brand_files (tenant_id, sha256);
