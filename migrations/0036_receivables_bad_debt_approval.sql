-- The register is read by reason and by salesperson.
CREATE INDEX receivables_bad_debt_by_reason ON receivables_bad_debt (company_id, reason_code, processed_on, id);
CREATE INDEX receivables_bad_debt_by_salesperson ON receivables_bad_debt (company_id, salesperson_id, processed_on, id);
CREATE INDEX receivables_bad_debt_by_entry ON receivables_bad_debt (company_id, entry_id);

-- How the company deals with bad debt. No row: nothing needs approval.
CREATE TABLE receivables_bad_debt_setting (
    company_id {int} NOT NULL REFERENCES access_company (id),
    -- amounts from this one on, in the company's currency, need approval; NULL: none does
    approval_from_minor {int},
    -- the finance side (allowance, booked write-offs) is in use
    finance_mode {int} NOT NULL,
    PRIMARY KEY (company_id)
){rowless};

-- Reasons of the company's own, and what it changed of those that come with the program.
CREATE TABLE receivables_bad_debt_reason (
    company_id {int} NOT NULL REFERENCES access_company (id),
    code {text} NOT NULL,
    -- empty where the program's own text is used
    name_en {text} NOT NULL,
    name_hans {text} NOT NULL,
    name_hant {text} NOT NULL,
    needs_note {int} NOT NULL,
    active {int} NOT NULL,
    PRIMARY KEY (company_id, code)
){rowless};

-- Asked for, not booked: a bad debt that waits for approval.
CREATE TABLE receivables_bad_debt_request (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    -- pending, approved, rejected, withdrawn
    state {text} NOT NULL,
    order_id {int} NOT NULL,
    account_id {int} NOT NULL,
    customer_id {int} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    -- the order's outstanding amount when it was asked for
    outstanding_minor {int} NOT NULL,
    reason_code {text} NOT NULL,
    note {text} NOT NULL,
    disclose {int} NOT NULL,
    despite_credit {int} NOT NULL,
    requested_at {instant} NOT NULL,
    requested_by {int} NOT NULL,
    decided_at {instant},
    decided_by {int},
    decision_note {text} NOT NULL,
    bad_debt_id {int},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES sales_order (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_bad_debt_request_order ON receivables_bad_debt_request (company_id, order_id) WHERE state = 'pending';
CREATE INDEX receivables_bad_debt_request_date ON receivables_bad_debt_request (company_id, requested_at, id);
CREATE INDEX receivables_bad_debt_request_state ON receivables_bad_debt_request (company_id, state, requested_at, id);
