use base::{Currency, Instant, Money};
use db::{Tx, p};
use ledger::AccountId;
use parties::CustomerId;
use serde::Serialize;

use crate::types::{DecisionId, Policy};

db::statements! {
    OF_CUSTOMER = "SELECT l.id, l.currency, c.ord_minor, c.shp_minor, l.open_debit_minor, \
        l.open_credit_minor - l.held_credit_minor, \
        c.limit_minor, c.policy, c.pdc_minor FROM ledger_v_account l \
        JOIN credit_account c ON c.company_id = l.company_id AND c.account_id = l.id \
        WHERE l.company_id = $1 AND l.customer_id = $2 ORDER BY l.id";
    DECISIONS = "SELECT d.id, l.currency, d.at, d.event, d.document_kind, d.document_id, d.amount_minor, \
        d.ord_minor, d.shp_minor, d.ar_minor, d.pdc_minor, d.cr_minor, d.exposure_minor, d.limit_minor, \
        d.policy, d.result FROM credit_decision d \
        JOIN ledger_v_account l ON l.company_id = d.company_id AND l.id = d.account_id \
        WHERE d.company_id = $1 AND l.customer_id = $2 ORDER BY d.id DESC LIMIT 100";
}

/// What counts against a customer's limit, part by part, in the account's currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExposureView {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Confirmed orders, not yet shipped.
    #[schema(value_type = String)]
    pub ordered: Money,
    /// Released, not yet in the ledger.
    #[schema(value_type = String)]
    pub shipped: Money,
    /// Open debit items.
    #[schema(value_type = String)]
    pub receivable: Money,
    /// Instruments received and not cleared.
    #[schema(value_type = String)]
    pub uncleared: Money,
    /// Receipts on account and credit notes; they lower the exposure.
    #[schema(value_type = String)]
    pub credits: Money,
    #[schema(value_type = String)]
    pub exposure: Money,
    /// Absent: unlimited. 0: cash only.
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub available: Option<Money>,
    pub policy: Policy,
}

/// The record of one credit check.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionView {
    #[schema(value_type = String)]
    pub id: DecisionId,
    #[schema(value_type = String)]
    pub at: Instant,
    /// `order_confirm`, `release` or `post`.
    pub event: String,
    pub document_kind: String,
    pub document_id: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub ordered: Money,
    #[schema(value_type = String)]
    pub shipped: Money,
    #[schema(value_type = String)]
    pub receivable: Money,
    #[schema(value_type = String)]
    pub uncleared: Money,
    #[schema(value_type = String)]
    pub credits: Money,
    #[schema(value_type = String)]
    pub exposure: Money,
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    pub policy: Policy,
    /// `allow`, `warn` or `block`.
    pub result: String,
}

/// The exposure of each of a customer's accounts.
pub fn exposure_of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<ExposureView>> {
    tx.each(OF_CUSTOMER, p![customer], |row| {
        let currency: Currency = row.get(1)?;
        let money = |minor: i64| Money::new(minor, currency);
        let (ord, shp, ar, cr): (i64, i64, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        let limit: Option<i64> = row.get(6)?;
        let pdc: i64 = row.get(8)?;
        let total = ord + shp + ar + pdc - cr;
        Ok(ExposureView {
            account_id: row.get(0)?,
            currency,
            ordered: money(ord),
            shipped: money(shp),
            receivable: money(ar),
            uncleared: money(pdc),
            credits: money(cr),
            exposure: money(total),
            limit: limit.map(money),
            available: limit.map(|limit| money(limit - total)),
            policy: row.get(7)?,
        })
    })
}

/// The latest hundred checks of a customer, newest first.
pub fn decisions_of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<DecisionView>> {
    tx.each(DECISIONS, p![customer], |row| {
        let currency: Currency = row.get(1)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(DecisionView {
            id: row.get(0)?,
            currency,
            at: row.get(2)?,
            event: row.get(3)?,
            document_kind: row.get(4)?,
            document_id: row.get::<i64>(5)?.to_string(),
            amount: money(6)?,
            ordered: money(7)?,
            shipped: money(8)?,
            receivable: money(9)?,
            uncleared: money(10)?,
            credits: money(11)?,
            exposure: money(12)?,
            limit: row
                .get::<Option<i64>>(13)?
                .map(|minor| Money::new(minor, currency)),
            policy: row.get(14)?,
            result: row.get(15)?,
        })
    })
}
