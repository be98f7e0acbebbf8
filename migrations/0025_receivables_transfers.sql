-- An amount moved from one account to another: of two customers, with a note of consent, or of one
-- customer in two currencies, with the rate. side: 1 a debt moved, -1 a credit.
CREATE TABLE receivables_transfer (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    no {text} NOT NULL,
    seq {int} NOT NULL,
    state {text} NOT NULL,
    side {int} NOT NULL,
    from_account_id {int} NOT NULL,
    to_account_id {int} NOT NULL,
    item_entry_id {int} NOT NULL,
    from_minor {int} NOT NULL CHECK (from_minor > 0),
    to_minor {int} NOT NULL CHECK (to_minor > 0),
    -- millionths of the second currency for one of the first
    rate_micro {int} NOT NULL CHECK (rate_micro > 0),
    transfer_date {day} NOT NULL,
    note {text} NOT NULL,
    out_entry_id {int} NOT NULL,
    in_entry_id {int} NOT NULL,
    out_reversal_id {int},
    in_reversal_id {int},
    reason {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, from_account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, to_account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, out_entry_id) REFERENCES ledger_entry (company_id, id),
    FOREIGN KEY (company_id, in_entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_transfer_no ON receivables_transfer (company_id, no);
CREATE INDEX receivables_transfer_date ON receivables_transfer (company_id, transfer_date, id);

-- What we owe a customer who also supplies us. Append-only: a wrong bill has a row that takes it back.
CREATE TABLE receivables_payable (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    customer_id {int} NOT NULL,
    currency {text} NOT NULL,
    no {text} NOT NULL,
    bill_date {day} NOT NULL,
    due_date {day} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor <> 0),
    remark {text} NOT NULL,
    reversal_of {int},
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES parties_customer (company_id, id)
){rowless};
CREATE INDEX receivables_payable_customer ON receivables_payable (company_id, customer_id, due_date, id);
CREATE UNIQUE INDEX receivables_payable_reversal ON receivables_payable (company_id, reversal_of) WHERE reversal_of IS NOT NULL;

-- What a customer owes us set against what we owe the same party: one amount, two legs.
CREATE TABLE receivables_offset (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    no {text} NOT NULL,
    seq {int} NOT NULL,
    state {text} NOT NULL,
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    offset_date {day} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    note {text} NOT NULL,
    entry_id {int} NOT NULL,
    reversal_entry_id {int},
    reason {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_offset_no ON receivables_offset (company_id, no);
CREATE INDEX receivables_offset_customer ON receivables_offset (company_id, customer_id, id);

-- The bills that an offset closes, wholly or in part.
CREATE TABLE receivables_offset_bill (
    company_id {int} NOT NULL,
    offset_id {int} NOT NULL,
    payable_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (company_id, offset_id, payable_id),
    FOREIGN KEY (company_id, offset_id) REFERENCES receivables_offset (company_id, id),
    FOREIGN KEY (company_id, payable_id) REFERENCES receivables_payable (company_id, id)
){rowless};
CREATE INDEX receivables_offset_bill_payable ON receivables_offset_bill (company_id, payable_id);
