-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW ledger_v_account AS SELECT company_id, id, customer_id, currency, started_on,
    balance_minor, open_debit_minor, open_credit_minor, unbilled_minor, closing_trigger,
    closing_threshold_minor, closing_count, cycle, terms, lag_days, version,
    reserved_credit_minor, held_credit_minor
FROM ledger_account;
CREATE VIEW ledger_v_entry AS SELECT company_id, id, account_id, kind, amount_minor, basis_date,
    due_date, statement_date, recorded_at, recorded_by, internal, order_id, document_kind,
    document_id, document_no, refers_to, reversal_of, reason, held, account_version,
    ship_to_id
FROM ledger_entry;
CREATE VIEW ledger_v_open_item AS SELECT company_id, entry_id, account_id, side, due_date,
    basis_date, order_id, open_minor, held
FROM ledger_open_item;
CREATE VIEW ledger_v_allocation AS SELECT company_id, id, account_id, debit_entry_id,
    credit_entry_id, amount_minor, effective_date, reversal_of, act_kind, act_id, recorded_at,
    recorded_by, reason, account_version
FROM ledger_allocation;
CREATE VIEW ledger_v_unbilled AS SELECT company_id, account_id, statement_date, entry_id
FROM ledger_unbilled;
CREATE VIEW ledger_v_closing AS SELECT company_id, account_id, seq, trigger_entry_id, cause,
    statement_date
FROM ledger_closing;
CREATE VIEW ledger_v_order AS SELECT company_id, order_id, account_id, billed_minor,
    outstanding_minor, due_date
FROM ledger_order;
CREATE VIEW ledger_v_due AS SELECT company_id, entry_id, valid_from, seq, due_date
FROM ledger_due;
CREATE VIEW ledger_v_instalment AS SELECT company_id, entry_id, plan_id, row_no, account_id,
    due_date, amount_minor, after_minor, missed_from, valid_from, valid_to
FROM ledger_instalment;
-- What is owed, part by part: an item, or what is left of each of its instalments; and what of the part
-- is disputed, the parts that fall due first before the others.
CREATE VIEW ledger_v_owed_part AS SELECT q.company_id, q.account_id, q.entry_id, q.row_no, q.due_date,
    q.basis_date, q.order_id, q.plan_id, q.missed_from, q.open_minor,
    CASE WHEN q.disputed_minor <= q.left_minor - q.open_minor THEN 0
        WHEN q.disputed_minor >= q.left_minor THEN q.open_minor
        ELSE q.disputed_minor - (q.left_minor - q.open_minor) END AS disputed_minor
FROM (SELECT i.company_id, i.account_id, i.entry_id,
        COALESCE(n.row_no, 0) AS row_no, COALESCE(n.due_date, i.due_date) AS due_date, i.basis_date,
        i.order_id, n.plan_id, n.missed_from,
        CASE WHEN n.row_no IS NULL THEN i.open_minor
            WHEN n.row_no = 0 OR i.open_minor - n.after_minor < n.amount_minor
                THEN i.open_minor - n.after_minor
            ELSE n.amount_minor END AS open_minor,
        -- this part and those before it
        i.open_minor - COALESCE(n.after_minor, 0) AS left_minor,
        COALESCE((SELECT CAST(SUM(d.left_minor) AS BIGINT) FROM ledger_dispute d
            WHERE d.company_id = i.company_id AND d.entry_id = i.entry_id AND d.state = 'open'), 0)
            AS disputed_minor
    FROM ledger_open_item i LEFT JOIN ledger_instalment n ON n.company_id = i.company_id
        AND n.entry_id = i.entry_id AND n.valid_to IS NULL AND n.after_minor < i.open_minor
    WHERE i.side = 1) q;
CREATE VIEW ledger_v_dispute AS SELECT company_id, id, account_id, entry_id, amount_minor, reason,
    opened_on, state, left_minor
FROM ledger_dispute;
CREATE VIEW ledger_v_dispute_step AS SELECT company_id, dispute_id, seq, kind, amount_minor, on_day,
    credit_entry_id, recorded_at, recorded_by, text
FROM ledger_dispute_step;
CREATE VIEW ledger_v_reservation AS SELECT company_id, order_id, credit_entry_id, account_id,
    amount_minor, reserved_on
FROM ledger_reservation;
CREATE VIEW ledger_v_base_credit AS SELECT company_id, account_id, version, valid_from, amount_minor
FROM ledger_base_credit;
