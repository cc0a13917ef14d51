-- Three ways: what the payments here say moved at a provider, what the provider settled, and what the bank shows. Each row keeps how it
-- stands: `new` until it is looked at, `turn` while it is, then `waiting`, `matched`, `exception` with its reason, `accepted` by a
-- person (for the reason in `accepted_for`), or `aside`. It is worked out from the rows alone, so their order does not matter.

-- Money that moved at a provider as the payments here have it: above zero captured, below zero given back.
CREATE TABLE movements (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  entity_ref TEXT NOT NULL,
  kind TEXT NOT NULL,
  payment_id UUID NOT NULL,
  amount_minor BIGINT NOT NULL,
  -- What was booked as the fee when it was captured, and whether the provider had said one.
  fee_minor BIGINT NOT NULL,
  fee_known BOOLEAN NOT NULL,
  currency TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_for TEXT,
  note TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX movements_entity ON movements (tenant_id, entity_ref);
CREATE INDEX movements_state ON movements (tenant_id, state, happened_at, id);

-- What a provider paid out at once. `told_minor` is the provider's own word of the sum; `net_minor` is that, or what its rows add up to.
CREATE TABLE settlements (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  provider TEXT NOT NULL,
  settlement_ref TEXT NOT NULL,
  currency TEXT NOT NULL,
  utr TEXT,
  -- The bank's reference as the bank's statements are searched for it.
  mark TEXT,
  settled_at BIGINT NOT NULL,
  day BIGINT NOT NULL,
  told_minor BIGINT,
  rows_count BIGINT NOT NULL,
  rows_minor BIGINT NOT NULL,
  net_minor BIGINT NOT NULL,
  fee_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  other_minor BIGINT NOT NULL,
  more_fee_minor BIGINT NOT NULL,
  bank_row_id UUID,
  bank_minor BIGINT NOT NULL,
  by_hand BOOLEAN NOT NULL,
  -- What facts have said of it so far.
  stated_net BIGINT NOT NULL,
  stated_fees BIGINT NOT NULL,
  stated_tax BIGINT NOT NULL,
  stated_other BIGINT NOT NULL,
  stated_bank BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_for TEXT,
  note TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX settlements_ref ON settlements (tenant_id, provider, settlement_ref);
CREATE UNIQUE INDEX settlements_bank_row ON settlements (tenant_id, bank_row_id) WHERE bank_row_id IS NOT NULL;
CREATE INDEX settlements_state ON settlements (tenant_id, state, settled_at, id);
CREATE INDEX settlements_amount ON settlements (tenant_id, currency, net_minor);
CREATE INDEX settlements_mark ON settlements (tenant_id, mark);
CREATE INDEX settlements_listed ON settlements (tenant_id, settled_at, id);

-- One payment, refund or correction of a settlement. `gross_minor` is above zero for what came, `net_minor` what it adds to the payout.
-- `more_fee_minor` is what was kept beyond the fee that was booked at capture; nothing where its payment is not in the books, or is in an
-- earlier settlement. A row that came again with other amounts is contradicted.
CREATE TABLE settlement_rows (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  settlement_id UUID NOT NULL,
  entity_ref TEXT NOT NULL,
  kind TEXT NOT NULL,
  currency TEXT NOT NULL,
  gross_minor BIGINT NOT NULL,
  fee_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  net_minor BIGINT NOT NULL,
  more_fee_minor BIGINT,
  contradicted BOOLEAN NOT NULL,
  text TEXT NOT NULL,
  settled_at BIGINT NOT NULL,
  settlement_ref TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_for TEXT,
  note TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX settlement_rows_entity ON settlement_rows (tenant_id, entity_ref, settlement_id);
CREATE INDEX settlement_rows_settlement ON settlement_rows (tenant_id, settlement_id, id);
CREATE INDEX settlement_rows_state ON settlement_rows (tenant_id, state, settled_at, id);

-- A line of the bank's statement: above zero money that came. The fingerprint is made of what the line says and of how many such lines
-- came before it in its file, so the same file adds nothing.
CREATE TABLE bank_rows (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  statement_id UUID NOT NULL,
  line BIGINT NOT NULL,
  fingerprint TEXT NOT NULL,
  day BIGINT NOT NULL,
  at BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  reference TEXT NOT NULL,
  narration TEXT NOT NULL,
  settlement_id UUID,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_for TEXT,
  note TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX bank_rows_fingerprint ON bank_rows (tenant_id, fingerprint);
CREATE INDEX bank_rows_state ON bank_rows (tenant_id, state, at, id);
CREATE INDEX bank_rows_amount ON bank_rows (tenant_id, currency, amount_minor, day);
CREATE INDEX bank_rows_settlement ON bank_rows (tenant_id, settlement_id) WHERE settlement_id IS NOT NULL;
CREATE INDEX bank_rows_listed ON bank_rows (tenant_id, at, id);
CREATE INDEX bank_rows_statement ON bank_rows (tenant_id, statement_id, line);

-- What in a line of the statement may be the reference of a payout.
CREATE TABLE bank_marks (
  tenant_id UUID NOT NULL,
  mark TEXT NOT NULL,
  bank_row_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, mark, bank_row_id)
);
CREATE UNIQUE INDEX bank_marks_row ON bank_marks (tenant_id, bank_row_id, mark);

-- A file of the bank's or of a provider's on its way in, and what its columns mean. Its lines are kept until they are taken.
CREATE TABLE statements (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  columns JSONB NOT NULL,
  currency TEXT NOT NULL,
  lines BIGINT NOT NULL,
  taken_through BIGINT NOT NULL,
  added BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX statements_listed ON statements (tenant_id, created_at, id);

CREATE TABLE statement_lines (
  tenant_id UUID NOT NULL,
  statement_id UUID NOT NULL,
  line BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  cells JSONB NOT NULL,
  PRIMARY KEY (tenant_id, statement_id, line)
);

-- One row for each tenant that is settled with: whoever matches holds it. How far the providers' days were fetched.
CREATE TABLE reconcilers (
  tenant_id UUID NOT NULL,
  razorpay_through BIGINT NOT NULL,
  stripe_through BIGINT NOT NULL,
  ran_at BIGINT,
  PRIMARY KEY (tenant_id)
);
