-- Documents without goods that change what is owed. kind: charge (other receivable), expense (borne by
-- us: a credit), refund (money back), difference (a small rest written off by hand).
-- amount as on the paper, positive; the entry has the sign. state: waiting (for approval), posted,
-- rejected, reversed.
CREATE TABLE receivables_adjustment (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    no {text} NOT NULL,
    seq {int} NOT NULL,
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    document_date {day} NOT NULL,
    due_date {day},
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    reason_code {text} NOT NULL,
    note {text} NOT NULL,
    -- how a refund went out; empty for the others
    method {text} NOT NULL,
    reference {text} NOT NULL,
    -- a charge is an order of its own, so that it is settled or given up like any other
    order_id {int},
    entry_id {int},
    reversal_entry_id {int},
    -- why it was rejected or reversed
    decision {text} NOT NULL,
    decided_at {instant},
    decided_by {int},
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_adjustment_no ON receivables_adjustment (company_id, no);
CREATE INDEX receivables_adjustment_date ON receivables_adjustment (company_id, document_date, id);
CREATE INDEX receivables_adjustment_amount ON receivables_adjustment (company_id, amount_minor, id);
CREATE INDEX receivables_adjustment_customer ON receivables_adjustment (company_id, customer_id, document_date, id);
CREATE INDEX receivables_adjustment_waiting ON receivables_adjustment (company_id, document_date, id) WHERE state = 'waiting';

-- The items that a refund or a difference is joined with.
CREATE TABLE receivables_adjustment_item (
    company_id {int} NOT NULL,
    adjustment_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (company_id, adjustment_id, entry_id),
    FOREIGN KEY (company_id, adjustment_id) REFERENCES receivables_adjustment (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};

-- Above this amount somebody else approves. No row: nobody needs to.
CREATE TABLE receivables_threshold (
    company_id {int} NOT NULL REFERENCES access_company (id),
    kind {text} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (company_id, kind, currency)
){rowless};
