-- Razorpay charges customers who are not present too: by what somebody wants to agree to it, when a debit that its customer has had notice of
-- may be made, and the most that one may come to.
ALTER TABLE intents ADD COLUMN keep_by TEXT;
ALTER TABLE intents ADD COLUMN debit_after BIGINT;
ALTER TABLE mandates ADD COLUMN most_minor BIGINT;
