-- Who takes what is wanted, from the moment on at which they hold it, and where it is paid, where that is an address of its own.
ALTER TABLE intents ADD COLUMN provider TEXT;
ALTER TABLE intents ADD COLUMN checkout_url TEXT;
UPDATE intents SET provider = 'razorpay' WHERE provider_order_id IS NOT NULL;
