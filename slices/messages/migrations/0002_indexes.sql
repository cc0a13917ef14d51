-- Receipts ask for the newest message with the provider's id of it.
DROP INDEX messages_provider;
CREATE INDEX messages_provider ON messages (tenant_id, provider_id, created_at) WHERE provider_id IS NOT NULL;
