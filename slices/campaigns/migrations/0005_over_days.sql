-- Whether it may take several days where WhatsApp takes fewer people in one.
ALTER TABLE campaigns ADD COLUMN over_days BOOLEAN NOT NULL DEFAULT FALSE;

-- With how many more people campaigns may begin on WhatsApp until that is counted anew. Its row is held while some of them take their places.
CREATE TABLE campaign_room (
  tenant_id UUID NOT NULL PRIMARY KEY,
  room BIGINT NOT NULL,
  counted_at BIGINT NOT NULL
);
