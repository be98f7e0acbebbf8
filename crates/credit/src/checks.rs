//! Invariants of credit as SQL: no row when all is well.

use kit::check::Check;

db::statements! {
    COMMITMENTS = "SELECT 'account ' || CAST(a.account_id AS TEXT) AS offending FROM credit_account a \
        LEFT JOIN (SELECT account_id, SUM(CASE WHEN kind = 'order' THEN amount_minor ELSE 0 END) AS ord, \
            SUM(CASE WHEN kind = 'shipment' THEN amount_minor ELSE 0 END) AS shp, \
            SUM(CASE WHEN kind = 'instrument' THEN amount_minor ELSE 0 END) AS pdc FROM credit_commitment \
            WHERE company_id = $1 GROUP BY account_id) c ON c.account_id = a.account_id \
        WHERE a.company_id = $1 AND (a.ord_minor <> COALESCE(c.ord, 0) OR a.shp_minor <> COALESCE(c.shp, 0) \
            OR a.pdc_minor <> COALESCE(c.pdc, 0))";
    ACCOUNTS = "SELECT 'account ' || CAST(l.id AS TEXT) AS offending FROM ledger_v_account l \
        LEFT JOIN credit_account a ON a.company_id = l.company_id AND a.account_id = l.id \
        WHERE l.company_id = $1 AND a.account_id IS NULL";
    DECISIONS = "SELECT 'decision ' || CAST(d.id AS TEXT) AS offending FROM credit_decision d \
        WHERE d.company_id = $1 AND (d.exposure_minor <> \
            d.ord_minor + d.shp_minor + d.ar_minor + d.pdc_minor - d.cr_minor \
            OR (d.policy IN ('hold', 'block') AND d.event IN ('order_confirm', 'order_amend', 'order_reopen', 'release') \
                AND d.result IN ('allow', 'warn') AND d.amount_minor > 0 AND d.override_id IS NULL AND d.prepaid = 0 \
                AND d.limit_minor IS NOT NULL AND d.exposure_minor > d.limit_minor + d.tolerance_minor))";
    // What the ledger stood at when a check looked at it, computed again from entries and allocations: both
    // are summed in the order of the account's versions, and each record is compared where it stands.
    REPLAY = "SELECT 'decision ' || CAST(t.id AS TEXT) AS offending FROM (SELECT e.id, e.ar, e.cr, \
            SUM(e.debit) OVER (PARTITION BY e.account_id ORDER BY e.version, e.place \
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS debits, \
            SUM(e.credit) OVER (PARTITION BY e.account_id ORDER BY e.version, e.place \
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS credits FROM \
            (SELECT account_id, account_version AS version, 0 AS place, 0 AS id, 0 AS ar, 0 AS cr, \
                SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END) AS debit, \
                SUM(CASE WHEN amount_minor < 0 THEN -amount_minor ELSE 0 END) AS credit \
                FROM ledger_v_entry WHERE company_id = $1 GROUP BY account_id, account_version \
            UNION ALL SELECT account_id, account_version, 0, 0, 0, 0, SUM(-amount_minor), SUM(-amount_minor) \
                FROM ledger_v_allocation WHERE company_id = $1 GROUP BY account_id, account_version \
            UNION ALL SELECT account_id, account_version, 1, id, ar_minor, cr_minor + apart_minor, 0, 0 \
                FROM credit_decision WHERE company_id = $1 AND figures <> '' AND stands = 1) e) t \
        WHERE t.id <> 0 AND (t.ar <> t.debits OR t.cr <> t.credits)";
    HOLDS = "SELECT 'hold ' || CAST(h.id AS TEXT) AS offending FROM credit_hold h \
        LEFT JOIN credit_decision d ON d.company_id = h.company_id AND d.id = h.decision_id \
        WHERE h.company_id = $1 AND (d.id IS NULL OR d.document_id <> h.document_id OR d.result <> 'hold' \
            OR (h.state = 'waiting') <> (h.ended_at IS NULL))";
    OVERRIDES = "SELECT 'override ' || CAST(o.id AS TEXT) AS offending FROM credit_override o \
        LEFT JOIN (SELECT override_id, COUNT(*) AS uses, MAX(amount_minor) AS amount FROM credit_decision \
            WHERE company_id = $1 AND override_id IS NOT NULL GROUP BY override_id) d ON d.override_id = o.id \
        WHERE o.company_id = $1 AND ((o.state = 'used') <> (COALESCE(d.uses, 0) = 1) OR COALESCE(d.uses, 0) > 1 \
            OR d.amount > o.cap_minor)";
}

/// Invariants I7, I11 of the receivables reference, as far as credit alone shows them.
pub const CHECKS: &[Check] = &[
    Check {
        name: "credit.commitments_add_up",
        sql: COMMITMENTS,
    },
    Check {
        name: "credit.every_account_has_a_limit_row",
        sql: ACCOUNTS,
    },
    Check {
        name: "credit.no_decision_let_through_over_limit",
        sql: DECISIONS,
    },
    Check {
        name: "credit.decisions_follow_from_the_ledger",
        sql: REPLAY,
    },
    Check {
        name: "credit.what_waits_was_held",
        sql: HOLDS,
    },
    Check {
        name: "credit.approvals_are_used_once",
        sql: OVERRIDES,
    },
];
