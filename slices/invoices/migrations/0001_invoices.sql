-- What a customer is asked to pay, and what takes some of it back (a credit note points at its invoice by `of_id`).
-- A draft has no number; from its issue on nothing of it changes but what was paid, what was credited and its state.
-- `seller` and `buyer` are as they were on that day. `settled_by_order` marks one whose money came with its order.
CREATE TABLE invoices (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  payment TEXT NOT NULL,
  number TEXT,
  series TEXT,
  financial_year BIGINT,
  contact_id UUID,
  order_id UUID,
  of_id UUID,
  refund_id UUID,
  settled_by_order BOOLEAN NOT NULL,
  currency TEXT NOT NULL,
  inclusive BOOLEAN NOT NULL,
  buyer JSONB NOT NULL,
  seller JSONB,
  place TEXT,
  supply TEXT,
  taxable_minor BIGINT NOT NULL,
  cgst_minor BIGINT NOT NULL,
  sgst_minor BIGINT NOT NULL,
  igst_minor BIGINT NOT NULL,
  round_off_minor BIGINT NOT NULL,
  total_minor BIGINT NOT NULL,
  paid_minor BIGINT NOT NULL,
  credited_minor BIGINT NOT NULL,
  issued_on TEXT,
  due_on TEXT,
  note TEXT NOT NULL,
  reason TEXT,
  idempotency_key TEXT,
  request_hash TEXT,
  created_at BIGINT NOT NULL,
  issued_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invoices_number ON invoices (tenant_id, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX invoices_key ON invoices (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- An order has one invoice that counts, and a refund of it one credit note.
CREATE UNIQUE INDEX invoices_order ON invoices (tenant_id, order_id) WHERE order_id IS NOT NULL AND of_id IS NULL AND state <> 'void';
CREATE UNIQUE INDEX invoices_refund ON invoices (tenant_id, refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX invoices_contact ON invoices (tenant_id, contact_id, id);
CREATE INDEX invoices_of ON invoices (tenant_id, of_id, id) WHERE of_id IS NOT NULL;
CREATE INDEX invoices_due ON invoices (tenant_id, due_on, id) WHERE state = 'issued' AND payment <> 'paid' AND kind <> 'credit_note';
CREATE INDEX invoices_issued ON invoices (tenant_id, issued_on, id) WHERE issued_on IS NOT NULL;

-- What it is made of. `net_minor` is what the line comes to after its discount, tax inside it or not as the invoice says;
-- `taxable_minor` is its part of what is taxed.
CREATE TABLE invoice_lines (
  tenant_id UUID NOT NULL,
  invoice_id UUID NOT NULL,
  position BIGINT NOT NULL,
  description TEXT NOT NULL,
  hsn TEXT NOT NULL,
  quantity_milli BIGINT NOT NULL,
  unit TEXT NOT NULL,
  unit_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  rate_bps BIGINT NOT NULL,
  net_minor BIGINT NOT NULL,
  taxable_minor BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, invoice_id, position)
);

-- The tax of an invoice, a row for each rate: what the returns are made of.
CREATE TABLE invoice_taxes (
  tenant_id UUID NOT NULL,
  invoice_id UUID NOT NULL,
  rate_bps BIGINT NOT NULL,
  taxable_minor BIGINT NOT NULL,
  cgst_minor BIGINT NOT NULL,
  sgst_minor BIGINT NOT NULL,
  igst_minor BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, invoice_id, rate_bps)
);

-- The next number of each series: counted up in the transaction that issues, so a number is never left out.
CREATE TABLE invoice_counters (
  tenant_id UUID NOT NULL,
  series TEXT NOT NULL,
  financial_year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  last_on TEXT NOT NULL,
  PRIMARY KEY (tenant_id, series, financial_year)
);

-- What was paid of an invoice, and how; below zero what was given back.
CREATE TABLE invoice_payments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  invoice_id UUID NOT NULL,
  method TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  paid_on TEXT NOT NULL,
  reference TEXT NOT NULL,
  idempotency_key TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX invoice_payments_invoice ON invoice_payments (tenant_id, invoice_id, id);
CREATE UNIQUE INDEX invoice_payments_key ON invoice_payments (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Which reminders of an invoice went out: each step once.
CREATE TABLE invoice_reminders (
  tenant_id UUID NOT NULL,
  invoice_id UUID NOT NULL,
  step TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, invoice_id, step)
);
