-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW ledger_v_account AS SELECT company_id, id, customer_id, currency, started_on,
    balance_minor, open_debit_minor, open_credit_minor, unbilled_minor, closing_trigger,
    closing_threshold_minor, closing_count, cycle, terms, lag_days, version
FROM ledger_account;
CREATE VIEW ledger_v_entry AS SELECT company_id, id, account_id, kind, amount_minor, basis_date,
    due_date, statement_date, recorded_at, recorded_by, internal, order_id, document_kind,
    document_id, document_no, refers_to, reversal_of, reason
FROM ledger_entry;
CREATE VIEW ledger_v_open_item AS SELECT company_id, entry_id, account_id, side, due_date,
    basis_date, order_id, open_minor
FROM ledger_open_item;
CREATE VIEW ledger_v_allocation AS SELECT company_id, id, account_id, debit_entry_id,
    credit_entry_id, amount_minor, effective_date, reversal_of, act_kind, act_id, recorded_at,
    recorded_by, reason
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
