-- One balanced set of entries for each thing that moved money.
CREATE TABLE ledger_transactions (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  source_kind TEXT NOT NULL,
  source_id UUID NOT NULL,
  order_id UUID,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Whatever was booked is booked once.
CREATE UNIQUE INDEX ledger_transactions_source ON ledger_transactions (tenant_id, source_kind, source_id);
CREATE INDEX ledger_transactions_order ON ledger_transactions (tenant_id, order_id);

-- One side of a transaction: debits above zero, credits below. Never changed.
CREATE TABLE ledger_entries (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  transaction_id UUID NOT NULL,
  account TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ledger_entries_transaction ON ledger_entries (tenant_id, transaction_id);
CREATE INDEX ledger_entries_account ON ledger_entries (tenant_id, account, currency);
CREATE INDEX ledger_entries_listed ON ledger_entries (tenant_id, at, id);
