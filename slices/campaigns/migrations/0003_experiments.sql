-- A campaign that says one thing to some and another to others: by which experiment, and what it says to those who fall to a variant other than the
-- control, by the variants' names.
CREATE TABLE campaign_experiments (
  tenant_id UUID NOT NULL,
  campaign_id UUID NOT NULL,
  experiment_id UUID NOT NULL,
  variations JSONB NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id)
);
