-- What somebody has redeemed is found when they are merged with another.
CREATE INDEX redemptions_contact ON redemptions (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
