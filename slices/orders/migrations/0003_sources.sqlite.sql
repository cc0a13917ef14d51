-- Orders that were placed elsewhere: where, under which id, and which version of them is known. `source` is `shop` for our own.
ALTER TABLE orders ADD COLUMN source TEXT NOT NULL DEFAULT 'shop';
ALTER TABLE orders ADD COLUMN source_id TEXT;
ALTER TABLE orders ADD COLUMN source_name TEXT;
ALTER TABLE orders ADD COLUMN source_changed_at BIGINT;
ALTER TABLE orders ADD COLUMN source_digest TEXT;
CREATE UNIQUE INDEX orders_source ON orders (tenant_id, source, source_id) WHERE source_id IS NOT NULL;

-- Since when all of it is packed.
ALTER TABLE orders ADD COLUMN packed_at BIGINT;
UPDATE orders SET packed_at = (SELECT MAX(l.packed_at) FROM order_lines l WHERE l.tenant_id = orders.tenant_id AND l.order_id = orders.id)
WHERE NOT EXISTS (
  SELECT 1 FROM order_lines l WHERE l.tenant_id = orders.tenant_id AND l.order_id = orders.id AND l.packed_at IS NULL
);
CREATE INDEX orders_to_pack ON orders (tenant_id, id)
  WHERE packed_at IS NULL AND (state = 'paid' OR state = 'partially_refunded' OR (state = 'created' AND pay = 'later'));

-- What was sold elsewhere is nothing of our catalogue. SQLite takes no NOT NULL away, so the table is made anew.
CREATE TABLE order_lines_anew (
  tenant_id UUID NOT NULL,
  order_id UUID NOT NULL,
  position BIGINT NOT NULL,
  id UUID NOT NULL,
  product_id UUID,
  price_id UUID,
  product TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  unit_minor BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  packed_at BIGINT,
  source_line_id TEXT,
  PRIMARY KEY (tenant_id, order_id, position)
);
INSERT INTO order_lines_anew (tenant_id, order_id, position, id, product_id, price_id, product, name, quantity, unit_minor, amount_minor,
  discount_minor, packed_at)
SELECT tenant_id, order_id, position, id, product_id, price_id, product, name, quantity, unit_minor, amount_minor, discount_minor, packed_at
FROM order_lines;
DROP TABLE order_lines;
ALTER TABLE order_lines_anew RENAME TO order_lines;
