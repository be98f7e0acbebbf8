-- Who looks after an overdue account, and what comes next.
CREATE TABLE collection_case (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    owner_id {int},
    next_action {text} NOT NULL,
    next_on {day},
    version {int} NOT NULL,
    PRIMARY KEY (company_id, account_id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};

-- Append-only. kind: call, message, visit, note.
CREATE TABLE collection_contact (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    on_day {day} NOT NULL,
    kind {text} NOT NULL,
    text {text} NOT NULL,
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX collection_contact_account ON collection_contact (company_id, account_id, on_day, id);

-- What a customer promised to pay by a day. Whether it was kept is computed from receipts.
CREATE TABLE collection_promise (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    promised_on {day} NOT NULL,
    made_on {day} NOT NULL,
    -- who promised it
    person {text} NOT NULL,
    -- empty while it stands
    withdrawn_reason {text} NOT NULL,
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX collection_promise_account ON collection_promise (company_id, account_id, promised_on, id);
