use base::{Currency, Day, Money};
use db::Tx;
use ledger::{AccountId, EntryId};
use parties::CustomerId;
use serde::Serialize;

use super::store;
use super::types::{OffsetId, OffsetRow, PayableId};

/// A bill of a supplier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct BillView {
    #[schema(value_type = String)]
    pub id: PayableId,
    pub no: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub due_date: Day,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub open: Money,
    pub remark: String,
}

/// What one leg of an offset closes.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OffsetLeg {
    /// The entry, or the bill.
    pub id: String,
    pub no: String,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// An offset with both its legs.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OffsetView {
    #[schema(value_type = String)]
    pub id: OffsetId,
    pub no: String,
    /// `posted` or `reversed`.
    pub state: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub amount: Money,
    pub note: String,
    pub reason: String,
    /// What the customer owed.
    pub receivable: Vec<OffsetLeg>,
    /// What we owed.
    pub payable: Vec<OffsetLeg>,
}

/// Both balances of a party in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct BothSides {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub receivable: Money,
    #[schema(value_type = String)]
    pub payable: Money,
    /// Receivable less payable.
    #[schema(value_type = String)]
    pub net: Money,
}

/// The supplier side of a customer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SupplierSide {
    pub balances: Vec<BothSides>,
    pub bills: Vec<BillView>,
    pub offsets: Vec<OffsetView>,
}

pub fn supplier_side(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<SupplierSide> {
    let rows = store::bills(tx, customer)?;
    let accounts = crate::queries::accounts(tx, customer)?;
    let balances = accounts
        .into_iter()
        .map(|(account_id, currency, balance)| {
            let owed = rows.iter().filter(|bill| bill.currency == currency);
            let payable: i64 = owed.map(|bill| bill.open).sum();
            BothSides {
                account_id,
                currency,
                receivable: Money::new(balance, currency),
                payable: Money::new(payable, currency),
                net: Money::new(balance - payable, currency),
            }
        })
        .collect();
    let bills = rows
        .into_iter()
        .map(|bill| BillView {
            id: bill.id,
            no: bill.no,
            currency: bill.currency,
            date: bill.date,
            due_date: bill.due,
            amount: Money::new(bill.amount, bill.currency),
            open: Money::new(bill.open, bill.currency),
            remark: bill.remark,
        })
        .collect();
    let mut offsets = Vec::new();
    for row in store::offsets(tx, customer)? {
        offsets.push(view(tx, row)?);
    }
    Ok(SupplierSide {
        balances,
        bills,
        offsets,
    })
}

fn view(tx: &mut Tx<'_>, row: OffsetRow) -> db::Result<OffsetView> {
    let money = |minor| Money::new(minor, row.currency);
    let receivable = store::closed(tx, row.id)?
        .into_iter()
        .map(|(id, no, amount): (EntryId, String, i64)| OffsetLeg {
            id: id.to_string(),
            no,
            amount: money(amount),
        })
        .collect();
    let payable = store::lines(tx, row.id)?
        .into_iter()
        .map(|(id, no, amount)| OffsetLeg {
            id: id.to_string(),
            no,
            amount: money(amount),
        })
        .collect();
    Ok(OffsetView {
        id: row.id,
        no: row.no,
        state: row.state,
        currency: row.currency,
        date: row.date,
        amount: money(row.amount),
        note: row.note,
        reason: row.reason,
        receivable,
        payable,
    })
}
