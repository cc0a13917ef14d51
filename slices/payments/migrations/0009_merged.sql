-- What a provider runs for somebody is found when they are merged with another.
CREATE INDEX provider_subscriptions_contact ON provider_subscriptions (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
