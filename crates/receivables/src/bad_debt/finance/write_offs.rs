use base::{Currency, Day, Id, Money};
use db::{FromRow, Row, Tx, p};
use kit::Meta;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::AccountId;
use parties::CustomerId;
use serde::Serialize;

use super::refusals;
use crate::commands::{positive, required, within};
use crate::store;
use crate::types::BadDebtId;

/// Marks the identity of a write-off.
pub enum WriteOff {}
pub type WriteOffId = Id<WriteOff>;

db::statements! {
    ACCOUNT_OF_CUSTOMER = "SELECT a.id, a.customer_id, a.currency FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 AND a.customer_id = $2 AND a.currency = c.currency";
    INSERT = "INSERT INTO receivables_write_off (company_id, id, account_id, customer_id, currency, amount_minor, \
        booked_on, bad_debt_id, voucher, tax_relief_minor, tax_document, note, reversal_of, recorded_at, \
        recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    GET = "SELECT w.account_id, w.customer_id, w.currency, w.amount_minor, w.booked_on, w.bad_debt_id, w.voucher, \
        w.tax_relief_minor, w.tax_document, (SELECT r.id FROM receivables_write_off r \
            WHERE r.company_id = w.company_id AND r.reversal_of = w.id) \
        FROM receivables_write_off w WHERE w.company_id = $1 AND w.id = $2 AND w.reversal_of IS NULL";
    // Bad debts and what finance booked for them, where the two differ; then what finance booked alone.
    OF_BAD_DEBTS = "SELECT t.id, t.order_id, t.no, t.customer_id, t.code, t.name, t.currency, t.processed_on, \
        t.net, t.booked FROM (SELECT b.id, b.order_id, COALESCE(o.no, '') AS no, b.customer_id, c.code, c.name, \
            b.currency, b.processed_on, b.amount_minor - COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) \
                FROM receivables_bad_debt r WHERE r.company_id = b.company_id AND r.of_id = b.id), 0) AS net, \
            COALESCE((SELECT CAST(SUM(w.amount_minor) AS BIGINT) FROM receivables_write_off w \
                WHERE w.company_id = b.company_id AND w.bad_debt_id = b.id), 0) AS booked \
            FROM receivables_bad_debt b \
            JOIN sales_v_order o ON o.company_id = b.company_id AND o.id = b.order_id \
            JOIN parties_v_customer c ON c.company_id = b.company_id AND c.id = b.customer_id \
            WHERE b.company_id = $1 AND b.kind = 'processed') t \
        WHERE t.net <> t.booked ORDER BY t.processed_on, t.id LIMIT 500";
    ALONE = "SELECT w.id, w.customer_id, c.code, c.name, w.currency, w.booked_on, w.amount_minor, w.voucher \
        FROM receivables_write_off w \
        JOIN parties_v_customer c ON c.company_id = w.company_id AND c.id = w.customer_id \
        WHERE w.company_id = $1 AND w.bad_debt_id IS NULL AND w.reversal_of IS NULL \
        AND NOT EXISTS (SELECT 1 FROM receivables_write_off r WHERE r.company_id = w.company_id \
            AND r.reversal_of = w.id) ORDER BY w.booked_on, w.id LIMIT 500";
}

/// A write-off as finance books it.
#[derive(Clone, Debug)]
pub struct BookWriteOff {
    /// The processing in the register; `None`: finance alone, of `customer`.
    pub bad_debt: Option<BadDebtId>,
    /// Only without a bad debt.
    pub customer: Option<CustomerId>,
    /// A positive decimal; may differ from what was processed.
    pub amount: String,
    pub booked_on: Day,
    /// Its number in the books of finance; required.
    pub voucher: String,
    /// A decimal; empty: nothing is claimed back.
    pub tax_relief: String,
    pub tax_document: String,
    pub note: String,
}

/// Books a write-off. It moves nothing that a customer owes.
///
/// # Errors
/// `receivables.write_off_of_nobody`, `receivables.date_in_future`, `receivables.reason_required` for the
/// voucher, `receivables.tax_relief_too_large`, `receivables.bad_debt_not_found`.
pub fn book_write_off(tx: &mut Tx<'_>, meta: &Meta, cmd: &BookWriteOff) -> db::Result<WriteOffId> {
    if cmd.booked_on > meta.today {
        return Err(refusals::date_in_future("booked_on").into());
    }
    let (account, customer, currency): (AccountId, CustomerId, Currency) = match (cmd.bad_debt, cmd.customer)
    {
        (Some(id), _) => {
            let bad_debt = store::bad_debt(tx, id)?.ok_or_else(refusals::bad_debt_not_found)?;
            (bad_debt.account, bad_debt.customer, bad_debt.currency)
        }
        (None, Some(customer)) => tx
            .opt(ACCOUNT_OF_CUSTOMER, p![customer])?
            .ok_or_else(refusals::account_not_found)?,
        (None, None) => return Err(refusals::write_off_of_nobody().into()),
    };
    let amount = positive(&cmd.amount, currency, "amount")?;
    let relief = match cmd.tax_relief.trim() {
        "" => 0,
        text => positive(text, currency, "tax_relief")?,
    };
    if relief > amount {
        return Err(refusals::tax_relief_too_large(Money::new(amount, currency)).into());
    }
    let id: WriteOffId = tx.next_id();
    tx.push(
        INSERT,
        p![
            id,
            account,
            customer,
            currency,
            amount,
            cmd.booked_on,
            cmd.bad_debt,
            required(&cmd.voucher, "voucher")?,
            relief,
            within(&cmd.tax_document, "tax_document")?,
            within(&cmd.note, "note")?,
            None::<WriteOffId>,
            meta.now,
            meta.user
        ],
    )?;
    Ok(id)
}

struct Booked {
    account: AccountId,
    customer: CustomerId,
    currency: Currency,
    amount: i64,
    booked_on: Day,
    bad_debt: Option<BadDebtId>,
    voucher: String,
    relief: i64,
    tax_document: String,
    reversed_by: Option<WriteOffId>,
}

db::from_row! { Booked {
    account, customer, currency, amount, booked_on, bad_debt, voucher, relief, tax_document, reversed_by
} }

/// Takes a write-off back by a negative row of the same day or later.
///
/// # Errors
/// `receivables.write_off_not_found`, `receivables.write_off_reversed`, `receivables.reason_required`.
pub fn reverse_write_off(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: WriteOffId,
    reason: &str,
) -> db::Result<WriteOffId> {
    let reason = required(reason, "reason")?;
    let found: Option<Booked> = tx.lock(GET, p![id])?;
    let booked = found.ok_or_else(refusals::write_off_not_found)?;
    if booked.reversed_by.is_some() {
        return Err(refusals::write_off_reversed().into());
    }
    let reversal: WriteOffId = tx.next_id();
    tx.push(
        INSERT,
        p![
            reversal,
            booked.account,
            booked.customer,
            booked.currency,
            -booked.amount,
            booked.booked_on.max(meta.today),
            booked.bad_debt,
            &booked.voucher,
            -booked.relief,
            &booked.tax_document,
            reason,
            id,
            meta.now,
            meta.user
        ],
    )?;
    Ok(reversal)
}

/// A write-off in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WriteOffItem {
    #[schema(value_type = String)]
    pub id: WriteOffId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Negative: takes an earlier one back.
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub booked_on: Day,
    #[schema(value_type = Option<String>)]
    pub bad_debt_id: Option<BadDebtId>,
    pub voucher: String,
    #[schema(value_type = String)]
    pub tax_relief: Money,
    pub tax_document: String,
    pub note: String,
    pub reversed: bool,
    #[schema(value_type = Option<String>)]
    pub reversal_of: Option<WriteOffId>,
}

impl FromRow for WriteOffItem {
    fn from_row(row: &Row<'_>) -> db::Result<WriteOffItem> {
        let currency: Currency = row.get(4)?;
        Ok(WriteOffItem {
            id: row.get(0)?,
            customer_id: row.get(1)?,
            customer_code: row.get(2)?,
            customer_name: row.get(3)?,
            currency,
            amount: Money::new(row.get(5)?, currency),
            booked_on: row.get(6)?,
            bad_debt_id: row.get(7)?,
            voucher: row.get(8)?,
            tax_relief: Money::new(row.get(9)?, currency),
            tax_document: row.get(10)?,
            note: row.get(11)?,
            reversed: row.get::<i64>(12)? > 0,
            reversal_of: row.get(13)?,
        })
    }
}

pub const WRITE_OFFS: ListSpec = ListSpec {
    columns: &[
        "w.id",
        "w.customer_id",
        "c.code",
        "c.name",
        "w.currency",
        "w.amount_minor",
        "w.booked_on",
        "w.bad_debt_id",
        "w.voucher",
        "w.tax_relief_minor",
        "w.tax_document",
        "w.note",
        "(SELECT COUNT(*) FROM receivables_write_off r WHERE r.company_id = w.company_id AND r.reversal_of = w.id)",
        "w.reversal_of",
    ],
    from: "receivables_write_off w \
        JOIN parties_v_customer c ON c.company_id = w.company_id AND c.id = w.customer_id",
    condition: "w.company_id = $1",
    id: "w.id",
    sorts: &[Sort {
        name: "date",
        expression: "w.booked_on",
        column: Column::Day,
    }],
    default_sort: "-date",
    filters: &[Filter {
        name: "customer_id",
        condition: "w.customer_id = {}",
        column: Column::Int,
    }],
    search: Some(("parties_v_search", "w.customer_id")),
};

pub fn write_offs(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<WriteOffItem>> {
    WRITE_OFFS.page(tx, query)
}

/// What management gave up and finance did not book, or the other way round.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReconciliationRow {
    /// `processed_not_booked` or `booked_not_processed`.
    pub side: String,
    #[schema(value_type = Option<String>)]
    pub bad_debt_id: Option<BadDebtId>,
    #[schema(value_type = Option<String>)]
    pub write_off_id: Option<WriteOffId>,
    /// The order, or the voucher.
    pub document_no: String,
    #[schema(value_type = Option<String>)]
    pub order_id: Option<sales::OrderId>,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub date: Day,
    /// Still given up by management.
    #[schema(value_type = String)]
    pub processed: Money,
    #[schema(value_type = String)]
    pub booked: Money,
    /// How far the sides are apart, positive.
    #[schema(value_type = String)]
    pub difference: Money,
}

fn side(processed: i64, booked: i64) -> String {
    let name = if processed > booked {
        "processed_not_booked"
    } else {
        "booked_not_processed"
    };
    name.to_owned()
}

/// What one side has and the other has not, oldest first.
pub fn reconciliation(tx: &mut Tx<'_>) -> db::Result<Vec<ReconciliationRow>> {
    let mut rows = tx.each(OF_BAD_DEBTS, p![], |row| {
        let currency: Currency = row.get(6)?;
        let (processed, booked): (i64, i64) = (row.get(8)?, row.get(9)?);
        Ok(ReconciliationRow {
            side: side(processed, booked),
            bad_debt_id: row.get(0)?,
            write_off_id: None,
            order_id: row.get(1)?,
            document_no: row.get(2)?,
            customer_id: row.get(3)?,
            customer_code: row.get(4)?,
            customer_name: row.get(5)?,
            currency,
            date: row.get(7)?,
            processed: Money::new(processed, currency),
            booked: Money::new(booked, currency),
            difference: Money::new((processed - booked).abs(), currency),
        })
    })?;
    rows.extend(tx.each(ALONE, p![], |row| {
        let currency: Currency = row.get(4)?;
        let booked: i64 = row.get(6)?;
        Ok(ReconciliationRow {
            side: side(0, booked),
            bad_debt_id: None,
            write_off_id: row.get(0)?,
            order_id: None,
            document_no: row.get(7)?,
            customer_id: row.get(1)?,
            customer_code: row.get(2)?,
            customer_name: row.get(3)?,
            currency,
            date: row.get(5)?,
            processed: Money::new(0, currency),
            booked: Money::new(booked, currency),
            difference: Money::new(booked, currency),
        })
    })?);
    rows.sort_by_key(|row| row.date);
    Ok(rows)
}
