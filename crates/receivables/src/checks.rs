//! Invariants of receipts and of the bad-debt register as SQL: no row when all is well.

use kit::check::Check;

db::statements! {
    RECEIPT_ENTRY = "SELECT 'receipt ' || r.no AS offending FROM receivables_receipt r \
        LEFT JOIN ledger_v_entry e ON e.company_id = r.company_id AND e.id = r.entry_id \
        WHERE r.company_id = $1 AND (e.id IS NULL OR e.kind <> 'receipt' OR e.amount_minor <> -r.amount_minor \
            OR e.account_id <> r.account_id OR e.basis_date <> r.receipt_date OR e.document_id <> r.id)";
    ENTRY_RECEIPT = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_v_entry e \
        LEFT JOIN receivables_receipt r ON r.company_id = e.company_id AND r.id = e.document_id \
        WHERE e.company_id = $1 AND e.kind IN ('receipt', 'receipt_reversal') \
            AND (r.id IS NULL OR (e.kind = 'receipt' AND r.entry_id <> e.id) \
            OR (e.kind = 'receipt_reversal' AND (r.reversal_entry_id IS NULL OR r.reversal_entry_id <> e.id)))";
    REVERSED = "SELECT 'receipt ' || r.no AS offending FROM receivables_receipt r \
        LEFT JOIN ledger_v_entry e ON e.company_id = r.company_id AND e.id = r.reversal_entry_id \
        WHERE r.company_id = $1 AND (r.state <> 'posted' OR r.reversal_entry_id IS NOT NULL) \
            AND (e.id IS NULL OR r.state NOT IN ('reversed', 'bounced') OR e.reversal_of <> r.entry_id \
            OR e.amount_minor <> r.amount_minor OR EXISTS (SELECT 1 FROM ledger_v_open_item i \
                WHERE i.company_id = r.company_id AND i.entry_id IN (r.entry_id, r.reversal_entry_id)))";
    NUMBERS = "SELECT 'RC: ' || CAST(COUNT(r.seq) AS TEXT) || ' of ' || CAST(MAX(r.seq) AS TEXT) AS offending \
        FROM receivables_receipt r WHERE r.company_id = $1 AND r.seq IS NOT NULL GROUP BY r.company_id \
        HAVING COUNT(r.seq) <> MAX(r.seq) OR MIN(r.seq) <> 1 OR COUNT(DISTINCT r.seq) <> COUNT(r.seq)";
    REGISTER_ENTRY = "SELECT 'bad debt ' || CAST(b.id AS TEXT) AS offending FROM receivables_bad_debt b \
        LEFT JOIN ledger_v_entry e ON e.company_id = b.company_id AND e.id = b.entry_id \
        WHERE b.company_id = $1 AND (e.id IS NULL OR e.account_id <> b.account_id OR e.order_id <> b.order_id \
            OR e.internal = b.disclose \
            OR (b.kind = 'processed' AND (e.kind <> 'bad_debt' OR b.amount_minor <> \
                (SELECT -SUM(x.amount_minor) FROM ledger_v_entry x WHERE x.company_id = b.company_id \
                    AND x.document_kind = 'bad_debt' AND x.document_id = b.id AND x.internal = e.internal))) \
            OR (b.kind <> 'processed' AND (e.kind <> 'bad_debt_recovery' OR e.amount_minor <> b.amount_minor)))";
    REGISTER_SUM = "SELECT 'account ' || CAST(t.account_id AS TEXT) AS offending FROM \
        (SELECT b.account_id, CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE -b.amount_minor END AS net \
            FROM receivables_bad_debt b WHERE b.company_id = $1 UNION ALL \
         SELECT e.account_id, e.amount_minor FROM ledger_v_entry e \
            WHERE e.company_id = $1 AND e.kind IN ('bad_debt', 'bad_debt_recovery')) t \
        GROUP BY t.account_id HAVING SUM(t.net) <> 0";
    REGISTER_NET = "SELECT 'bad debt ' || CAST(b.id AS TEXT) AS offending FROM receivables_bad_debt b \
        LEFT JOIN (SELECT r.of_id, SUM(r.amount_minor) AS returned FROM receivables_bad_debt r \
            WHERE r.company_id = $1 AND r.of_id IS NOT NULL GROUP BY r.of_id) r ON r.of_id = b.id \
        LEFT JOIN (SELECT a.act_id, SUM(a.amount_minor) AS closed FROM ledger_v_allocation a \
            WHERE a.company_id = $1 AND a.act_kind = 'bad_debt' GROUP BY a.act_id) c ON c.act_id = b.id \
        WHERE b.company_id = $1 AND ((b.kind = 'processed') <> (b.of_id IS NULL) OR (b.kind = 'processed' \
            AND (COALESCE(r.returned, 0) > b.amount_minor \
                OR COALESCE(c.closed, 0) <> b.amount_minor - COALESCE(r.returned, 0))))";
    BAD_DEBT_CLOSED = "SELECT 'entry ' || CAST(i.entry_id AS TEXT) AS offending FROM ledger_v_open_item i \
        JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        WHERE i.company_id = $1 AND e.kind IN ('bad_debt', 'bad_debt_recovery')";
    SETTLEMENT_LINES = "SELECT 'order ' || CAST(t.order_id AS TEXT) AS offending FROM \
        (SELECT b.order_id, CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE -b.amount_minor END AS net \
            FROM receivables_bad_debt b WHERE b.company_id = $1 UNION ALL \
         SELECT l.order_id, l.amount_minor FROM sales_v_order_line l \
            WHERE l.company_id = $1 AND l.kind IN ('bad_debt', 'bad_debt_recovery')) t \
        GROUP BY t.order_id HAVING SUM(t.net) <> 0";
    INSTRUMENTS = "SELECT 'receipt ' || r.no AS offending FROM receivables_receipt r \
        JOIN receivables_instrument i ON i.company_id = r.company_id AND i.receipt_id = r.id \
        WHERE r.company_id = $1 AND ((r.state = 'posted') <> (i.state IN ('held', 'cleared')) \
            OR (r.state <> 'posted' AND i.state <> r.state) OR (i.state = 'held') <> (i.settled_on IS NULL) \
            OR r.method NOT IN ('acceptance_bill', 'cheque'))";
    UNCLEARED = "SELECT 'account ' || CAST(t.account_id AS TEXT) AS offending FROM \
        (SELECT r.account_id, r.amount_minor FROM receivables_instrument i \
            JOIN receivables_receipt r ON r.company_id = i.company_id AND r.id = i.receipt_id \
            WHERE i.company_id = $1 AND i.state = 'held' UNION ALL \
         SELECT c.account_id, -c.pdc_minor FROM credit_v_account c WHERE c.company_id = $1) t \
        GROUP BY t.account_id HAVING SUM(t.amount_minor) <> 0";
    DEPOSITS = "SELECT 'receipt ' || r.no AS offending FROM receivables_receipt r \
        JOIN ledger_v_entry e ON e.company_id = r.company_id AND e.id = r.entry_id \
        WHERE r.company_id = $1 AND (r.purpose = 'payment') <> (e.held = 0)";
    TRANSFERS = "SELECT 'transfer ' || t.no AS offending FROM receivables_transfer t \
        LEFT JOIN ledger_v_entry o ON o.company_id = t.company_id AND o.id = t.out_entry_id \
        LEFT JOIN ledger_v_entry i ON i.company_id = t.company_id AND i.id = t.in_entry_id \
        WHERE t.company_id = $1 AND (o.id IS NULL OR i.id IS NULL OR o.kind <> 'transfer' OR i.kind <> 'transfer' \
            OR o.account_id <> t.from_account_id OR i.account_id <> t.to_account_id \
            OR o.amount_minor <> -t.side * t.from_minor OR i.amount_minor <> t.side * t.to_minor \
            OR (t.state = 'reversed') <> (t.out_reversal_id IS NOT NULL AND t.in_reversal_id IS NOT NULL))";
    OFFSETS = "SELECT 'offset ' || o.no AS offending FROM receivables_offset o \
        LEFT JOIN ledger_v_entry e ON e.company_id = o.company_id AND e.id = o.entry_id \
        LEFT JOIN (SELECT l.offset_id, SUM(l.amount_minor) AS total FROM receivables_offset_bill l \
            WHERE l.company_id = $1 GROUP BY l.offset_id) b ON b.offset_id = o.id \
        WHERE o.company_id = $1 AND (e.id IS NULL OR e.kind <> 'offset' OR e.amount_minor <> -o.amount_minor \
            OR COALESCE(b.total, 0) <> o.amount_minor OR (o.state = 'reversed') <> (o.reversal_entry_id IS NOT NULL) \
            OR EXISTS (SELECT 1 FROM ledger_v_open_item i WHERE i.company_id = o.company_id \
                AND i.entry_id = o.entry_id))";
    BILLS = "SELECT 'bill ' || b.no AS offending FROM receivables_payable b \
        LEFT JOIN (SELECT l.payable_id, SUM(l.amount_minor) AS used FROM receivables_offset_bill l \
            JOIN receivables_offset o ON o.company_id = l.company_id AND o.id = l.offset_id AND o.state = 'posted' \
            WHERE l.company_id = $1 GROUP BY l.payable_id) u ON u.payable_id = b.id \
        LEFT JOIN receivables_payable r ON r.company_id = b.company_id AND r.reversal_of = b.id \
        WHERE b.company_id = $1 AND b.reversal_of IS NULL AND (b.amount_minor <= 0 \
            OR COALESCE(u.used, 0) > b.amount_minor OR (r.id IS NOT NULL AND \
                (r.amount_minor <> -b.amount_minor OR COALESCE(u.used, 0) <> 0)))";
    ADJUSTMENT_ENTRY = "SELECT 'adjustment ' || a.no AS offending FROM receivables_adjustment a \
        LEFT JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.entry_id \
        WHERE a.company_id = $1 AND ((a.state IN ('posted', 'reversed')) <> (a.entry_id IS NOT NULL) \
            OR (a.entry_id IS NOT NULL AND (e.id IS NULL OR e.account_id <> a.account_id OR e.document_id <> a.id \
                OR e.basis_date <> a.document_date OR e.amount_minor NOT IN (a.amount_minor, -a.amount_minor) \
                OR (a.kind IN ('charge', 'refund') AND e.amount_minor < 0) \
                OR (a.kind = 'expense' AND e.amount_minor > 0) \
                OR e.kind <> CASE a.kind WHEN 'difference' THEN 'tolerance' ELSE a.kind END)))";
    ENTRY_ADJUSTMENT = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_v_entry e \
        LEFT JOIN receivables_adjustment a ON a.company_id = e.company_id AND a.id = e.document_id \
        WHERE e.company_id = $1 AND e.kind IN ('charge', 'expense', 'refund') \
            AND (a.id IS NULL OR (e.id <> a.entry_id AND (a.reversal_entry_id IS NULL OR e.id <> a.reversal_entry_id)))";
    ADJUSTMENT_REVERSED = "SELECT 'adjustment ' || a.no AS offending FROM receivables_adjustment a \
        LEFT JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.reversal_entry_id \
        WHERE a.company_id = $1 AND (a.state = 'reversed' OR a.reversal_entry_id IS NOT NULL) \
            AND (e.id IS NULL OR a.state <> 'reversed' OR e.reversal_of <> a.entry_id OR EXISTS \
                (SELECT 1 FROM ledger_v_open_item i WHERE i.company_id = a.company_id \
                AND i.entry_id IN (a.entry_id, a.reversal_entry_id)))";
    ADJUSTMENT_ITEMS = "SELECT 'adjustment ' || a.no AS offending FROM receivables_adjustment a \
        LEFT JOIN (SELECT i.adjustment_id, SUM(i.amount_minor) AS total FROM receivables_adjustment_item i \
            WHERE i.company_id = $1 GROUP BY i.adjustment_id) t ON t.adjustment_id = a.id \
        WHERE a.company_id = $1 AND ((a.kind IN ('refund', 'difference') AND COALESCE(t.total, 0) <> a.amount_minor) \
            OR (a.kind IN ('charge', 'expense') AND t.total IS NOT NULL))";
    ADJUSTMENT_NUMBERS = "SELECT a.kind || ': ' || CAST(COUNT(a.seq) AS TEXT) || ' of ' || CAST(MAX(a.seq) AS TEXT) \
        AS offending FROM receivables_adjustment a WHERE a.company_id = $1 GROUP BY a.kind \
        HAVING COUNT(a.seq) <> MAX(a.seq) OR MIN(a.seq) <> 1 OR COUNT(DISTINCT a.seq) <> COUNT(a.seq)";
    CONCESSION_ENTRY = "SELECT 'concession ' || CAST(d.id AS TEXT) AS offending FROM receivables_concession d \
        LEFT JOIN ledger_v_entry e ON e.company_id = d.company_id AND e.id = d.entry_id \
        LEFT JOIN ledger_v_entry u ON u.company_id = d.company_id AND u.id = d.undone_entry_id \
        WHERE d.company_id = $1 AND (e.id IS NULL OR e.kind <> d.kind OR e.account_id <> d.account_id \
            OR e.amount_minor <> (CASE WHEN d.code = 'over' THEN d.amount_minor ELSE -d.amount_minor END) \
            OR (d.undone_entry_id IS NOT NULL AND (u.id IS NULL OR u.reversal_of <> e.id \
                OR u.amount_minor <> -e.amount_minor)))";
    CONCESSION_CLOSED = "SELECT 'concession ' || CAST(d.id AS TEXT) AS offending FROM receivables_concession d \
        JOIN ledger_v_open_item i ON i.company_id = d.company_id \
            AND i.entry_id IN (d.entry_id, d.undone_entry_id) WHERE d.company_id = $1";
    CONCESSION_ACT = "SELECT 'concession ' || CAST(d.id AS TEXT) AS offending FROM receivables_concession d \
        LEFT JOIN (SELECT a.act_kind, a.act_id, SUM(a.amount_minor) AS stands FROM ledger_v_allocation a \
            WHERE a.company_id = $1 AND a.act_kind IN ('receipt', 'manual') GROUP BY a.act_kind, a.act_id) t \
            ON t.act_kind = d.act_kind AND t.act_id = d.act_id \
        WHERE d.company_id = $1 AND d.undone_entry_id IS NULL AND COALESCE(t.stands, 0) <= 0";
    UNSETTLED_ORDERS = "SELECT 'order ' || CAST(l.order_id AS TEXT) AS offending FROM ledger_v_order l \
        LEFT JOIN sales_v_order o ON o.company_id = l.company_id AND o.id = l.order_id \
        WHERE l.company_id = $1 AND (o.id IS NULL OR o.account_id <> l.account_id)";
    REQUESTS = "SELECT 'request ' || CAST(q.id AS TEXT) AS offending FROM receivables_bad_debt_request q \
        LEFT JOIN receivables_bad_debt b ON b.company_id = q.company_id AND b.id = q.bad_debt_id \
        WHERE q.company_id = $1 AND ((q.state = 'approved') <> (b.id IS NOT NULL) \
            OR (q.state = 'pending') <> (q.decided_by IS NULL) \
            OR (q.state = 'approved' AND q.decided_by = q.requested_by) \
            OR b.amount_minor <> q.amount_minor OR b.order_id <> q.order_id)";
    ALLOWANCE = "SELECT 'allowance ' || CAST(t.account_id AS TEXT) AS offending FROM \
        (SELECT l.account_id, l.amount_minor AS wanted, 0 AS posted FROM receivables_allowance_line l \
            JOIN receivables_allowance_run r ON r.company_id = l.company_id AND r.id = l.run_id \
            WHERE l.company_id = $1 AND r.state = 'posted' AND NOT EXISTS \
                (SELECT 1 FROM receivables_allowance_run n WHERE n.company_id = r.company_id \
                    AND n.currency = r.currency AND n.state = 'posted' AND (n.decided_at > r.decided_at \
                        OR (n.decided_at = r.decided_at AND n.id > r.id))) UNION ALL \
         SELECT account_id, 0, amount_minor FROM receivables_allowance_entry WHERE company_id = $1) t \
        GROUP BY t.account_id HAVING SUM(t.wanted) <> SUM(t.posted)";
    WRITE_OFFS = "SELECT 'write-off ' || CAST(w.id AS TEXT) AS offending FROM receivables_write_off w \
        LEFT JOIN receivables_write_off o ON o.company_id = w.company_id AND o.id = w.reversal_of \
        LEFT JOIN receivables_bad_debt b ON b.company_id = w.company_id AND b.id = w.bad_debt_id \
        WHERE w.company_id = $1 AND ((w.reversal_of IS NULL AND w.amount_minor <= 0) \
            OR (w.reversal_of IS NOT NULL AND (o.id IS NULL OR o.amount_minor <> -w.amount_minor)) \
            OR (w.bad_debt_id IS NOT NULL AND (b.id IS NULL OR b.account_id <> w.account_id)))";
    PLAN_ROWS = "SELECT 'plan ' || p.no AS offending FROM receivables_plan p \
        LEFT JOIN (SELECT plan_id, SUM(amount_minor) AS total FROM receivables_plan_row \
            WHERE company_id = $1 GROUP BY plan_id) r ON r.plan_id = p.id \
        LEFT JOIN (SELECT plan_id, SUM(amount_minor) AS total FROM ledger_v_instalment \
            WHERE company_id = $1 GROUP BY plan_id) n ON n.plan_id = p.id \
        WHERE p.company_id = $1 AND (p.total_minor <> COALESCE(r.total, 0) \
            OR p.total_minor <> COALESCE(n.total, 0))";
    PLAN_ACTIVE = "SELECT 'plan ' || CAST(n.plan_id AS TEXT) AS offending FROM \
        (SELECT plan_id, MAX(CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END) AS live FROM ledger_v_instalment \
            WHERE company_id = $1 GROUP BY plan_id) n \
        LEFT JOIN receivables_plan p ON p.company_id = $1 AND p.id = n.plan_id \
        WHERE p.id IS NULL OR (n.live = 1) <> (p.state = 'active')";
    PLAN_NUMBERS = "SELECT 'PP: ' || CAST(COUNT(p.seq) AS TEXT) || ' of ' || CAST(MAX(p.seq) AS TEXT) AS offending \
        FROM receivables_plan p WHERE p.company_id = $1 AND p.seq IS NOT NULL GROUP BY p.company_id \
        HAVING COUNT(p.seq) <> MAX(p.seq) OR MIN(p.seq) <> 1 OR COUNT(DISTINCT p.seq) <> COUNT(p.seq)";
}

/// What must always hold of receipts and bad debts.
pub const CHECKS: &[Check] = &[
    Check {
        name: "receivables.receipt_has_its_entry",
        sql: RECEIPT_ENTRY,
    },
    Check {
        name: "receivables.receipt_entry_has_its_receipt",
        sql: ENTRY_RECEIPT,
    },
    Check {
        name: "receivables.reversed_receipt_is_closed",
        sql: REVERSED,
    },
    Check {
        name: "receivables.receipt_numbers_without_gap",
        sql: NUMBERS,
    },
    Check {
        name: "receivables.register_row_has_its_entry",
        sql: REGISTER_ENTRY,
    },
    Check {
        name: "receivables.register_is_sum_of_entries",
        sql: REGISTER_SUM,
    },
    Check {
        name: "receivables.register_is_what_allocations_close",
        sql: REGISTER_NET,
    },
    Check {
        name: "receivables.bad_debt_entries_are_closed",
        sql: BAD_DEBT_CLOSED,
    },
    Check {
        name: "receivables.settlement_lines_are_the_register",
        sql: SETTLEMENT_LINES,
    },
    Check {
        name: "receivables.adjustment_has_its_entry",
        sql: ADJUSTMENT_ENTRY,
    },
    Check {
        name: "receivables.concessions_are_closed",
        sql: CONCESSION_CLOSED,
    },
    Check {
        name: "receivables.concession_goes_with_its_write_off",
        sql: CONCESSION_ACT,
    },
    Check {
        name: "receivables.unsettled_orders_are_orders",
        sql: UNSETTLED_ORDERS,
    },
    Check {
        name: "receivables.approved_requests_are_in_the_register",
        sql: REQUESTS,
    },
    Check {
        name: "receivables.allowance_is_what_the_last_run_says",
        sql: ALLOWANCE,
    },
    Check {
        name: "receivables.write_offs_are_taken_back_whole",
        sql: WRITE_OFFS,
    },
    Check {
        name: "receivables.plan_rows_are_the_total",
        sql: PLAN_ROWS,
    },
    Check {
        name: "receivables.active_plan_splits_its_items",
        sql: PLAN_ACTIVE,
    },
    Check {
        name: "receivables.plan_numbers_without_gap",
        sql: PLAN_NUMBERS,
    },
    Check {
        name: "receivables.transfer_has_both_entries",
        sql: TRANSFERS,
    },
    Check {
        name: "receivables.offset_has_two_equal_legs",
        sql: OFFSETS,
    },
    Check {
        name: "receivables.bills_are_offset_at_most_once",
        sql: BILLS,
    },
    Check {
        name: "receivables.instrument_follows_its_receipt",
        sql: INSTRUMENTS,
    },
    Check {
        name: "receivables.uncleared_instruments_count_for_credit",
        sql: UNCLEARED,
    },
    Check {
        name: "receivables.deposits_are_held_apart",
        sql: DEPOSITS,
    },
    Check {
        name: "receivables.concession_has_its_entry",
        sql: CONCESSION_ENTRY,
    },
    Check {
        name: "receivables.entry_has_its_adjustment",
        sql: ENTRY_ADJUSTMENT,
    },
    Check {
        name: "receivables.reversed_adjustment_is_closed",
        sql: ADJUSTMENT_REVERSED,
    },
    Check {
        name: "receivables.adjustment_is_sum_of_its_items",
        sql: ADJUSTMENT_ITEMS,
    },
    Check {
        name: "receivables.adjustment_numbers_without_gap",
        sql: ADJUSTMENT_NUMBERS,
    },
];
