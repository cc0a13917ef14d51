-- What a provider took for a subscription that it bills is found by that subscription.
ALTER TABLE ledger_transactions ADD COLUMN subscription_id UUID;
CREATE INDEX ledger_transactions_subscription ON ledger_transactions (tenant_id, subscription_id) WHERE subscription_id IS NOT NULL;
