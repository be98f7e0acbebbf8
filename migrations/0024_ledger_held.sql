-- Deposits and guarantees: credits held apart. They are the customer's money, but no free credit.
ALTER TABLE ledger_entry ADD COLUMN held {int} NOT NULL DEFAULT 0;
ALTER TABLE ledger_open_item ADD COLUMN held {int} NOT NULL DEFAULT 0;
-- Cache: the sum of the account's open held credits.
ALTER TABLE ledger_account ADD COLUMN held_credit_minor {int} NOT NULL DEFAULT 0;
