-- The code of whoever brought the customer, as it came with the order. Nothing here knows what it means.
ALTER TABLE orders ADD COLUMN referral TEXT;
