-- What a plan asks for what is used above its limit: a price, the tax in it, for so many units that are sold together. Nothing is asked, and
-- the limit holds, where there is none.
ALTER TABLE plan_features ADD COLUMN over_minor BIGINT;
ALTER TABLE plan_features ADD COLUMN over_currency TEXT;
ALTER TABLE plan_features ADD COLUMN over_per BIGINT;

-- `terms` is by what a counter is billed: the limit and the price that held when something was used last within the period. `late` says
-- that what was counted last came after its end, which leaves them as they were. `over_told` is how many units above the limit have been
-- stated to be billed.
ALTER TABLE usage_counters ADD COLUMN terms JSONB;
ALTER TABLE usage_counters ADD COLUMN late BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE usage_counters ADD COLUMN over_told BIGINT NOT NULL DEFAULT 0;
CREATE INDEX usage_counters_closing ON usage_counters (tenant_id, period_end, subject, feature, period_start) WHERE terms IS NOT NULL;
