CREATE TABLE receivables_receipt (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    no {text} NOT NULL,
    seq {int},
    state {text} NOT NULL,
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    receipt_date {day} NOT NULL,
    method {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    reference {text} NOT NULL,
    remark {text} NOT NULL,
    entry_id {int} NOT NULL,
    reversal_entry_id {int},
    reason {text} NOT NULL,
    imported_key {text},
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_receipt_no ON receivables_receipt (company_id, no);
CREATE UNIQUE INDEX receivables_receipt_import ON receivables_receipt (company_id, imported_key) WHERE imported_key IS NOT NULL;
CREATE INDEX receivables_receipt_date ON receivables_receipt (company_id, receipt_date, id);
CREATE INDEX receivables_receipt_customer ON receivables_receipt (company_id, customer_id, receipt_date, id);
CREATE INDEX receivables_receipt_amount ON receivables_receipt (company_id, amount_minor, id);
CREATE INDEX receivables_receipt_method ON receivables_receipt (company_id, method, receipt_date, id);

-- The register. kind: processed, recovered, undone; amounts positive; one row per act.
CREATE TABLE receivables_bad_debt (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    kind {text} NOT NULL,
    order_id {int} NOT NULL,
    account_id {int} NOT NULL,
    customer_id {int} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    reason_code {text} NOT NULL,
    note {text} NOT NULL,
    disclose {int} NOT NULL,
    entry_id {int} NOT NULL,
    processed_on {day} NOT NULL,
    -- recovered and undone rows point to the processed one; NULL for processed
    of_id {int},
    salesperson_id {int},
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES sales_order (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX receivables_bad_debt_date ON receivables_bad_debt (company_id, processed_on, id);
CREATE INDEX receivables_bad_debt_order ON receivables_bad_debt (company_id, order_id, id);
CREATE INDEX receivables_bad_debt_of ON receivables_bad_debt (company_id, of_id);
CREATE INDEX receivables_bad_debt_customer ON receivables_bad_debt (company_id, customer_id, processed_on, id);
