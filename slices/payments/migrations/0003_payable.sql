-- Invoices are paid online as orders are: what an intent is for is named by its id and its kind.
ALTER TABLE intents RENAME COLUMN order_id TO payable_id;
ALTER TABLE intents ADD COLUMN payable TEXT NOT NULL DEFAULT 'order';
ALTER TABLE payments RENAME COLUMN order_id TO payable_id;
ALTER TABLE payments ADD COLUMN payable TEXT NOT NULL DEFAULT 'order';
ALTER TABLE refunds RENAME COLUMN order_id TO payable_id;
ALTER TABLE refunds ADD COLUMN payable TEXT NOT NULL DEFAULT 'order';

-- At most one live way to collect. An order is paid once; an invoice can be owed again after money went back.
DROP INDEX intents_order;
CREATE UNIQUE INDEX intents_live ON intents (tenant_id, payable_id) WHERE state <> 'cancelled' AND (state <> 'paid' OR payable = 'order');
CREATE INDEX intents_payable ON intents (tenant_id, payable_id, id);
DROP INDEX payments_order;
CREATE INDEX payments_payable ON payments (tenant_id, payable_id, created_at, id);
DROP INDEX refunds_order;
CREATE INDEX refunds_payable ON refunds (tenant_id, payable_id, created_at, id);
