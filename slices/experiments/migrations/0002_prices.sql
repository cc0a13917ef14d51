-- What each variant asks for a product of the shop: {"product", "currency", "amounts"}, in minor units and in the variants' order.
ALTER TABLE experiments ADD COLUMN prices JSONB;

-- A browser in the shop that met a variant. Whoever sits before it is nobody here.
ALTER TABLE exposures ADD COLUMN visitor_id UUID;
CREATE UNIQUE INDEX exposures_visitor ON exposures (tenant_id, visitor_id, experiment_id) WHERE visitor_id IS NOT NULL;
