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
            OR (d.policy = 'block' AND d.event <> 'post' AND d.result = 'allow' AND d.amount_minor > 0 \
                AND d.limit_minor IS NOT NULL AND d.exposure_minor > d.limit_minor))";
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
];
