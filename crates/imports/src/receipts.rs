//! Receipts: one a row.

use std::collections::HashMap;

use base::{Currency, Day, Refusal, Zone};
use receivables::Method;

use crate::columns::Field;
use crate::drafts::{Cells, CustomerKey, Layout, Problem};
use crate::formats::plain_number;
use crate::table::Table;

/// One receipt of the file.
#[derive(Clone, Debug)]
pub struct ReceiptDraft {
    pub date: Day,
    pub customer: CustomerKey,
    pub currency: Option<Currency>,
    /// A plain decimal above zero.
    pub amount: String,
    pub method: Method,
    pub reference: String,
    pub row: u32,
    /// How many equal rows stood above it: two equal payments on one day are two.
    pub occurrence: u32,
}

impl ReceiptDraft {
    /// What makes it this receipt and no other, whenever the file is read again.
    pub fn key(&self) -> String {
        let customer = if self.customer.code.is_empty() {
            &self.customer.name
        } else {
            &self.customer.code
        };
        let currency = self
            .currency
            .map_or(String::new(), |currency| currency.to_string());
        format!(
            "{}|{customer}|{}|{currency}|{}|{}|{}",
            self.date,
            self.amount,
            self.method.as_str(),
            self.reference,
            self.occurrence
        )
    }
}

/// Reads every row; the outer order is that of dates, then of rows. A bad row keeps its index.
pub fn collect(
    table: &Table,
    first: usize,
    layout: &Layout,
    zone: &Zone,
) -> Vec<Result<ReceiptDraft, (u32, Problem)>> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut drafts = Vec::new();
    for index in first..table.len() {
        let row = table.row(index);
        if row.is_empty() {
            continue;
        }
        let cells = Cells { row, layout, zone };
        drafts.push(match receipt(index as u32, &cells) {
            Ok(mut draft) => {
                let count = seen.entry(draft.key()).or_insert(0);
                draft.occurrence = *count;
                *count += 1;
                Ok(draft)
            }
            Err(problem) => Err((index as u32, problem)),
        });
    }
    drafts.sort_by_key(|draft| match draft {
        Ok(draft) => (draft.date, draft.row),
        Err((row, _)) => (Day::MAX, *row),
    });
    drafts
}

fn receipt(row: u32, cells: &Cells<'_, '_>) -> Result<ReceiptDraft, Problem> {
    let date = cells.date()?;
    let missing = || cells.problem(Field::Customer, "imports.customer_missing");
    let customer = cells.customer()?.ok_or_else(missing)?;
    let bad_number = || cells.problem(Field::Amount, "imports.bad_number");
    let amount = plain_number(cells.text(Field::Amount), cells.layout.decimal).ok_or_else(bad_number)?;
    // Six digits hold every currency; the exact check follows with the account's currency.
    let scaled: base::Price = amount
        .parse()
        .map_err(|error| cells.unfit(Field::Amount, error))?;
    if scaled <= base::Price::ZERO {
        return Err(cells.problem(Field::Amount, "imports.not_positive"));
    }
    let method = method(cells.text(Field::Method))
        .ok_or_else(|| cells.problem(Field::Method, "imports.bad_method"))?;
    Ok(ReceiptDraft {
        date,
        customer,
        currency: cells.currency()?,
        amount: scaled.to_string(),
        method,
        reference: cells.kept(Field::Reference)?.to_owned(),
        row,
        occurrence: 0,
    })
}

/// The payment method; one that is not named is a bank transfer.
fn method(text: &str) -> Option<Method> {
    let plain: String = text
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    Some(match plain.as_str() {
        "" | "bank" | "banktransfer" | "transfer" | "wire" | "bacs" | "银行" | "銀行" | "银行转账"
        | "銀行轉帳" | "转账" | "轉帳" | "电汇" | "電匯" | "匯款" | "汇款" => Method::Bank,
        "cash" | "现金" | "現金" => Method::Cash,
        "wechat" | "wechatpay" | "weixin" | "微信" | "微信支付" => Method::Wechat,
        "alipay" | "支付宝" | "支付寶" => Method::Alipay,
        "acceptancebill" | "bill" | "draft" | "承兑" | "承兑汇票" | "银行承兑汇票" | "承兌匯票"
        | "銀行承兌匯票" => Method::AcceptanceBill,
        "cheque" | "check" | "支票" => Method::Cheque,
        _ => return None,
    })
}

/// The refusal for an amount finer than the account's currency.
pub fn too_fine(line: u32, amount: &str, currency: Currency) -> Problem {
    let refusal = Refusal::invalid("imports.amount_too_fine")
        .with("value", amount)
        .with("currency", currency);
    Problem::new(line, refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{FileKind, Mapping, find};
    use crate::drafts::layout;
    use crate::table::{Reading, read};

    #[test]
    fn equal_rows_are_counted() {
        let text = "日期,客户编号,金额,收款方式,流水号\n2026-03-02,C1,100.50,微信,A\n2026-03-02,C1,100.5,微信,A\n\
                    2026-03-01,C2,7,,\n2026-03-02,C1,-3,现金,\n2026-03-02,C1,3,贝壳,\n";
        let table = read(text.as_bytes(), &Reading::default()).unwrap();
        let mapping = Mapping::default();
        let (columns, first) = find(FileKind::Receipts, &table, &mapping).unwrap();
        let layout = layout(FileKind::Receipts, &table, columns, first, &mapping, &Zone::utc()).unwrap();
        let drafts = collect(&table, first, &layout, &Zone::utc());
        let keys: Vec<String> = drafts.iter().flatten().map(ReceiptDraft::key).collect();
        assert_eq!(
            keys,
            [
                "2026-03-01|C2|7||bank||0",
                "2026-03-02|C1|100.5||wechat|A|0",
                "2026-03-02|C1|100.5||wechat|A|1",
            ]
        );
        let codes: Vec<&str> = drafts
            .iter()
            .filter_map(|draft| draft.as_ref().err())
            .map(|(_, problem)| problem.code.as_ref())
            .collect();
        assert_eq!(codes, ["imports.not_positive", "imports.bad_method"]);
    }
}
