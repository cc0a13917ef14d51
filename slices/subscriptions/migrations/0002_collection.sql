-- What a customer has agreed to be charged by is charged for what is asked: how often that was tried, since when it fails, and on which
-- day it is tried again.
ALTER TABLE subscription_charges ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subscription_charges ADD COLUMN failed_on TEXT;
ALTER TABLE subscription_charges ADD COLUMN try_on TEXT;
CREATE INDEX subscription_charges_tried ON subscription_charges (tenant_id, subscription_id, try_on) WHERE try_on IS NOT NULL;
