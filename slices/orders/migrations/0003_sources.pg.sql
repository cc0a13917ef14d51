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

-- What was sold elsewhere is nothing of our catalogue.
ALTER TABLE order_lines ALTER COLUMN product_id DROP NOT NULL;
ALTER TABLE order_lines ALTER COLUMN price_id DROP NOT NULL;
ALTER TABLE order_lines ADD COLUMN source_line_id TEXT;
