//! The rows behind a red line of the check: from the text that a check answers to the record that it means.

use db::{Tx, p};
use serde::Serialize;

db::statements! {
    ACCOUNT = "SELECT a.customer_id, c.code, c.name FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 AND a.id = $2";
    ENTRY = "SELECT e.account_id, e.document_kind, e.document_id, e.document_no FROM ledger_v_entry e \
        WHERE e.company_id = $1 AND e.id = $2";
    ALLOCATION = "SELECT x.debit_entry_id FROM ledger_v_allocation x WHERE x.company_id = $1 AND x.id = $2";
    ORDER = "SELECT o.account_id, COALESCE(o.no, '') FROM sales_v_order o WHERE o.company_id = $1 AND o.id = $2";
    DELIVERY = "SELECT d.account_id, COALESCE(d.no, '') FROM sales_v_delivery d \
        WHERE d.company_id = $1 AND d.id = $2";
    PERIOD = "SELECT q.account_id FROM statements_v_period q WHERE q.company_id = $1 AND q.id = $2";
    STATEMENT = "SELECT s.account_id, s.id FROM statements_v_statement s WHERE s.company_id = $1 AND s.no = $2";
    RECEIPT = "SELECT r.account_id, r.id FROM receivables_v_receipt r WHERE r.company_id = $1 AND r.no = $2";
    BAD_DEBT = "SELECT b.account_id, b.order_id FROM receivables_v_bad_debt b WHERE b.company_id = $1 AND b.id = $2";
}

/// A row that breaks an invariant, with what it belongs to as far as that can be found.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Offender {
    /// As the check says it.
    pub text: String,
    /// What opens: `customer`, `order`, `delivery`, `receipt`, `statement` or `period`; absent when nothing does.
    pub opens: Option<String>,
    pub id: Option<String>,
    /// The document's number.
    pub no: Option<String>,
    pub customer_id: Option<String>,
    pub customer_code: Option<String>,
    pub customer_name: Option<String>,
}

/// Finds what the texts of a check mean.
pub fn offenders(tx: &mut Tx<'_>, texts: Vec<String>) -> db::Result<Vec<Offender>> {
    texts.into_iter().map(|text| offender(tx, text)).collect()
}

fn offender(tx: &mut Tx<'_>, text: String) -> db::Result<Offender> {
    let mut words = text.split(' ');
    let (kind, rest) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let id = rest.parse::<i64>().unwrap_or_default();
    let mut found = Offender::default();
    let account = match kind {
        "account" => Some(id),
        "entry" => of_entry(tx, id, &mut found)?,
        "allocation" => match tx.opt::<i64>(ALLOCATION, p![id])? {
            Some(entry) => of_entry(tx, entry, &mut found)?,
            None => None,
        },
        "order" => numbered(tx, ORDER, "order", id, &mut found)?,
        "delivery" => numbered(tx, DELIVERY, "delivery", id, &mut found)?,
        "receipt" => by_number(tx, RECEIPT, "receipt", rest, &mut found)?,
        "period" => tx.opt(PERIOD, p![id])?,
        "bad" => {
            let id = words.next().and_then(|word| word.parse::<i64>().ok());
            let row: Option<(i64, i64)> = tx.opt(BAD_DEBT, p![id.unwrap_or_default()])?;
            row.map(|(account, order)| {
                found.opens("order", order, "");
                account
            })
        }
        _ => by_number(tx, STATEMENT, "statement", kind, &mut found)?,
    };
    if let Some(account) = account
        && let Some((customer, code, name)) = tx.opt::<(i64, String, String)>(ACCOUNT, p![account])?
    {
        found.customer_id = Some(customer.to_string());
        (found.customer_code, found.customer_name) = (Some(code), Some(name));
        match kind {
            "period" => found.opens("period", customer, ""),
            _ if found.opens.is_none() => found.opens("customer", customer, ""),
            _ => {}
        }
    }
    found.text = text;
    Ok(found)
}

impl Offender {
    fn opens(&mut self, what: &str, id: i64, no: &str) {
        self.opens = Some(what.to_owned());
        self.id = Some(id.to_string());
        self.no = (!no.is_empty()).then(|| no.to_owned());
    }
}

/// An entry opens its document; its account is answered.
fn of_entry(tx: &mut Tx<'_>, id: i64, found: &mut Offender) -> db::Result<Option<i64>> {
    let row: Option<(i64, String, i64, String)> = tx.opt(ENTRY, p![id])?;
    let Some((account, kind, document, no)) = row else {
        return Ok(None);
    };
    match kind.as_str() {
        "delivery" | "receipt" | "order" => found.opens(&kind, document, &no),
        "return" => found.opens("delivery", document, &no),
        _ => found.no = Some(no),
    }
    Ok(Some(account))
}

fn numbered(
    tx: &mut Tx<'_>,
    sql: db::Sql,
    what: &str,
    id: i64,
    found: &mut Offender,
) -> db::Result<Option<i64>> {
    let row: Option<(i64, String)> = tx.opt(sql, p![id])?;
    Ok(row.map(|(account, no)| {
        found.opens(what, id, &no);
        account
    }))
}

fn by_number(
    tx: &mut Tx<'_>,
    sql: db::Sql,
    what: &str,
    no: &str,
    found: &mut Offender,
) -> db::Result<Option<i64>> {
    let row: Option<(i64, i64)> = tx.opt(sql, p![no])?;
    Ok(row.map(|(account, id)| {
        found.opens(what, id, no);
        account
    }))
}
