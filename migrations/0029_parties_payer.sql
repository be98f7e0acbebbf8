-- Another customer that pays for this one: what is delivered here is owed there.
ALTER TABLE parties_customer ADD COLUMN payer_id {int};
CREATE INDEX parties_customer_payer ON parties_customer (company_id, payer_id) WHERE payer_id IS NOT NULL;
