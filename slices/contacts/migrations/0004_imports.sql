-- Files of people: uploaded, understood, looked at, and taken in page by page. What is done is known after each page.
CREATE TABLE contact_imports (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  columns JSONB NOT NULL,
  wins TEXT NOT NULL,
  list_id UUID,
  tags JSONB NOT NULL,
  consent TEXT NOT NULL,
  consent_source TEXT,
  lines BIGINT NOT NULL,
  of_pages BIGINT NOT NULL,
  pages BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  new_contacts BIGINT NOT NULL,
  changed_contacts BIGINT NOT NULL,
  refused_lines BIGINT NOT NULL,
  trouble TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);

-- A file's lines until they are taken in, some thousand to a page, as JSON.
CREATE TABLE contact_import_pages (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);

-- Lines that are left out, with why, and what they say, so that they can be put right and sent again.
CREATE TABLE contact_import_refused (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  cells JSONB NOT NULL,
  PRIMARY KEY (tenant_id, import_id, line)
);

-- The first people whom an import changes, or would change: which fields, from what to what.
CREATE TABLE contact_import_differences (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  line BIGINT NOT NULL,
  contact_id UUID NOT NULL,
  changes JSONB NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);
