-- Settlement cycle and payment terms of an account, versioned. A version counts from valid_from on
-- until a later version's; among several from the same day the highest version counts. spec and terms
-- are in their text form.
CREATE TABLE statements_cycle (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    version {int} NOT NULL,
    valid_from {day} NOT NULL,
    spec {text} NOT NULL,
    terms {text} NOT NULL,
    lag_days {int} NOT NULL,
    send_empty {int} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, account_id, version),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};

-- Watermark of the planner per account: every cut-off up to planned_to is a row in statements_period.
CREATE TABLE statements_series (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    planned_to {day},
    -- cut-off of the open period where the calendar knows it
    next_cutoff {day},
    -- cut-off of the oldest period that is planned and not issued
    next_issue {day},
    -- 1 when the cycle in force is of a date kind
    dated {int} NOT NULL,
    -- after so many days the oldest unbilled entry closes the period by itself
    max_days {int},
    last_seq {int} NOT NULL,
    last_statement_id {int},
    -- closing of the newest live statement
    closing_minor {int} NOT NULL,
    PRIMARY KEY (company_id, account_id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX statements_series_next ON statements_series (company_id, next_cutoff, account_id);
CREATE INDEX statements_series_issue ON statements_series (company_id, next_issue, account_id);
CREATE INDEX statements_series_new ON statements_series (company_id, account_id) WHERE planned_to IS NULL;
CREATE INDEX statements_series_waiting ON statements_series (company_id, account_id, max_days) WHERE max_days IS NOT NULL;

-- state: planned, empty, carried, skipped, issued. cause: calendar, change (of cycle), document,
-- threshold, max_days, manual.
CREATE TABLE statements_period (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    seq {int} NOT NULL,
    from_day {day} NOT NULL,
    to_day {day} NOT NULL,
    issue_by {day} NOT NULL,
    due_date {day} NOT NULL,
    state {text} NOT NULL,
    cause {text} NOT NULL,
    cycle_version {int} NOT NULL,
    -- 1 when the calendar made it, 0 when an event did
    dated {int} NOT NULL,
    closed_by_entry_id {int},
    statement_id {int},
    reason {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE UNIQUE INDEX statements_period_seq ON statements_period (company_id, account_id, seq);
CREATE UNIQUE INDEX statements_period_cutoff ON statements_period (company_id, account_id, to_day) WHERE dated = 1;
CREATE INDEX statements_period_state ON statements_period (company_id, state, issue_by, id);
CREATE INDEX statements_period_date ON statements_period (company_id, to_day, id);

-- An issued statement: frozen. header is the JSON snapshot of names, terms and bank details.
CREATE TABLE statements_statement (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    no {text} NOT NULL,
    seq {int} NOT NULL,
    version {int} NOT NULL,
    -- issued, void
    state {text} NOT NULL,
    account_id {int} NOT NULL,
    customer_id {int} NOT NULL,
    customer_code {text} NOT NULL,
    customer_name {text} NOT NULL,
    name_key {text} NOT NULL,
    currency {text} NOT NULL,
    period_id {int} NOT NULL,
    from_day {day} NOT NULL,
    to_day {day} NOT NULL,
    due_date {day} NOT NULL,
    opening_minor {int} NOT NULL,
    closing_minor {int} NOT NULL,
    line_count {int} NOT NULL,
    header {text} NOT NULL,
    hash {text} NOT NULL,
    issued_at {instant} NOT NULL,
    issued_by {int} NOT NULL,
    -- facets: delivery none|sent|viewed; answer none|confirmed|disputed
    delivery {text} NOT NULL,
    answer {text} NOT NULL,
    previous_id {int},
    reason {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, period_id) REFERENCES statements_period (company_id, id)
){rowless};
CREATE UNIQUE INDEX statements_statement_no ON statements_statement (company_id, no);
CREATE UNIQUE INDEX statements_statement_seq ON statements_statement (company_id, seq);
CREATE INDEX statements_statement_series ON statements_statement (company_id, account_id, to_day, id);
CREATE INDEX statements_statement_date ON statements_statement (company_id, to_day, id);
CREATE INDEX statements_statement_due ON statements_statement (company_id, due_date, id);
CREATE INDEX statements_statement_issued ON statements_statement (company_id, issued_at, id);
CREATE INDEX statements_statement_customer ON statements_statement (company_id, name_key, id);
CREATE INDEX statements_statement_closing ON statements_statement (company_id, closing_minor, id);
CREATE INDEX statements_statement_delivery ON statements_statement (company_id, delivery, to_day, id);
CREATE INDEX statements_statement_of_customer ON statements_statement (company_id, customer_id, to_day, id);

CREATE TABLE statements_line (
    company_id {int} NOT NULL,
    statement_id {int} NOT NULL,
    line_no {int} NOT NULL,
    entry_id {int} NOT NULL,
    live {int} NOT NULL,
    -- 1 when its statement date lies before the period
    late {int} NOT NULL,
    kind {text} NOT NULL,
    basis_date {day} NOT NULL,
    document_kind {text} NOT NULL,
    document_id {int} NOT NULL,
    document_no {text} NOT NULL,
    amount_minor {int} NOT NULL,
    PRIMARY KEY (company_id, statement_id, line_no),
    FOREIGN KEY (company_id, statement_id) REFERENCES statements_statement (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE UNIQUE INDEX statements_line_entry ON statements_line (company_id, entry_id) WHERE live = 1;

-- Share links: nonce and digest only; the key that makes the token lives outside the database.
CREATE TABLE statements_link (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    statement_id {int} NOT NULL,
    nonce {text} NOT NULL,
    token_hash {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    expires_at {instant} NOT NULL,
    revoked_at {instant},
    views {int} NOT NULL,
    last_viewed_at {instant},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, statement_id) REFERENCES statements_statement (company_id, id)
){rowless};
CREATE UNIQUE INDEX statements_link_hash ON statements_link (token_hash);
CREATE INDEX statements_link_statement ON statements_link (company_id, statement_id, id);

CREATE TABLE statements_view (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    link_id {int} NOT NULL,
    statement_id {int} NOT NULL,
    at {instant} NOT NULL,
    address {text} NOT NULL,
    agent {text} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX statements_view_statement ON statements_view (company_id, statement_id, id);
