-- What a shop sells as a file. The bytes lie in a store of their own, under the tenant's id and the file's.
CREATE TABLE files (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  downloads BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_list ON files (tenant_id, created_at, id);

-- Files whose bytes are on their way. What stays here was broken off, and its bytes are taken away.
CREATE TABLE file_uploads (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- The file that a product comes with.
CREATE TABLE product_files (
  tenant_id UUID NOT NULL,
  product TEXT NOT NULL,
  file_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, product)
);
CREATE INDEX product_files_file ON product_files (tenant_id, file_id);

-- The right to download what an order paid for, whether the product has a file by now or gets one later. `id` stands in links.
CREATE TABLE download_grants (
  tenant_id UUID NOT NULL,
  order_id UUID NOT NULL,
  product TEXT NOT NULL,
  id UUID NOT NULL,
  used BIGINT NOT NULL,
  granted_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (tenant_id, order_id, product)
);
CREATE UNIQUE INDEX download_grants_id ON download_grants (tenant_id, id);
CREATE INDEX download_grants_used ON download_grants (tenant_id, product, last_used_at) WHERE last_used_at IS NOT NULL;

-- Links by which a download was begun: what follows of the same file by the same link takes no other use.
CREATE TABLE downloads_begun (
  tenant_id UUID NOT NULL,
  grant_id UUID NOT NULL,
  link_hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, grant_id, link_hash)
);
