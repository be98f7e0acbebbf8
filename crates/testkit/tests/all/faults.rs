//! Every invariant is broken on purpose, and the check that guards it finds it: on books that a random walk
//! left behind, in a unit that is rolled back afterwards.

use base::Refusal;
use db::p;
use db::testing::Place;
use statements::StatementId;
use testkit::{World, broken, checks};

use super::walk::Walker;

/// What breaks an invariant.
enum Fault {
    /// A change of some rows, in statements between semicolons. The database's own constraints let it pass.
    Change(&'static str),
    /// The database itself does not let it happen.
    Forbidden(&'static str),
}

use Fault::{Change, Forbidden};

/// A fault for each check, by its name.
#[rustfmt::skip]
const FAULTS: &[(&str, Fault)] = &[
    ("ledger.balance_is_sum_of_entries", Change(
        "UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE company_id = $1")),
    ("ledger.open_debits_less_credits_is_balance", Change(
        "UPDATE ledger_account SET open_debit_minor = open_debit_minor + 1 WHERE company_id = $1")),
    ("ledger.open_item_is_amount_less_allocations", Change(
        "UPDATE ledger_open_item SET open_minor = open_minor + 1 WHERE company_id = $1")),
    ("ledger.open_within_amount_at_every_date", Change(
        "UPDATE ledger_allocation SET effective_date = '2020-01-01' WHERE company_id = $1")),
    ("ledger.allocation_joins_one_account", Change(
        "UPDATE ledger_allocation SET account_id = account_id + 1 WHERE company_id = $1")),
    ("ledger.undo_mirrors_allocation", Change(
        "UPDATE ledger_allocation SET amount_minor = amount_minor + 1 WHERE company_id = $1 AND reversal_of IS NULL")),
    ("ledger.reversal_mirrors_entry", Change(
        "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE company_id = $1 AND reversal_of IS NOT NULL")),
    ("ledger.order_figures_follow_items", Change(
        "UPDATE ledger_order SET billed_minor = billed_minor + 1 WHERE company_id = $1")),
    ("ledger.owed_entries_are_entries", Change(
        "UPDATE ledger_unbilled SET statement_date = '2020-01-01' WHERE company_id = $1")),
    ("ledger.instalments_add_up", Change(
        "UPDATE ledger_instalment SET after_minor = after_minor + 1 WHERE company_id = $1")),
    ("ledger.item_on_plan_is_due_by_its_instalments", Change(
        "UPDATE ledger_open_item SET due_date = '2019-12-31' WHERE company_id = $1")),
    ("ledger.reserved_within_open_credit", Change(
        "UPDATE ledger_reservation SET amount_minor = amount_minor + 100000000 WHERE company_id = $1")),
    ("ledger.account_reserved_is_sum", Change(
        "UPDATE ledger_account SET reserved_credit_minor = reserved_credit_minor + 1 WHERE company_id = $1")),
    ("ledger.disputes_follow_their_steps", Change(
        "UPDATE ledger_dispute SET left_minor = left_minor + 1 WHERE company_id = $1")),
    ("ledger.disputed_within_the_entry", Change(
        "UPDATE ledger_dispute SET left_minor = left_minor + 1000000000 WHERE company_id = $1")),
    ("ledger.base_credit_has_every_version", Change(
        "UPDATE ledger_base_credit SET version = version + 100 WHERE company_id = $1 AND version > 1")),
    ("credit.commitments_add_up", Change(
        "UPDATE credit_account SET ord_minor = ord_minor + 1 WHERE company_id = $1")),
    ("credit.every_account_has_a_limit_row", Change("DELETE FROM credit_account WHERE company_id = $1")),
    ("credit.no_decision_let_through_over_limit", Change(
        "UPDATE credit_decision SET exposure_minor = exposure_minor + 1 WHERE company_id = $1")),
    ("credit.decisions_follow_from_the_ledger", Change(
        "UPDATE credit_decision SET ar_minor = ar_minor + 1, exposure_minor = exposure_minor + 1 WHERE company_id = $1")),
    ("credit.what_waits_was_held", Change(
        "INSERT INTO credit_hold (company_id, id, account_id, document_kind, document_id, document_no, \
            document_version, step, amount_minor, rise_minor, priority, state, held_at, held_by, decision_id, note) \
            SELECT company_id, id, account_id, document_kind, document_id, '', 1, 'order', 1, 1, 0, 'waiting', at, \
            actor, id, '' FROM credit_decision WHERE company_id = $1 \
            AND id = (SELECT MIN(d.id) FROM credit_decision d WHERE d.company_id = $1 AND d.result = 'allow')")),
    ("credit.approvals_are_used_once", Change(
        "INSERT INTO credit_override (company_id, id, account_id, document_kind, document_id, document_no, \
            document_version, amount_minor, state, reason, requested_at, requested_by, note) \
            SELECT company_id, id, account_id, document_kind, document_id, '', 1, 1, 'used', '', at, actor, '' \
            FROM credit_decision WHERE company_id = $1")),
    ("sales.held_orders_wait", Change(
        "UPDATE sales_order SET state = 'held' WHERE company_id = $1 AND origin = 'order'")),
    ("sales.delivery_totals_are_their_lines", Change(
        "UPDATE sales_delivery SET total_minor = total_minor + 1 WHERE company_id = $1")),
    ("sales.order_totals_are_their_lines", Change(
        "UPDATE sales_order SET total_minor = total_minor + 1 WHERE company_id = $1 AND origin = 'order'")),
    ("sales.delivered_is_what_deliveries_took", Change(
        "UPDATE sales_order_line SET delivered_quantity_micro = delivered_quantity_micro + 1 \
            WHERE company_id = $1 AND kind = 'goods'")),
    ("sales.posted_documents_have_one_entry", Change(
        "UPDATE sales_delivery SET entry_id = NULL WHERE company_id = $1 AND state = 'posted'")),
    ("sales.entries_have_their_document", Change(
        "UPDATE sales_delivery SET entry_id = NULL WHERE company_id = $1 AND state = 'posted'")),
    ("sales.returned_at_most_delivered", Change(
        "UPDATE sales_delivery_line SET quantity_micro = quantity_micro * 1000 \
            WHERE company_id = $1 AND quantity_micro < 0")),
    ("sales.numbers_without_gaps", Change(
        "UPDATE sales_delivery SET seq = seq + 100000 WHERE company_id = $1 AND seq IS NOT NULL")),
    ("sales.reversals_mirror_their_document", Change(
        "UPDATE sales_delivery SET total_minor = total_minor + 1 WHERE company_id = $1 AND reversal_of IS NOT NULL")),
    ("sales.commitments_match_documents", Change(
        "UPDATE credit_account SET shp_minor = shp_minor + 1 WHERE company_id = $1")),
    ("sales.settlement_lines_have_their_entry", Change(
        "UPDATE sales_order_line SET amount_minor = amount_minor - 1 WHERE company_id = $1 AND kind <> 'goods'")),
    ("receivables.receipt_has_its_entry", Change(
        "UPDATE receivables_receipt SET amount_minor = amount_minor + 1 WHERE company_id = $1")),
    ("receivables.receipt_entry_has_its_receipt", Change(
        "UPDATE ledger_entry SET document_id = -1 WHERE company_id = $1 AND kind = 'receipt'")),
    ("receivables.reversed_receipt_is_closed", Change(
        "UPDATE receivables_receipt SET state = 'posted' WHERE company_id = $1 AND state = 'reversed'")),
    ("receivables.receipt_numbers_without_gap", Change(
        "UPDATE receivables_receipt SET seq = seq + 100000 WHERE company_id = $1 AND seq IS NOT NULL")),
    ("receivables.register_row_has_its_entry", Change(
        "UPDATE receivables_bad_debt SET disclose = 1 - disclose WHERE company_id = $1")),
    ("receivables.register_is_sum_of_entries", Change(
        "UPDATE receivables_bad_debt SET amount_minor = amount_minor + 1 WHERE company_id = $1 AND kind = 'processed'")),
    ("receivables.register_is_what_allocations_close", Change(
        "UPDATE receivables_bad_debt SET amount_minor = amount_minor + 1 WHERE company_id = $1 AND kind = 'processed'")),
    ("receivables.bad_debt_entries_are_closed", Change(
        "UPDATE ledger_entry SET kind = 'bad_debt' WHERE company_id = $1 AND amount_minor > 0")),
    ("receivables.settlement_lines_are_the_register", Change(
        "UPDATE sales_order_line SET amount_minor = amount_minor - 1 WHERE company_id = $1 AND kind = 'bad_debt'")),
    ("receivables.unsettled_orders_are_orders", Change(
        "UPDATE ledger_order SET account_id = account_id + 1 WHERE company_id = $1")),
    ("receivables.approved_requests_are_in_the_register", Change(
        "INSERT INTO receivables_bad_debt_request (company_id, id, state, order_id, account_id, customer_id, currency, \
            amount_minor, outstanding_minor, reason_code, note, disclose, despite_credit, requested_at, requested_by, \
            decided_at, decided_by, decision_note, bad_debt_id) \
            SELECT company_id, id, 'approved', order_id, account_id, customer_id, currency, amount_minor, amount_minor, \
            reason_code, note, disclose, 0, created_at, created_by, created_at, created_by + 1, '', NULL \
            FROM receivables_bad_debt WHERE company_id = $1")),
    ("receivables.allowance_is_what_the_last_run_says", Change(
        "INSERT INTO receivables_allowance_run (company_id, id, state, as_of, currency, note, created_at, created_by) \
            SELECT company_id, id, 'dropped', receipt_date, currency, '', created_at, created_by \
            FROM receivables_receipt WHERE company_id = $1; \
        INSERT INTO receivables_allowance_entry (company_id, id, run_id, account_id, currency, as_of, amount_minor, \
            recorded_at, recorded_by) SELECT company_id, id, id, account_id, currency, receipt_date, 1, created_at, \
            created_by FROM receivables_receipt WHERE company_id = $1")),
    ("receivables.write_offs_are_taken_back_whole", Change(
        "INSERT INTO receivables_write_off (company_id, id, account_id, customer_id, currency, amount_minor, booked_on, \
            bad_debt_id, voucher, tax_relief_minor, tax_document, note, reversal_of, recorded_at, recorded_by) \
            SELECT company_id, id, account_id, customer_id, currency, -1, receipt_date, NULL, '', 0, '', '', NULL, \
            created_at, created_by FROM receivables_receipt WHERE company_id = $1")),
    ("collection.promises_look_ahead", Change(
        "INSERT INTO collection_promise (company_id, id, account_id, amount_minor, promised_on, made_on, person, \
            withdrawn_reason, recorded_at, recorded_by) SELECT company_id, id, account_id, 1, '2020-01-01', receipt_date, \
            '', '', created_at, created_by FROM receivables_receipt WHERE company_id = $1")),
    ("receivables.plan_rows_are_the_total", Change(
        "UPDATE receivables_plan SET total_minor = total_minor + 1 WHERE company_id = $1")),
    ("receivables.active_plan_splits_its_items", Change(
        "UPDATE receivables_plan SET state = 'ended' WHERE company_id = $1 AND state = 'active'")),
    ("receivables.plan_numbers_without_gap", Change(
        "UPDATE receivables_plan SET seq = seq + 100000 WHERE company_id = $1 AND seq IS NOT NULL")),
    ("receivables.concession_has_its_entry", Change(
        "UPDATE receivables_concession SET amount_minor = amount_minor + 1 WHERE company_id = $1")),
    ("receivables.concessions_are_closed", Change(
        "INSERT INTO ledger_open_item (company_id, entry_id, account_id, side, due_date, basis_date, order_id, \
            open_minor) SELECT e.company_id, e.id, e.account_id, -1, e.due_date, e.basis_date, e.order_id, 1 \
            FROM ledger_entry e WHERE e.company_id = $1 AND e.kind = 'discount'")),
    ("receivables.concession_goes_with_its_write_off", Change(
        "UPDATE receivables_concession SET act_id = -1 WHERE company_id = $1 AND undone_entry_id IS NULL")),
    ("receivables.adjustment_has_its_entry", Change(
        "UPDATE receivables_adjustment SET amount_minor = amount_minor + 1 WHERE company_id = $1")),
    ("receivables.entry_has_its_adjustment", Change(
        "UPDATE ledger_entry SET document_id = -1 WHERE company_id = $1 AND kind = 'charge'")),
    ("receivables.reversed_adjustment_is_closed", Change(
        "UPDATE receivables_adjustment SET state = 'posted' WHERE company_id = $1 AND state = 'reversed'")),
    ("receivables.adjustment_is_sum_of_its_items", Change(
        "UPDATE receivables_adjustment_item SET amount_minor = amount_minor + 1 WHERE company_id = $1")),
    ("receivables.adjustment_numbers_without_gap", Change(
        "UPDATE receivables_adjustment SET seq = seq + 100000 WHERE company_id = $1")),
    ("receivables.transfer_has_both_entries", Change(
        "INSERT INTO receivables_transfer (company_id, id, no, seq, state, side, from_account_id, to_account_id, \
            item_entry_id, from_minor, to_minor, rate_micro, transfer_date, note, out_entry_id, in_entry_id, \
            out_reversal_id, in_reversal_id, reason, created_at, created_by) \
            SELECT e.company_id, e.id, 'X', 1, 'posted', 1, e.account_id, e.account_id, e.id, 1, 1, 1000000, \
            e.basis_date, '', e.id, e.id, NULL, NULL, '', e.recorded_at, e.recorded_by FROM ledger_entry e \
            WHERE e.company_id = $1 ORDER BY e.id LIMIT 1")),
    ("receivables.offset_has_two_equal_legs", Change(
        "INSERT INTO receivables_offset (company_id, id, no, seq, state, customer_id, account_id, currency, \
            offset_date, amount_minor, note, entry_id, reversal_entry_id, reason, created_at, created_by) \
            SELECT e.company_id, e.id, 'X', 1, 'posted', a.customer_id, a.id, a.currency, e.basis_date, 1, '', e.id, \
            NULL, '', e.recorded_at, e.recorded_by FROM ledger_entry e JOIN ledger_account a \
            ON a.company_id = e.company_id AND a.id = e.account_id WHERE e.company_id = $1 ORDER BY e.id LIMIT 1")),
    ("receivables.bills_are_offset_at_most_once", Change(
        "INSERT INTO receivables_payable (company_id, id, customer_id, currency, no, bill_date, due_date, \
            amount_minor, remark, reversal_of, created_at, created_by) \
            SELECT a.company_id, a.id, a.customer_id, a.currency, 'X', a.started_on, a.started_on, -1, '', NULL, \
            (SELECT MIN(e.recorded_at) FROM ledger_entry e WHERE e.company_id = a.company_id), 0 \
            FROM ledger_account a WHERE a.company_id = $1")),
    ("ledger.held_credit_is_open_deposits", Change(
        "UPDATE ledger_account SET held_credit_minor = held_credit_minor + 1 WHERE company_id = $1")),
    ("receivables.instrument_follows_its_receipt", Change(
        "INSERT INTO receivables_instrument (company_id, receipt_id, no, drawer, due_date, state, settled_on) \
            SELECT company_id, id, 'X', '', receipt_date, 'held', NULL FROM receivables_receipt \
            WHERE company_id = $1 AND method = 'bank'")),
    ("receivables.uncleared_instruments_count_for_credit", Change(
        "UPDATE credit_account SET pdc_minor = pdc_minor + 1 WHERE company_id = $1")),
    ("receivables.deposits_are_held_apart", Change(
        "UPDATE receivables_receipt SET purpose = 'deposit' WHERE company_id = $1")),
    ("statements.entry_on_at_most_one_live_statement", Forbidden(
        "INSERT INTO statements_line (company_id, statement_id, line_no, entry_id, live, late, kind, basis_date, \
            document_kind, document_id, document_no, amount_minor) \
            SELECT company_id, statement_id, line_no + 100000, entry_id, live, late, kind, basis_date, \
            document_kind, document_id, document_no, amount_minor FROM statements_line \
            WHERE company_id = $1 AND live = 1")),
    ("statements.every_entry_is_billed_or_owed", Change("DELETE FROM ledger_unbilled WHERE company_id = $1")),
    ("statements.no_internal_entry_is_shown", Change("UPDATE ledger_entry SET internal = 1 WHERE company_id = $1")),
    ("statements.no_entry_of_an_issued_period_was_left_out", Change(
        "INSERT INTO ledger_unbilled (company_id, account_id, statement_date, entry_id) \
            SELECT e.company_id, e.account_id, e.statement_date, e.id FROM ledger_entry e \
            JOIN statements_line l ON l.company_id = e.company_id AND l.entry_id = e.id AND l.live = 1 \
            WHERE e.company_id = $1")),
    ("statements.lines_copy_their_entries", Change(
        "UPDATE statements_line SET amount_minor = amount_minor + 1 WHERE company_id = $1")),
    ("statements.closing_is_opening_plus_lines", Change(
        "UPDATE statements_statement SET closing_minor = closing_minor + 1 WHERE company_id = $1")),
    ("statements.opening_is_closing_before", Change(
        "UPDATE statements_statement SET opening_minor = opening_minor + 1 WHERE company_id = $1")),
    ("statements.series_closing_is_sum_of_lines", Change(
        "UPDATE statements_series SET closing_minor = closing_minor + 1 WHERE company_id = $1")),
    ("statements.balance_is_closing_plus_uncovered", Change(
        "UPDATE statements_series SET closing_minor = closing_minor + 1 WHERE company_id = $1")),
    ("statements.period_state_fits_its_statement", Change(
        "UPDATE statements_period SET state = 'planned' WHERE company_id = $1 AND state = 'issued'")),
    ("statements.periods_are_in_order", Change("DELETE FROM statements_period WHERE company_id = $1 AND seq = 1 \
        AND NOT EXISTS (SELECT 1 FROM statements_statement s WHERE s.company_id = statements_period.company_id \
            AND s.period_id = statements_period.id)")),
    ("statements.watermarks_fit_the_periods", Change(
        "UPDATE statements_series SET last_seq = last_seq + 1 WHERE company_id = $1")),
    ("statements.every_account_has_a_series", Change("DELETE FROM statements_series WHERE company_id = $1")),
    ("statements.numbers_have_no_gap", Change(
        "UPDATE statements_statement SET seq = seq + 100000 WHERE company_id = $1 AND seq > 1")),
    ("statements.versions_of_a_number_follow_each_other", Change(
        "UPDATE statements_statement SET state = 'superseded' WHERE company_id = $1 AND state = 'issued'")),
    ("statements.answer_is_the_last_one_given", Change(
        "UPDATE statements_statement SET answer = 'disputed' WHERE company_id = $1 AND answer = 'none'")),
    ("statements.delivery_follows_its_events", Change(
        "UPDATE statements_statement SET delivery = 'failed' WHERE company_id = $1")),
    ("statements.views_are_counted", Change("UPDATE statements_link SET views = views + 1 WHERE company_id = $1")),
];

/// The walk goes on until it left something to break for every check, at most so far.
const STRETCH: usize = 100;
const STRETCHES: usize = 15;

#[test]
fn every_broken_invariant_is_found() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        for place in [Place::sqlite(), Place::postgres()] {
            let mut walker = Walker::new(&place, 7).await;
            let mut left: Vec<&'static str> = checks().iter().map(|check| check.name).collect();
            let mut why = Vec::new();
            for _ in 0..STRETCHES {
                for _ in 0..STRETCH {
                    walker.step().await;
                }
                link_for_some_statement(&walker.world).await;
                walker.world.check_all().await;
                why.clear();
                let asked = std::mem::take(&mut left);
                for name in asked {
                    let missed = match FAULTS.iter().find(|(known, _)| *known == name) {
                        None => Some(format!("{name}: nothing breaks it here")),
                        Some((_, fault)) => missed_fault(&walker.world, name, fault).await,
                    };
                    if let Some(missed) = missed {
                        left.push(name);
                        why.push(missed);
                    }
                }
                if left.is_empty() {
                    break;
                }
            }
            assert!(why.is_empty(), "{}", why.join("\n"));
            walker.world.check_all().await;
            walker.world.db.close().await;
        }
    });
}

/// The walk opens no link; one is needed for its check.
async fn link_for_some_statement(world: &World) {
    let sql =
        "SELECT COALESCE(MAX(id), 0) FROM statements_statement WHERE company_id = $1 AND state = 'issued'";
    let statement: i64 = world.read(move |tx| tx.one(sql, p![])).await;
    let nonce = world.now().micros().to_string();
    let shared = world.act(move |tx, meta| {
        let statement = StatementId::new(statement);
        let sent = (statements::DeliveryState::Sent, statements::DeliveryChannel::Chat);
        statements::deliver(tx, meta, statement, sent, "")?;
        statements::share(tx, meta, statement, &[7; 32], &nonce, 30)
    });
    // There may be no statement yet, or one that has its link.
    let _ = shared.await;
}

/// Why the fault went unnoticed; nothing when its check found it.
async fn missed_fault(world: &World, name: &'static str, fault: &Fault) -> Option<String> {
    let sql = match fault {
        Forbidden(sql) => {
            let sql = *sql;
            let done = world.act(move |tx, _| tx.exec(sql, p![])).await;
            return done
                .is_ok()
                .then(|| format!("{name}: the database let it happen"));
        }
        Change(sql) => *sql,
    };
    let done = world.act(move |tx, _| -> db::Result<()> {
        let mut rows = 0;
        for sql in sql.split(';') {
            rows = tx.exec(sql, p![])?;
        }
        let found = broken(tx)?;
        let named = found.iter().any(|line| line.starts_with(name));
        // A refusal rolls the unit back.
        let seen = if rows == 0 {
            "nothing to break"
        } else if named {
            "found"
        } else {
            "not found"
        };
        Err(Refusal::rule("test.rolled_back").with("seen", seen).into())
    });
    match done.await {
        Err(db::Error::Refused(refused)) => {
            let (_, seen) = &refused.refusal.params[0];
            (seen != "found").then(|| format!("{name}: {seen}"))
        }
        Err(fault) => Some(format!("{name}: {fault}")),
        Ok(()) => Some(format!("{name}: was not rolled back")),
    }
}
