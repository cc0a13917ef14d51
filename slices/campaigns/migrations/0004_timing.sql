-- Each at the hour at which they read.
ALTER TABLE campaigns ADD COLUMN best_hour BOOLEAN NOT NULL DEFAULT FALSE;
-- none, best or control, of a campaign that goes out like that; and when it is to leave, or has left.
ALTER TABLE campaign_recipients ADD COLUMN timing TEXT;
ALTER TABLE campaign_recipients ADD COLUMN leaves_at BIGINT;
-- Whether it was read within a day of that.
ALTER TABLE campaign_recipients ADD COLUMN read_in_time BOOLEAN NOT NULL DEFAULT FALSE;

-- How many messages a provider has taken, and how many were read in time, by when they left.
CREATE TABLE campaign_timings (
  tenant_id UUID NOT NULL,
  campaign_id UUID NOT NULL,
  timing TEXT NOT NULL,
  channel TEXT NOT NULL,
  sent BIGINT NOT NULL,
  read BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, timing, channel)
);
