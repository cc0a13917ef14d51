-- Orders taken in from elsewhere in one go: from a file, or from a shop page by page. What is done is known after each page.
CREATE TABLE imports (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  origin TEXT NOT NULL,
  name TEXT NOT NULL,
  dry BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  pages BIGINT NOT NULL,
  of_pages BIGINT,
  cursor JSONB,
  polled BOOLEAN NOT NULL,
  new_orders BIGINT NOT NULL,
  changed_orders BIGINT NOT NULL,
  same_orders BIGINT NOT NULL,
  older_orders BIGINT NOT NULL,
  wrong_orders BIGINT NOT NULL,
  trouble TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);

-- A file's orders until they are taken in, some hundred to a page.
CREATE TABLE import_pages (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  orders JSONB NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);

-- The first orders that an import changes, or would change: which fields, from what to what.
CREATE TABLE import_differences (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  order_id UUID,
  changes JSONB NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);

-- What could not be read, by the line of the file.
CREATE TABLE import_mistakes (
  tenant_id UUID NOT NULL,
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  line BIGINT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);

-- A shop elsewhere, whose orders are asked for every hour and told as they change. What signs in there is locked.
CREATE TABLE shop_connections (
  tenant_id UUID NOT NULL,
  provider TEXT NOT NULL,
  address TEXT NOT NULL,
  locked BYTEA NOT NULL,
  since_at BIGINT,
  asked_at BIGINT,
  trouble TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, provider)
);
CREATE INDEX imports_open ON imports (tenant_id, origin) WHERE state = 'running';
