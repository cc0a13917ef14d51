-- What came or went back through the payment provider, each payment and each refund once.
ALTER TABLE invoice_payments ADD COLUMN source_id UUID;
CREATE UNIQUE INDEX invoice_payments_source ON invoice_payments (tenant_id, source_id) WHERE source_id IS NOT NULL;
