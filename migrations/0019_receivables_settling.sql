-- Early-payment discount of an account, versioned: an item follows the version valid on its own date.
CREATE TABLE receivables_terms (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    valid_from {day} NOT NULL,
    -- millionths of the amount; 0: none from that day on
    rate_ppm {int} NOT NULL CHECK (rate_ppm >= 0 AND rate_ppm < 1000000),
    days {int} NOT NULL,
    grace_days {int} NOT NULL,
    -- 1: part payments earn their part
    partial {int} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, account_id, valid_from),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};

-- Settings of an account: whether money that no step finds pays the oldest without asking.
CREATE TABLE receivables_account (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    oldest_without_asking {int} NOT NULL,
    PRIMARY KEY (company_id, account_id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};

-- Differences that are settled without asking, by currency. percent_ppm: millionths of what was to be paid.
CREATE TABLE receivables_tolerance (
    company_id {int} NOT NULL REFERENCES access_company (id),
    currency {text} NOT NULL,
    absolute_minor {int} NOT NULL CHECK (absolute_minor >= 0),
    percent_ppm {int},
    -- at most so much a clerk in a month
    monthly_minor {int},
    PRIMARY KEY (company_id, currency)
){rowless};

-- What was given with a write-off beside the money: kind discount (code due, granted) or tolerance (code
-- short, over). item is the debit that it closes; of an over-payment the credit whose rest it takes.
-- It goes with the allocations of its act on that item.
CREATE TABLE receivables_concession (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    kind {text} NOT NULL,
    code {text} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    act_kind {text} NOT NULL,
    act_id {int} NOT NULL,
    item_entry_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    note {text} NOT NULL,
    made_on {day} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    undone_entry_id {int},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX receivables_concession_act ON receivables_concession (company_id, act_kind, act_id, item_entry_id);
CREATE INDEX receivables_concession_clerk ON receivables_concession (company_id, created_by, kind, currency, made_on, amount_minor);
