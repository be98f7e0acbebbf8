-- Payment plans, one row a version. What of a plan is still owed follows from the ledger's instalments.
CREATE TABLE receivables_plan (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    no {text} NOT NULL,
    version {int} NOT NULL,
    -- taken by the first version only
    seq {int},
    -- active; replaced by a later version; ended before its time
    state {text} NOT NULL,
    -- why this version was made: agreed, changed, accelerated
    cause {text} NOT NULL,
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor > 0),
    -- a row counts as breached when it is unpaid for more than so many days
    breach_days {int} NOT NULL,
    -- what follows: remind, hold, accelerate
    breach_rule {text} NOT NULL,
    agreed_on {day} NOT NULL,
    previous_id {int},
    note {text} NOT NULL,
    -- why it was ended
    reason {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE UNIQUE INDEX receivables_plan_no ON receivables_plan (company_id, no, version);
CREATE INDEX receivables_plan_date ON receivables_plan (company_id, agreed_on, id);
CREATE INDEX receivables_plan_state ON receivables_plan (company_id, state, agreed_on, id);
CREATE INDEX receivables_plan_customer ON receivables_plan (company_id, customer_id, agreed_on, id);

CREATE TABLE receivables_plan_row (
    company_id {int} NOT NULL,
    plan_id {int} NOT NULL,
    row_no {int} NOT NULL,
    due_date {day} NOT NULL,
    -- the first day on which the row, still unpaid, is a breach
    breach_on {day} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (company_id, plan_id, row_no),
    FOREIGN KEY (company_id, plan_id) REFERENCES receivables_plan (company_id, id)
){rowless};
