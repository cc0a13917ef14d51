-- In the order in which they are asked for: an index that leads with the tenant alone is as good as none.
CREATE INDEX payments_intent ON payments (tenant_id, intent_id);
DROP INDEX payments_order;
CREATE INDEX payments_order ON payments (tenant_id, order_id, created_at, id);
DROP INDEX refunds_payment;
CREATE INDEX refunds_payment ON refunds (tenant_id, payment_id, created_at, id);
DROP INDEX refunds_order;
CREATE INDEX refunds_order ON refunds (tenant_id, order_id, created_at, id);
