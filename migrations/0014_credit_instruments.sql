-- Instruments received and not cleared (kind instrument in credit_commitment): acceptance bills, post-dated
-- cheques. pdc is a cache of credit_commitment, as ord and shp are.
ALTER TABLE credit_account ADD COLUMN pdc_minor {int} NOT NULL DEFAULT 0;
