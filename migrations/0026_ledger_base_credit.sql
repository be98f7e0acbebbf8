-- Base credit of an account: so much of what is owed may stay owed. A version counts from valid_from
-- on; a later version takes the place of those that begin on its day or after it. 0: none any more.
CREATE TABLE ledger_base_credit (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    version {int} NOT NULL,
    valid_from {day} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    reason {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, account_id, version),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
