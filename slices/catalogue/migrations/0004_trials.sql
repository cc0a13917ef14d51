-- Products whose price is on trial: what each part of the buyers is asked, by the lot of an experiment. Amounts are in minor units of the price's currency.
CREATE TABLE price_trials (
  tenant_id UUID NOT NULL,
  product_id UUID NOT NULL,
  experiment_id UUID NOT NULL,
  amounts JSONB NOT NULL,
  weights JSONB NOT NULL,
  PRIMARY KEY (tenant_id, product_id)
);
