-- The statements of one order of one line by somebody new, paid later: POST /api/v1/orders. Taken from the slices that
-- run them, in their order: store (idempotency.rs, journal.rs), catalogue (queries.rs), contacts (rows.rs),
-- orders (rows.rs). On PostgreSQL `log_statement = all` shows them; when one of them changes, change it here.
-- Parameters are named; statements.rs says what stands for each.

INSERT INTO idempotency_keys (tenant_id, key, scope, body_hash, created_at) VALUES (:tenant, :key, :scope, :hash, :now)
ON CONFLICT (tenant_id, key) DO NOTHING;

SELECT p.id, p.slug, p.name, p.description, p.features, p.active, p.created_at,
    c.id AS price_id, c.version AS price_version, c.amount_minor, c.currency, c.interval
FROM products p JOIN prices c ON c.tenant_id = p.tenant_id AND c.product_id = p.id
WHERE p.tenant_id = :tenant AND p.slug = :slug AND p.active
ORDER BY c.version DESC LIMIT 1;

INSERT INTO contacts (tenant_id, id, name, phone, email, attributes, created_at, changed_at)
VALUES (:tenant, :contact, :name, :phone, :nothing, :attributes, :now, :now) ON CONFLICT DO NOTHING;

INSERT INTO journal (tenant_id, id, kind, version, at, actor, request_id, about, contact_id, body)
VALUES (:tenant, :contact_saved, :kind_contact, :one, :now, :actor, :request, :contact, :contact, :body_contact);

INSERT INTO orders (tenant_id, id, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor,
    discount_minor, paid_minor, refunded_minor, coupon_code, delivery_date, idempotency_key, request_hash, created_at)
VALUES (:tenant, :order, :contact, :name, :phone, :state, :pay, :product_name, :currency, :minor, :zero, 0, 0, :nothing,
    :nothing, :key, :hash, :now)
ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING;

INSERT INTO order_lines (tenant_id, order_id, position, id, product_id, price_id, product, name, quantity, unit_minor,
    amount_minor, discount_minor)
VALUES (:tenant, :order, :zero, :line, :product, :price, :slug, :product_name, :one, :minor, :minor, :zero);

INSERT INTO journal (tenant_id, id, kind, version, at, actor, request_id, about, contact_id, body)
VALUES (:tenant, :order_placed, :kind_order, :one, :now, :actor, :request, :order, :contact, :body_order);

UPDATE idempotency_keys SET answer = :answer WHERE tenant_id = :tenant AND key = :key;
