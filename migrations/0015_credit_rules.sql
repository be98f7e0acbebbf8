-- What the company lays down about credit. No row: nothing was changed from how it begins.
CREATE TABLE credit_setting (
    company_id {int} NOT NULL REFERENCES access_company (id),
    -- in the company's currency: over a limit by so little holds nothing back
    tolerance_minor {int} NOT NULL,
    -- up to this amount, in the company's currency, a person may approve what they asked for themselves
    self_approval_minor {int} NOT NULL,
    version {int} NOT NULL,
    PRIMARY KEY (company_id)
){rowless};

-- Up to which amount a role may approve, in the company's currency. No row: any amount.
CREATE TABLE credit_ceiling (
    company_id {int} NOT NULL,
    role {text} NOT NULL,
    ceiling_minor {int} NOT NULL,
    PRIMARY KEY (company_id, role)
){rowless};

-- scope: company (scope_id 0), group, account; the narrowest scope that has a rule of a kind decides.
-- percent, amount, days: what the kind needs, else 0. Actions: allow, warn, hold, block.
CREATE TABLE credit_rule (
    company_id {int} NOT NULL,
    scope {text} NOT NULL,
    scope_id {int} NOT NULL,
    kind {text} NOT NULL,
    percent {int} NOT NULL,
    amount_minor {int} NOT NULL,
    days {int} NOT NULL,
    at_order {text} NOT NULL,
    at_shipment {text} NOT NULL,
    PRIMARY KEY (company_id, scope, scope_id, kind)
){rowless};

-- Customers that share one limit, in one currency. Limit NULL: unlimited.
CREATE TABLE credit_group (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    name {text} NOT NULL,
    currency {text} NOT NULL,
    limit_minor {int},
    version {int} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX credit_group_name ON credit_group (company_id, name);

ALTER TABLE credit_account ADD COLUMN limit_until {day};
ALTER TABLE credit_account ADD COLUMN group_id {int};
-- why a person holds everything back; empty: nobody does
ALTER TABLE credit_account ADD COLUMN manual_hold {text} NOT NULL DEFAULT '';
-- so much of the net bad debt an approver has cleared for new credit
ALTER TABLE credit_account ADD COLUMN cleared_minor {int} NOT NULL DEFAULT 0;
CREATE INDEX credit_account_group ON credit_account (company_id, group_id) WHERE group_id IS NOT NULL;

-- Temporary increases of a limit; both days included. An increase that was ended counts no more.
CREATE TABLE credit_increase (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    from_day {day} NOT NULL,
    until_day {day} NOT NULL,
    reason {text} NOT NULL,
    granted_by {int} NOT NULL,
    granted_at {instant} NOT NULL,
    ended_at {instant},
    ended_by {int},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX credit_increase_account ON credit_increase (company_id, account_id, until_day);

-- Documents that wait for credit: state waiting, released, or ended (cancelled, changed, no longer possible).
CREATE TABLE credit_hold (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    document_kind {text} NOT NULL,
    document_id {int} NOT NULL,
    document_no {text} NOT NULL,
    document_version {int} NOT NULL,
    -- order, shipment or both: which actions of the rules count
    step {text} NOT NULL,
    -- what is checked, and by how much the exposure rises with it
    amount_minor {int} NOT NULL,
    rise_minor {int} NOT NULL,
    -- greater comes first, then the older
    priority {int} NOT NULL,
    state {text} NOT NULL,
    held_at {instant} NOT NULL,
    held_by {int} NOT NULL,
    decision_id {int} NOT NULL,
    ended_at {instant},
    -- NULL: released by itself
    ended_by {int},
    note {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE UNIQUE INDEX credit_hold_document ON credit_hold (company_id, document_kind, document_id) WHERE state = 'waiting';
CREATE INDEX credit_hold_queue ON credit_hold (company_id, account_id, priority, held_at, id) WHERE state = 'waiting';
CREATE INDEX credit_hold_state ON credit_hold (company_id, state, held_at, id);
CREATE INDEX credit_hold_account ON credit_hold (company_id, account_id, id);

-- As of what an account's queue was tested last; where this is no longer so, testing it is owed.
CREATE TABLE credit_queue (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    tested {text} NOT NULL,
    PRIMARY KEY (company_id, account_id)
){rowless};

-- Leave to let one document pass: state requested, approved, rejected, used or void.
CREATE TABLE credit_override (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    document_kind {text} NOT NULL,
    document_id {int} NOT NULL,
    document_no {text} NOT NULL,
    document_version {int} NOT NULL,
    amount_minor {int} NOT NULL,
    state {text} NOT NULL,
    reason {text} NOT NULL,
    requested_at {instant} NOT NULL,
    requested_by {int} NOT NULL,
    cap_minor {int},
    until_day {day},
    note {text} NOT NULL,
    decided_at {instant},
    decided_by {int},
    used_at {instant},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX credit_override_document ON credit_override (company_id, document_kind, document_id, id);
CREATE INDEX credit_override_state ON credit_override (company_id, state, requested_at, id);
CREATE INDEX credit_override_account ON credit_override (company_id, account_id, id);

-- Statements that wait for the customer's answer, told by the slice that issues them.
CREATE TABLE credit_unanswered (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    statement_id {int} NOT NULL,
    since {day} NOT NULL,
    PRIMARY KEY (company_id, account_id, statement_id)
){rowless};

-- open credits that do not count: deposits, and receipts kept for an order
ALTER TABLE credit_decision ADD COLUMN apart_minor {int} NOT NULL DEFAULT 0;
-- the figures that the rules looked at; empty in records made before there were rules
ALTER TABLE credit_decision ADD COLUMN figures {text} NOT NULL DEFAULT '';
ALTER TABLE credit_decision ADD COLUMN override_id {int};
ALTER TABLE credit_decision ADD COLUMN tolerance_minor {int} NOT NULL DEFAULT 0;
-- whether money was kept for the whole document
ALTER TABLE credit_decision ADD COLUMN prepaid {int} NOT NULL DEFAULT 0;
-- whether what was looked at stands; the writes of an act that was refused do not
ALTER TABLE credit_decision ADD COLUMN stands {int} NOT NULL DEFAULT 1;
CREATE INDEX credit_decision_result ON credit_decision (company_id, result, id);
