-- Money that fitted nothing can be matched by hand with something else: then this is the intent by which it came, and whose provider has it.
ALTER TABLE payments ADD COLUMN came_by UUID;
-- What is not paid yet, by what it asks for.
CREATE INDEX intents_unpaid ON intents (tenant_id, currency, amount_minor, created_at, id) WHERE state IN ('opening', 'open', 'expired');
