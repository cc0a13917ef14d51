-- Entries are found by the invoice that they concern as well.
ALTER TABLE ledger_transactions ADD COLUMN invoice_id UUID;
CREATE INDEX ledger_transactions_invoice ON ledger_transactions (tenant_id, invoice_id) WHERE invoice_id IS NOT NULL;
