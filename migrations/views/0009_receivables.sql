-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW receivables_v_receipt AS SELECT company_id, id, no, seq, state, customer_id,
    account_id, currency, receipt_date, method, amount_minor, reference, remark, entry_id,
    reversal_entry_id, reason, imported_key, created_at, created_by
FROM receivables_receipt;
CREATE VIEW receivables_v_bad_debt AS SELECT company_id, id, kind, order_id, account_id,
    customer_id, currency, amount_minor, reason_code, note, disclose, entry_id, processed_on,
    of_id, salesperson_id, created_at, created_by
FROM receivables_bad_debt;
CREATE VIEW receivables_v_plan AS SELECT company_id, id, no, version, seq, state, cause, customer_id,
    account_id, currency, total_minor, breach_days, breach_rule, agreed_on, previous_id, note, reason,
    created_at, created_by
FROM receivables_plan;
CREATE VIEW receivables_v_plan_row AS SELECT company_id, plan_id, row_no, due_date, breach_on,
    amount_minor
FROM receivables_plan_row;
CREATE VIEW receivables_v_allowance AS SELECT company_id, id, run_id, account_id, currency, as_of,
    amount_minor, recorded_at, recorded_by
FROM receivables_allowance_entry;
