-- The browser that an order came from, where a price was on trial: what it was asked follows from it.
ALTER TABLE orders ADD COLUMN visitor_id UUID;
