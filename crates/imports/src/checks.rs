use kit::check::Check;

db::statements! {
    KEYS_OF_DELIVERIES = "SELECT 'import of ' || k.number AS offending FROM imports_key k \
        LEFT JOIN sales_v_delivery d ON d.company_id = k.company_id AND d.id = k.document_id \
        WHERE k.company_id = $1 AND k.kind = 'deliveries' \
        AND (d.id IS NULL OR d.total_minor <> k.total_minor OR d.line_count <> k.row_count)";
    KEYS_OF_RECEIPTS = "SELECT 'import of ' || k.number AS offending FROM imports_key k \
        LEFT JOIN receivables_v_receipt r ON r.company_id = k.company_id AND r.id = k.document_id \
        WHERE k.company_id = $1 AND k.kind = 'receipts' AND (r.id IS NULL OR r.amount_minor <> k.total_minor)";
    KEYS_OF_OPENINGS = "SELECT 'import of ' || k.number AS offending FROM imports_key k \
        LEFT JOIN sales_v_order o ON o.company_id = k.company_id AND o.id = k.document_id \
        WHERE k.company_id = $1 AND k.kind = 'openings' \
        AND (o.id IS NULL OR o.origin <> 'opening' OR o.total_minor <> k.total_minor)";
    DONE_IS_DONE = "SELECT 'import ' || CAST(f.id AS TEXT) AS offending FROM imports_file f \
        WHERE f.company_id = $1 AND f.state = 'done' AND EXISTS (SELECT 1 FROM imports_document d \
        WHERE d.company_id = f.company_id AND d.file_id = f.id AND d.state = 'staged')";
}

/// The invariants of imports.
pub const CHECKS: &[Check] = &[
    Check {
        name: "imports.deliveries_are_in_the_books",
        sql: KEYS_OF_DELIVERIES,
    },
    Check {
        name: "imports.receipts_are_in_the_books",
        sql: KEYS_OF_RECEIPTS,
    },
    Check {
        name: "imports.openings_are_in_the_books",
        sql: KEYS_OF_OPENINGS,
    },
    Check {
        name: "imports.nothing_waits_in_a_finished_import",
        sql: DONE_IS_DONE,
    },
];
