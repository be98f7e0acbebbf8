-- The finance side of bad debt: apart from the ledger of what customers owe, and linked to it.

-- How much of each age is set aside, in hundredths of a percent.
CREATE TABLE receivables_allowance_rate (
    company_id {int} NOT NULL REFERENCES access_company (id),
    bucket {text} NOT NULL,
    rate_bp {int} NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    PRIMARY KEY (company_id, bucket)
){rowless};

-- A proposal of what should be set aside as of a day; changed by hand, then posted once or dropped.
CREATE TABLE receivables_allowance_run (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    -- draft, posted, dropped
    state {text} NOT NULL,
    as_of {day} NOT NULL,
    currency {text} NOT NULL,
    note {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    decided_at {instant},
    decided_by {int},
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX receivables_allowance_run_date ON receivables_allowance_run (company_id, as_of, id);
CREATE UNIQUE INDEX receivables_allowance_run_draft ON receivables_allowance_run (company_id, currency) WHERE state = 'draft';

CREATE TABLE receivables_allowance_line (
    company_id {int} NOT NULL,
    run_id {int} NOT NULL,
    line_no {int} NOT NULL,
    account_id {int} NOT NULL,
    customer_id {int} NOT NULL,
    -- an age, or single: one item by itself
    bucket {text} NOT NULL,
    entry_id {int},
    document_no {text} NOT NULL,
    base_minor {int} NOT NULL,
    rate_bp {int} NOT NULL,
    proposed_minor {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    -- why the amount is not the one proposed
    reason {text} NOT NULL,
    PRIMARY KEY (company_id, run_id, line_no),
    FOREIGN KEY (company_id, run_id) REFERENCES receivables_allowance_run (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_allowance_line_item ON receivables_allowance_line (company_id, run_id, entry_id) WHERE entry_id IS NOT NULL;

-- Append-only: what a posted run changed of the allowance of an account.
CREATE TABLE receivables_allowance_entry (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    run_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    as_of {day} NOT NULL,
    amount_minor {int} NOT NULL,
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, run_id) REFERENCES receivables_allowance_run (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_allowance_entry_account ON receivables_allowance_entry (company_id, account_id, run_id);
CREATE INDEX receivables_allowance_entry_run ON receivables_allowance_entry (company_id, run_id);

-- Append-only: a write-off as the books of finance have it. Amount, day and currency may differ from the bad
-- debt that it is linked to; a negative row takes an earlier one back.
CREATE TABLE receivables_write_off (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    customer_id {int} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {int} NOT NULL,
    booked_on {day} NOT NULL,
    -- the processing in the register; NULL: finance alone
    bad_debt_id {int},
    -- its number in the books of finance
    voucher {text} NOT NULL,
    -- what of it is claimed back as tax, and with which document
    tax_relief_minor {int} NOT NULL,
    tax_document {text} NOT NULL,
    note {text} NOT NULL,
    reversal_of {int},
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX receivables_write_off_date ON receivables_write_off (company_id, booked_on, id);
CREATE INDEX receivables_write_off_bad_debt ON receivables_write_off (company_id, bad_debt_id);
CREATE UNIQUE INDEX receivables_write_off_reversal ON receivables_write_off (company_id, reversal_of) WHERE reversal_of IS NOT NULL;
