-- The addresses of somebody who was erased, for a day: what is kept under an address alone is found by them and forgotten as well.
CREATE TABLE erased_addresses (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  phone TEXT,
  email TEXT,
  PRIMARY KEY (tenant_id, contact_id)
);
