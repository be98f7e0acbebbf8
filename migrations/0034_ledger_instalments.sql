-- How an item falls due in parts: the rows of the payment plan that it is on. What is left of a row
-- follows from the item's open amount: the rows are filled in their order. Row 0 stands for what is
-- open beyond the agreed sum (a payment was undone) and is due as without a plan.
CREATE TABLE ledger_instalment (
    company_id {int} NOT NULL,
    entry_id {int} NOT NULL,
    -- the version of the plan, told by the slice that keeps plans
    plan_id {int} NOT NULL,
    row_no {int} NOT NULL,
    account_id {int} NOT NULL,
    due_date {day} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    -- the sum of the rows after this one
    after_minor {int} NOT NULL CHECK (after_minor >= 0),
    -- from this day on the row counts as missed and holds new credit, while something is left of it
    missed_from {day},
    valid_from {day} NOT NULL,
    valid_to {day},
    PRIMARY KEY (company_id, entry_id, plan_id, row_no),
    FOREIGN KEY (company_id, entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX ledger_instalment_live ON ledger_instalment (company_id, account_id, entry_id, row_no) WHERE valid_to IS NULL;
CREATE INDEX ledger_instalment_plan ON ledger_instalment (company_id, plan_id, row_no, entry_id);
