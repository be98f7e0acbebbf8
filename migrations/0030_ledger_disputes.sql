-- A customer disputes a part of an entry. Its steps are the facts; state and left are caches of them.
CREATE TABLE ledger_dispute (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    -- quantity, price, not_received, returned, duplicate, already_paid, other
    reason {text} NOT NULL,
    opened_on {day} NOT NULL,
    -- open, accepted, rejected, partly, withdrawn, paid
    state {text} NOT NULL,
    -- what is still disputed
    left_minor {int} NOT NULL CHECK (left_minor >= 0),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX ledger_dispute_account ON ledger_dispute (company_id, account_id, state, entry_id, left_minor);
CREATE INDEX ledger_dispute_entry ON ledger_dispute (company_id, entry_id, state, left_minor);
CREATE INDEX ledger_dispute_opened ON ledger_dispute (company_id, opened_on, id);
CREATE INDEX ledger_dispute_state ON ledger_dispute (company_id, state, opened_on, id);

-- Append-only. Signed: opened and reopened add to what is disputed, all others take from it.
CREATE TABLE ledger_dispute_step (
    company_id {int} NOT NULL,
    dispute_id {int} NOT NULL,
    seq {int} NOT NULL,
    -- opened, accepted, rejected, withdrawn, paid, reopened
    kind {text} NOT NULL,
    amount_minor {int} NOT NULL,
    on_day {day} NOT NULL,
    -- the credit that an acceptance led to
    credit_entry_id {int},
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    text {text} NOT NULL,
    PRIMARY KEY (company_id, dispute_id, seq),
    FOREIGN KEY (company_id, dispute_id) REFERENCES ledger_dispute (company_id, id)
){rowless};
