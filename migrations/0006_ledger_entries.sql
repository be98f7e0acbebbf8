-- What one paying customer owes in one currency. The row that every money act locks.
-- balance, open_debit, open_credit, unbilled are caches of the entries and allocations.
CREATE TABLE ledger_account (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    customer_id {int} NOT NULL,
    currency {text} NOT NULL,
    started_on {day} NOT NULL,
    balance_minor {int} NOT NULL,
    open_debit_minor {int} NOT NULL,
    open_credit_minor {int} NOT NULL,
    -- sale + return + charge not yet on a live statement, internal ones excluded
    unbilled_minor {int} NOT NULL,
    -- told by the settlement cycle: none, document, threshold
    closing_trigger {text} NOT NULL,
    closing_threshold_minor {int},
    closing_count {int} NOT NULL,
    -- the settlement cycle, terms and issue lag in force, in their text form: provisional due dates
    cycle {text} NOT NULL,
    terms {text} NOT NULL,
    lag_days {int} NOT NULL,
    version {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES parties_customer (company_id, id)
){rowless};
CREATE UNIQUE INDEX ledger_account_customer ON ledger_account (company_id, customer_id, currency);
CREATE INDEX ledger_account_balance ON ledger_account (company_id, balance_minor, id);

-- Append-only. Signed amount: positive means that the customer owes more.
CREATE TABLE ledger_entry (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    kind {text} NOT NULL,
    amount_minor {int} NOT NULL,
    basis_date {day} NOT NULL,
    -- as provisional when written; later due dates are facts in ledger_due
    due_date {day} NOT NULL,
    statement_date {day},
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    internal {int} NOT NULL,
    order_id {int},
    document_kind {text} NOT NULL,
    document_id {int} NOT NULL,
    document_no {text} NOT NULL,
    refers_to {int},
    reversal_of {int},
    reason {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX ledger_entry_account ON ledger_entry (company_id, account_id, basis_date, id, amount_minor, internal);
CREATE INDEX ledger_entry_document ON ledger_entry (company_id, document_kind, document_id);
CREATE INDEX ledger_entry_order ON ledger_entry (company_id, order_id);
-- Entries that wait for the event that dates them.
CREATE INDEX ledger_entry_undated ON ledger_entry (company_id, basis_date, id) WHERE statement_date IS NULL;
CREATE UNIQUE INDEX ledger_entry_reversal ON ledger_entry (company_id, reversal_of) WHERE reversal_of IS NOT NULL;

-- Cache: entries with something left. A row with nothing left is deleted.
CREATE TABLE ledger_open_item (
    company_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    account_id {int} NOT NULL,
    -- 1 debit, -1 credit
    side {int} NOT NULL,
    due_date {day} NOT NULL,
    basis_date {day} NOT NULL,
    order_id {int},
    open_minor {int} NOT NULL CHECK (open_minor >= 0),
    PRIMARY KEY (company_id, entry_id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX ledger_open_item_account ON ledger_open_item (company_id, account_id, side, due_date, basis_date, entry_id, open_minor);
CREATE INDEX ledger_open_item_order ON ledger_open_item (company_id, order_id, due_date, open_minor) WHERE order_id IS NOT NULL;
CREATE INDEX ledger_open_item_due ON ledger_open_item (company_id, side, due_date, entry_id);

-- Append-only. An undone allocation has a second row with the negative amount, its effective date
-- being the day from which the undo counts: open at any day is one sum.
CREATE TABLE ledger_allocation (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    debit_entry_id {int} NOT NULL,
    credit_entry_id {int} NOT NULL,
    amount_minor {int} NOT NULL,
    effective_date {day} NOT NULL,
    reversal_of {int},
    -- who made it: manual, receipt, bad_debt, reversal, ... and the act's own row
    act_kind {text} NOT NULL,
    act_id {int} NOT NULL,
    recorded_at {instant} NOT NULL,
    recorded_by {int} NOT NULL,
    reason {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, debit_entry_id) REFERENCES ledger_entry (company_id, id),
    FOREIGN KEY (company_id, credit_entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX ledger_allocation_debit ON ledger_allocation (company_id, debit_entry_id, effective_date, amount_minor);
CREATE INDEX ledger_allocation_credit ON ledger_allocation (company_id, credit_entry_id, effective_date, amount_minor);
CREATE INDEX ledger_allocation_act ON ledger_allocation (company_id, act_kind, act_id);
CREATE UNIQUE INDEX ledger_allocation_reversal ON ledger_allocation (company_id, reversal_of) WHERE reversal_of IS NOT NULL;

-- Later due dates of an entry: valid from that day on.
CREATE TABLE ledger_due (
    company_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    valid_from {day} NOT NULL,
    seq {int} NOT NULL,
    due_date {day} NOT NULL,
    PRIMARY KEY (company_id, entry_id, seq)
){rowless};

-- Owed work: entries that are on no live statement yet (internal ones never come here).
CREATE TABLE ledger_unbilled (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    statement_date {day} NOT NULL,
    entry_id {int} NOT NULL,
    PRIMARY KEY (company_id, account_id, statement_date, entry_id)
){rowless};

-- Owed work: an event (a posted delivery, a threshold crossed) that closes a settlement period.
CREATE TABLE ledger_closing (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    seq {int} NOT NULL,
    trigger_entry_id {int} NOT NULL,
    cause {text} NOT NULL,
    statement_date {day} NOT NULL,
    PRIMARY KEY (company_id, account_id, seq)
){rowless};

-- Cache per order: what was billed and what is still open; the unsettled list reads it.
CREATE TABLE ledger_order (
    company_id {int} NOT NULL,
    order_id {int} NOT NULL,
    account_id {int} NOT NULL,
    billed_minor {int} NOT NULL,
    outstanding_minor {int} NOT NULL,
    due_date {day} NOT NULL,
    PRIMARY KEY (company_id, order_id)
){rowless};
-- Never negative; <> lets the list be read in the order of any of these indexes.
CREATE INDEX ledger_order_unsettled ON ledger_order (company_id, due_date, order_id) WHERE outstanding_minor <> 0;
CREATE INDEX ledger_order_outstanding ON ledger_order (company_id, outstanding_minor, order_id) WHERE outstanding_minor <> 0;
CREATE INDEX ledger_order_account ON ledger_order (company_id, account_id, due_date, order_id) WHERE outstanding_minor <> 0;
