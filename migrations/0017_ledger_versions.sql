-- The account's version that an act made: what stood on the account at a version can be computed again.
-- 0 in rows from before versions were written; they came first.
ALTER TABLE ledger_entry ADD COLUMN account_version {int} NOT NULL DEFAULT 0;
ALTER TABLE ledger_allocation ADD COLUMN account_version {int} NOT NULL DEFAULT 0;
CREATE INDEX ledger_entry_bad_debt ON ledger_entry (company_id, account_id, amount_minor) WHERE kind IN ('bad_debt', 'bad_debt_recovery');
