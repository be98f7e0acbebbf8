//! Invariants of the ledger as SQL: no row when all is well.

use kit::check::Check;

db::statements! {
    BALANCE = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_account a \
        LEFT JOIN (SELECT account_id, SUM(amount_minor) AS total FROM ledger_entry WHERE company_id = $1 \
            GROUP BY account_id) e ON e.account_id = a.id \
        WHERE a.company_id = $1 AND a.balance_minor <> COALESCE(e.total, 0)";
    OPEN_SUMS = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_account a \
        LEFT JOIN (SELECT account_id, SUM(CASE WHEN side = 1 THEN open_minor ELSE 0 END) AS debit, \
            SUM(CASE WHEN side = -1 THEN open_minor ELSE 0 END) AS credit FROM ledger_open_item \
            WHERE company_id = $1 GROUP BY account_id) i ON i.account_id = a.id \
        WHERE a.company_id = $1 AND (a.open_debit_minor <> COALESCE(i.debit, 0) \
            OR a.open_credit_minor <> COALESCE(i.credit, 0) \
            OR a.balance_minor <> COALESCE(i.debit, 0) - COALESCE(i.credit, 0))";
    OPEN_ITEM = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_entry e \
        LEFT JOIN (SELECT debit_entry_id AS id, SUM(amount_minor) AS taken FROM ledger_allocation \
            WHERE company_id = $1 GROUP BY debit_entry_id) d ON d.id = e.id \
        LEFT JOIN (SELECT credit_entry_id AS id, SUM(amount_minor) AS taken FROM ledger_allocation \
            WHERE company_id = $1 GROUP BY credit_entry_id) c ON c.id = e.id \
        LEFT JOIN ledger_open_item i ON i.company_id = $1 AND i.entry_id = e.id \
        WHERE e.company_id = $1 AND (COALESCE(i.open_minor, 0) <> \
            (CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE e.amount_minor END) \
                - COALESCE(d.taken, 0) - COALESCE(c.taken, 0) \
            OR (i.entry_id IS NOT NULL AND (i.open_minor <= 0 OR i.account_id <> e.account_id \
                OR i.basis_date <> e.basis_date OR i.side * e.amount_minor < 0)))";
    OPEN_AT_ANY_DATE = "SELECT 'entry ' || CAST(r.entry_id AS TEXT) AS offending FROM \
        (SELECT t.entry_id, t.effective_date, SUM(t.amount_minor) OVER \
            (PARTITION BY t.entry_id ORDER BY t.effective_date) AS taken FROM \
            (SELECT debit_entry_id AS entry_id, effective_date, amount_minor FROM ledger_allocation \
                WHERE company_id = $1 UNION ALL \
             SELECT credit_entry_id, effective_date, amount_minor FROM ledger_allocation \
                WHERE company_id = $1) t) r \
        JOIN ledger_entry e ON e.company_id = $1 AND e.id = r.entry_id \
        WHERE r.taken < 0 OR r.effective_date < e.basis_date OR r.taken > \
            (CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE e.amount_minor END)";
    ALLOCATION_SIDES = "SELECT 'allocation ' || CAST(a.id AS TEXT) AS offending FROM ledger_allocation a \
        JOIN ledger_entry d ON d.company_id = a.company_id AND d.id = a.debit_entry_id \
        JOIN ledger_entry c ON c.company_id = a.company_id AND c.id = a.credit_entry_id \
        WHERE a.company_id = $1 AND (d.account_id <> a.account_id OR c.account_id <> a.account_id \
            OR d.amount_minor <= 0 OR c.amount_minor >= 0)";
    ALLOCATION_REVERSALS = "SELECT 'allocation ' || CAST(r.id AS TEXT) AS offending FROM ledger_allocation r \
        LEFT JOIN ledger_allocation o ON o.company_id = r.company_id AND o.id = r.reversal_of \
        WHERE r.company_id = $1 AND ((r.reversal_of IS NULL AND r.amount_minor <= 0) \
            OR (r.reversal_of IS NOT NULL AND (o.id IS NULL OR o.amount_minor <> -r.amount_minor \
                OR o.debit_entry_id <> r.debit_entry_id OR o.credit_entry_id <> r.credit_entry_id \
                OR r.effective_date < o.effective_date)))";
    ENTRY_REVERSALS = "SELECT 'entry ' || CAST(r.id AS TEXT) AS offending FROM ledger_entry r \
        LEFT JOIN ledger_entry o ON o.company_id = r.company_id AND o.id = r.reversal_of \
        WHERE r.company_id = $1 AND r.reversal_of IS NOT NULL \
            AND (o.id IS NULL OR o.amount_minor <> -r.amount_minor OR o.account_id <> r.account_id)";
    ORDERS = "SELECT 'order ' || CAST(q.order_id AS TEXT) AS offending FROM \
        (SELECT e.order_id, MIN(e.account_id) AS account_id, MAX(e.account_id) AS last_account, \
            SUM(CASE WHEN e.kind IN ('sale', 'return', 'charge', 'opening') THEN e.amount_minor ELSE 0 END) AS billed, \
            SUM(CASE WHEN e.amount_minor > 0 THEN COALESCE(i.open_minor, 0) ELSE 0 END) AS outstanding, \
            COALESCE((SELECT SUM(r.amount_minor) FROM ledger_reservation r WHERE r.company_id = $1 \
                AND r.order_id = e.order_id), 0) AS reserved, \
            MIN(CASE WHEN e.amount_minor > 0 THEN i.due_date END) AS due_date \
            FROM ledger_entry e LEFT JOIN ledger_open_item i ON i.company_id = e.company_id AND i.entry_id = e.id \
            WHERE e.company_id = $1 AND e.order_id IS NOT NULL GROUP BY e.order_id) q \
        LEFT JOIN ledger_order o ON o.company_id = $1 AND o.order_id = q.order_id \
        WHERE o.order_id IS NULL OR o.billed_minor <> q.billed OR o.outstanding_minor <> \
            (CASE WHEN q.outstanding > q.reserved THEN q.outstanding - q.reserved ELSE 0 END) \
            OR o.account_id <> q.account_id OR q.last_account <> q.account_id \
            OR (q.outstanding > 0 AND o.due_date <> q.due_date)";
    RESERVED_CREDIT = "SELECT 'entry ' || CAST(t.credit_entry_id AS TEXT) AS offending FROM \
        (SELECT credit_entry_id, MIN(account_id) AS account_id, MAX(account_id) AS last_account, \
            SUM(amount_minor) AS reserved FROM ledger_reservation WHERE company_id = $1 \
            GROUP BY credit_entry_id) t \
        LEFT JOIN ledger_open_item i ON i.company_id = $1 AND i.entry_id = t.credit_entry_id \
        WHERE i.entry_id IS NULL OR i.side <> -1 OR i.open_minor < t.reserved \
            OR i.account_id <> t.account_id OR t.last_account <> t.account_id";
    RESERVED_SUM = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_account a \
        LEFT JOIN (SELECT account_id, SUM(amount_minor) AS reserved FROM ledger_reservation \
            WHERE company_id = $1 GROUP BY account_id) r ON r.account_id = a.id \
        WHERE a.company_id = $1 AND a.reserved_credit_minor <> COALESCE(r.reserved, 0)";
    HELD_SUM = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_account a \
        LEFT JOIN (SELECT account_id, SUM(open_minor) AS held FROM ledger_open_item \
            WHERE company_id = $1 AND held = 1 GROUP BY account_id) i ON i.account_id = a.id \
        WHERE a.company_id = $1 AND a.held_credit_minor <> COALESCE(i.held, 0) \
        UNION ALL SELECT 'entry ' || CAST(i.entry_id AS TEXT) FROM ledger_open_item i \
            JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
            WHERE i.company_id = $1 AND (i.held <> e.held OR (i.held = 1 AND i.side <> -1))";
    UNBILLED = "SELECT 'entry ' || CAST(u.entry_id AS TEXT) AS offending FROM ledger_unbilled u \
        LEFT JOIN ledger_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND (e.id IS NULL OR e.internal = 1 OR e.account_id <> u.account_id \
            OR e.statement_date IS NULL OR e.statement_date <> u.statement_date)";
    INSTALMENTS = "SELECT 'entry ' || CAST(t.entry_id AS TEXT) AS offending FROM \
        (SELECT entry_id, after_minor, CAST(SUM(amount_minor) OVER \
            (PARTITION BY entry_id, plan_id ORDER BY row_no DESC) - amount_minor AS BIGINT) AS later \
            FROM ledger_instalment WHERE company_id = $1) t WHERE t.after_minor <> t.later \
        UNION ALL SELECT 'entry ' || CAST(n.entry_id AS TEXT) FROM ledger_instalment n \
            WHERE n.company_id = $1 AND n.valid_to IS NULL GROUP BY n.entry_id \
            HAVING MIN(n.plan_id) <> MAX(n.plan_id)";
    INSTALMENT_DUE = "SELECT 'entry ' || CAST(i.entry_id AS TEXT) AS offending FROM ledger_open_item i \
        JOIN (SELECT p.entry_id, MIN(p.due_date) AS due_date, SUM(p.open_minor) AS open_minor, \
            MIN(p.account_id) AS account_id FROM ledger_v_owed_part p \
            WHERE p.company_id = $1 AND p.plan_id IS NOT NULL GROUP BY p.entry_id) n ON n.entry_id = i.entry_id \
        WHERE i.company_id = $1 AND (n.due_date <> i.due_date OR n.open_minor <> i.open_minor \
            OR n.account_id <> i.account_id)";
    DISPUTES = "SELECT 'dispute ' || CAST(d.id AS TEXT) AS offending FROM ledger_dispute d \
        JOIN ledger_entry e ON e.company_id = d.company_id AND e.id = d.entry_id \
        LEFT JOIN (SELECT dispute_id, SUM(amount_minor) AS total FROM ledger_dispute_step \
            WHERE company_id = $1 GROUP BY dispute_id) s ON s.dispute_id = d.id \
        WHERE d.company_id = $1 AND (d.left_minor <> COALESCE(s.total, 0) \
            OR (d.state = 'open') <> (d.left_minor > 0) OR e.account_id <> d.account_id)";
    DISPUTED_WITHIN_ENTRY = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_entry e \
        JOIN (SELECT entry_id, SUM(left_minor) AS disputed FROM ledger_dispute \
            WHERE company_id = $1 GROUP BY entry_id) d ON d.entry_id = e.id \
        WHERE e.company_id = $1 AND d.disputed > e.amount_minor";
    BASE_CREDIT = "SELECT 'account ' || CAST(b.account_id AS TEXT) AS offending FROM ledger_base_credit b \
        LEFT JOIN ledger_base_credit p ON p.company_id = b.company_id AND p.account_id = b.account_id \
            AND p.version = b.version - 1 \
        WHERE b.company_id = $1 AND (b.amount_minor < 0 OR (b.version > 1 AND p.version IS NULL))";
}

/// Invariants I1, I2, I11 of the receivables reference, as far as the ledger alone shows them.
pub const CHECKS: &[Check] = &[
    Check {
        name: "ledger.balance_is_sum_of_entries",
        sql: BALANCE,
    },
    Check {
        name: "ledger.open_debits_less_credits_is_balance",
        sql: OPEN_SUMS,
    },
    Check {
        name: "ledger.open_item_is_amount_less_allocations",
        sql: OPEN_ITEM,
    },
    Check {
        name: "ledger.open_within_amount_at_every_date",
        sql: OPEN_AT_ANY_DATE,
    },
    Check {
        name: "ledger.allocation_joins_one_account",
        sql: ALLOCATION_SIDES,
    },
    Check {
        name: "ledger.undo_mirrors_allocation",
        sql: ALLOCATION_REVERSALS,
    },
    Check {
        name: "ledger.reversal_mirrors_entry",
        sql: ENTRY_REVERSALS,
    },
    Check {
        name: "ledger.order_figures_follow_items",
        sql: ORDERS,
    },
    Check {
        name: "ledger.reserved_within_open_credit",
        sql: RESERVED_CREDIT,
    },
    Check {
        name: "ledger.account_reserved_is_sum",
        sql: RESERVED_SUM,
    },
    Check {
        name: "ledger.held_credit_is_open_deposits",
        sql: HELD_SUM,
    },
    Check {
        name: "ledger.owed_entries_are_entries",
        sql: UNBILLED,
    },
    Check {
        name: "ledger.instalments_add_up",
        sql: INSTALMENTS,
    },
    Check {
        name: "ledger.item_on_plan_is_due_by_its_instalments",
        sql: INSTALMENT_DUE,
    },
    Check {
        name: "ledger.disputes_follow_their_steps",
        sql: DISPUTES,
    },
    Check {
        name: "ledger.disputed_within_the_entry",
        sql: DISPUTED_WITHIN_ENTRY,
    },
    Check {
        name: "ledger.base_credit_has_every_version",
        sql: BASE_CREDIT,
    },
];
