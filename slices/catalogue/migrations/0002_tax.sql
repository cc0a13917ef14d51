-- Under which code a product is taxed, and at which rate; where none is said it is the shop's.
ALTER TABLE products ADD COLUMN hsn TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN tax_bps BIGINT;
