-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW statements_v_statement AS SELECT company_id, id, no, seq, state, account_id, customer_id,
    currency, period_id, from_day, to_day, due_date, opening_minor, closing_minor, issued_at
FROM statements_statement;
CREATE VIEW statements_v_line AS SELECT company_id, statement_id, line_no, entry_id, live, basis_date,
    amount_minor
FROM statements_line;
CREATE VIEW statements_v_period AS SELECT company_id, id, account_id, seq, from_day, to_day, issue_by,
    state, dated
FROM statements_period;
