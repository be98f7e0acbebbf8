//! Invariants of sales as SQL: no row when all is well.

use kit::check::Check;

db::statements! {
    DELIVERY_TOTALS = "SELECT 'delivery ' || CAST(d.id AS TEXT) AS offending FROM sales_delivery d \
        LEFT JOIN (SELECT delivery_id, SUM(amount_minor) AS amount, COUNT(*) AS lines FROM \
        sales_delivery_line \
            WHERE company_id = $1 GROUP BY delivery_id) l ON l.delivery_id = d.id \
        WHERE d.company_id = $1 AND (d.total_minor <> COALESCE(l.amount, 0) OR d.line_count <> \
        COALESCE(l.lines, 0))";
    ORDER_TOTALS = "SELECT 'order ' || CAST(o.id AS TEXT) AS offending FROM sales_order o \
        LEFT JOIN (SELECT order_id, SUM(amount_minor) AS amount, SUM(delivered_minor) AS delivered \
            FROM sales_order_line WHERE company_id = $1 AND kind = 'goods' GROUP BY order_id) l ON \
            l.order_id = o.id \
        WHERE o.company_id = $1 AND o.origin = 'order' \
        AND (o.total_minor <> COALESCE(l.amount, 0) OR o.delivered_minor <> COALESCE(l.delivered, 0))";
    DELIVERED = "SELECT 'order ' || CAST(l.order_id AS TEXT) || ' line ' || CAST(l.line_no AS TEXT) AS \
        offending \
        FROM sales_order_line l \
        LEFT JOIN (SELECT d.order_id, x.order_line_no, SUM(x.quantity_micro) AS quantity, \
        SUM(x.amount_minor) AS amount \
            FROM sales_delivery d JOIN sales_delivery_line x ON x.company_id = d.company_id AND \
            x.delivery_id = d.id \
            WHERE d.company_id = $1 AND d.kind = 'delivery' AND d.state <> 'draft' AND d.order_id IS NOT \
            NULL \
            GROUP BY d.order_id, x.order_line_no) t ON t.order_id = l.order_id AND t.order_line_no = \
            l.line_no \
        WHERE l.company_id = $1 AND l.kind = 'goods' AND (l.delivered_quantity_micro <> \
        COALESCE(t.quantity, 0) \
            OR l.delivered_minor <> COALESCE(t.amount, 0) OR l.delivered_quantity_micro > l.quantity_micro \
            OR l.delivered_quantity_micro < 0)";
    ENTRIES = "SELECT 'delivery ' || CAST(d.id AS TEXT) AS offending FROM sales_delivery d \
        LEFT JOIN ledger_v_entry e ON e.company_id = d.company_id AND e.id = d.entry_id \
        WHERE d.company_id = $1 AND ((d.state = 'posted') <> (e.id IS NOT NULL) \
            OR e.amount_minor <> d.total_minor OR e.account_id <> d.account_id OR e.document_id <> d.id \
            OR e.order_id <> d.order_id OR (d.state = 'posted' AND d.order_id IS NULL))";
    STRAY_ENTRIES = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_v_entry e \
        LEFT JOIN sales_delivery d ON d.company_id = e.company_id AND d.id = e.document_id AND d.entry_id \
        = e.id \
        WHERE e.company_id = $1 AND e.kind IN ('sale', 'return') AND d.id IS NULL";
    RETURNED = "SELECT 'delivery ' || CAST(l.delivery_id AS TEXT) || ' line ' || CAST(l.line_no AS TEXT) \
        AS offending \
        FROM sales_delivery_line l JOIN (SELECT r.source_id, x.source_line_no, SUM(x.quantity_micro) AS \
        quantity \
            FROM sales_delivery r JOIN sales_delivery_line x ON x.company_id = r.company_id AND \
            x.delivery_id = r.id \
            WHERE r.company_id = $1 AND r.source_id IS NOT NULL AND r.state = 'posted' AND r.reversed_by \
            IS NULL \
            AND r.reversal_of IS NULL GROUP BY r.source_id, x.source_line_no) t \
            ON t.source_id = l.delivery_id AND t.source_line_no = l.line_no \
        WHERE l.company_id = $1 AND l.quantity_micro + t.quantity < 0";
    NUMBERS = "SELECT t.series FROM (SELECT kind AS series, COUNT(seq) AS used, MAX(seq) AS last FROM \
        sales_delivery \
            WHERE company_id = $1 AND seq IS NOT NULL GROUP BY kind \
            UNION ALL SELECT 'order', COUNT(seq), MAX(seq) FROM sales_order \
            WHERE company_id = $1 AND seq IS NOT NULL) t WHERE t.used <> t.last";
    REVERSALS = "SELECT 'delivery ' || CAST(d.id AS TEXT) AS offending FROM sales_delivery d \
        LEFT JOIN sales_delivery r ON r.company_id = d.company_id AND r.id = d.reversed_by \
        WHERE d.company_id = $1 AND d.reversed_by IS NOT NULL \
        AND (r.id IS NULL OR r.reversal_of <> d.id OR r.total_minor <> -d.total_minor OR r.state <> \
        'posted')";
    COMMITMENTS = "SELECT 'account ' || CAST(a.account_id AS TEXT) AS offending FROM credit_v_account a \
        LEFT JOIN (SELECT o.account_id, SUM(l.amount_minor - l.delivered_minor) AS promised FROM \
        sales_order o \
            JOIN sales_order_line l ON l.company_id = o.company_id AND l.order_id = o.id AND l.kind = \
            'goods' \
            WHERE o.company_id = $1 AND o.origin = 'order' AND o.state = 'confirmed' \
            AND l.amount_minor > l.delivered_minor GROUP BY o.account_id) p ON p.account_id = a.account_id \
        LEFT JOIN (SELECT account_id, SUM(total_minor) AS shipped FROM sales_delivery \
            WHERE company_id = $1 AND kind = 'delivery' AND state = 'released' AND state <> 'posted' \
            GROUP BY account_id) s ON s.account_id = a.account_id \
        WHERE a.company_id = $1 \
        AND (a.ord_minor <> COALESCE(p.promised, 0) OR a.shp_minor <> COALESCE(s.shipped, 0))";
    HELD = "SELECT 'order ' || CAST(o.id AS TEXT) AS offending FROM sales_order o \
        LEFT JOIN credit_v_hold h ON h.company_id = o.company_id AND h.document_kind = 'order' \
            AND h.document_id = o.id AND h.state = 'waiting' \
        WHERE o.company_id = $1 AND (o.state = 'held') <> (h.id IS NOT NULL)";
    SETTLEMENT_LINES = "SELECT 'order ' || CAST(l.order_id AS TEXT) || ' line ' || CAST(l.line_no AS TEXT) \
        AS offending \
        FROM sales_order_line l LEFT JOIN ledger_v_entry e ON e.company_id = l.company_id AND e.id = \
        l.entry_id \
        WHERE l.company_id = $1 AND l.kind <> 'goods' \
        AND (e.id IS NULL OR e.order_id <> l.order_id OR l.amount_minor <> \
        (SELECT SUM(x.amount_minor) FROM ledger_v_entry x WHERE x.company_id = l.company_id \
            AND x.document_kind = e.document_kind AND x.document_id = e.document_id))";
}

/// Invariants I6 and I11 of the receivables reference, as far as sales shows them.
pub const CHECKS: &[Check] = &[
    Check {
        name: "sales.delivery_totals_are_their_lines",
        sql: DELIVERY_TOTALS,
    },
    Check {
        name: "sales.order_totals_are_their_lines",
        sql: ORDER_TOTALS,
    },
    Check {
        name: "sales.delivered_is_what_deliveries_took",
        sql: DELIVERED,
    },
    Check {
        name: "sales.posted_documents_have_one_entry",
        sql: ENTRIES,
    },
    Check {
        name: "sales.entries_have_their_document",
        sql: STRAY_ENTRIES,
    },
    Check {
        name: "sales.returned_at_most_delivered",
        sql: RETURNED,
    },
    Check {
        name: "sales.numbers_without_gaps",
        sql: NUMBERS,
    },
    Check {
        name: "sales.reversals_mirror_their_document",
        sql: REVERSALS,
    },
    Check {
        name: "sales.commitments_match_documents",
        sql: COMMITMENTS,
    },
    Check {
        name: "sales.held_orders_wait",
        sql: HELD,
    },
    Check {
        name: "sales.settlement_lines_have_their_entry",
        sql: SETTLEMENT_LINES,
    },
];
