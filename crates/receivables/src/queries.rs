use std::collections::{HashMap, HashSet};

use base::{Currency, Day, Id, Instant, Money, Price, Quantity, UserId};
use db::{FromRow, Row, Tx, p};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, AllocationId, EntryId, EntryKind, OrderId, Side};
use parties::CustomerId;
use serde::Serialize;

use crate::instruments::queries::{InstrumentView, instrument};
pub use crate::plans::{due_rows as payment_plan_rows, plan as payment_plan, plans as payment_plans};
use crate::rules;
use crate::types::{BadDebtId, ReceiptId};
use crate::{refusals, reservations, store};

/// Sums by age and account of open items `i`. $2 the day; $3, $4, $5 the earliest due dates that count as 1-30,
/// 31-60, 61-90 days late.
macro_rules! ages_by_account {
    ($items:expr) => {
        concat!(
            "SELECT i.account_id, \
            CAST(SUM(CASE WHEN i.side = 1 AND i.due_date >= $2 THEN i.open_minor ELSE 0 END) AS BIGINT) AS not_due, \
            CAST(SUM(CASE WHEN i.side = 1 AND i.due_date < $2 AND i.due_date >= $3 THEN i.open_minor ELSE 0 END) \
                AS BIGINT) AS a, \
            CAST(SUM(CASE WHEN i.side = 1 AND i.due_date < $3 AND i.due_date >= $4 THEN i.open_minor ELSE 0 END) \
                AS BIGINT) AS b, \
            CAST(SUM(CASE WHEN i.side = 1 AND i.due_date < $4 AND i.due_date >= $5 THEN i.open_minor ELSE 0 END) \
                AS BIGINT) AS c, \
            CAST(SUM(CASE WHEN i.side = 1 AND i.due_date < $5 THEN i.open_minor ELSE 0 END) AS BIGINT) AS d, \
            CAST(SUM(CASE WHEN i.side = -1 THEN i.open_minor ELSE 0 END) AS BIGINT) AS credit FROM ",
            $items,
            " GROUP BY i.account_id"
        )
    };
}

/// Open items as they stand: what is owed part by part, and credits.
macro_rules! now {
    () => {
        "(SELECT o.account_id, 1 AS side, o.due_date, o.open_minor FROM ledger_v_owed_part o \
            WHERE o.company_id = $1 UNION ALL \
            SELECT c.account_id, c.side, c.due_date, c.open_minor FROM ledger_v_open_item c \
            WHERE c.company_id = $1 AND c.side = -1) i"
    };
}

/// Open items as they were at the end of day $7.
macro_rules! as_of {
    () => {
        "(SELECT w.account_id, w.side, COALESCE(n.due_date, w.due_date) AS due_date, \
            CASE WHEN n.row_no IS NULL THEN w.open_minor \
                WHEN n.row_no = 0 OR w.open_minor - n.after_minor < n.amount_minor \
                    THEN w.open_minor - n.after_minor ELSE n.amount_minor END AS open_minor FROM \
        (SELECT e.id, e.account_id, CASE WHEN e.amount_minor < 0 THEN -1 ELSE 1 END AS side, \
            CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE e.amount_minor END - COALESCE(t.taken, 0) \
                AS open_minor, \
            COALESCE((SELECT d.due_date FROM ledger_v_due d WHERE d.company_id = e.company_id \
                AND d.entry_id = e.id AND d.valid_from <= $7 ORDER BY d.seq DESC LIMIT 1), e.due_date) AS due_date \
            FROM ledger_v_entry e LEFT JOIN (SELECT u.id, SUM(u.amount_minor) AS taken FROM \
                (SELECT debit_entry_id AS id, amount_minor FROM ledger_v_allocation \
                    WHERE company_id = $1 AND effective_date <= $7 UNION ALL \
                 SELECT credit_entry_id, amount_minor FROM ledger_v_allocation \
                    WHERE company_id = $1 AND effective_date <= $7) u GROUP BY u.id) t ON t.id = e.id \
            WHERE e.company_id = $1 AND e.basis_date <= $7) w \
            LEFT JOIN ledger_v_instalment n ON n.company_id = $1 AND n.entry_id = w.id AND w.side = 1 \
                AND n.valid_from <= $7 AND (n.valid_to IS NULL OR n.valid_to > $7) \
                AND n.after_minor < w.open_minor \
            WHERE w.open_minor <> 0) i"
    };
}

/// A page of accounts by age, the most overdue first. $6 is the customer, or 0 for all.
macro_rules! ages {
    ($items:expr, $limit:literal, $offset:literal) => {
        concat!(
            "SELECT t.account_id, a.customer_id, c.code, c.name, a.currency, t.not_due, t.a, t.b, t.c, t.d, t.credit \
            FROM (",
            ages_by_account!($items),
            ") t JOIN ledger_v_account a ON a.company_id = $1 AND a.id = t.account_id \
            JOIN parties_v_customer c ON c.company_id = $1 AND c.id = a.customer_id \
            WHERE ($6 = 0 OR a.customer_id = $6) \
            ORDER BY a.currency, t.a + t.b + t.c + t.d DESC, t.not_due DESC, c.code, t.account_id LIMIT ",
            $limit,
            " OFFSET ",
            $offset
        )
    };
}

/// The sums of all those accounts by currency, with how many there are and how many are overdue.
macro_rules! age_totals {
    ($items:expr) => {
        concat!(
            "SELECT a.currency, COUNT(*), CAST(SUM(CASE WHEN t.a + t.b + t.c + t.d > 0 THEN 1 ELSE 0 END) AS BIGINT), \
            CAST(SUM(t.not_due) AS BIGINT), CAST(SUM(t.a) AS BIGINT), CAST(SUM(t.b) AS BIGINT), \
            CAST(SUM(t.c) AS BIGINT), CAST(SUM(t.d) AS BIGINT), CAST(SUM(t.credit) AS BIGINT) FROM (",
            ages_by_account!($items),
            ") t JOIN ledger_v_account a ON a.company_id = $1 AND a.id = t.account_id \
            WHERE ($6 = 0 OR a.customer_id = $6) GROUP BY a.currency ORDER BY a.currency"
        )
    };
}

db::statements! {
    RECEIPT_OF_ENTRY = "SELECT r.id, r.no FROM ledger_v_entry e \
        JOIN receivables_receipt r ON r.company_id = e.company_id AND r.id = e.document_id \
        WHERE e.company_id = $1 AND e.id = $2 AND e.kind = 'receipt'";
    RECEIPT_NAMES = "SELECT c.code, c.name FROM parties_v_customer c WHERE c.company_id = $1 AND c.id = $2";
    REGISTER_TOTALS = "SELECT b.currency, \
        CAST(SUM(CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN b.kind = 'recovered' THEN b.amount_minor ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN b.kind = 'undone' THEN b.amount_minor ELSE 0 END) AS BIGINT) \
        FROM receivables_bad_debt b WHERE b.company_id = $1 GROUP BY b.currency ORDER BY b.currency";
    REGISTER_OF_ORDER = "SELECT b.id, b.kind, b.amount_minor, b.reason_code, b.note, b.processed_on, b.created_at, \
        b.of_id, l.code, l.quantity_micro, l.price_micro, l.amount_minor FROM receivables_bad_debt b \
        JOIN sales_v_order_line l ON l.company_id = b.company_id AND l.order_id = b.order_id \
            AND l.entry_id = b.entry_id \
        WHERE b.company_id = $1 AND b.order_id = $2 ORDER BY b.id";
    NET_OF_CUSTOMER = "SELECT b.currency, \
        CAST(SUM(CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE -b.amount_minor END) AS BIGINT) \
        FROM receivables_bad_debt b WHERE b.company_id = $1 AND b.customer_id = $2 GROUP BY b.currency";
    ORDER_SUMS = "SELECT \
        COALESCE(CAST(SUM(CASE WHEN kind = 'return' THEN -amount_minor ELSE 0 END) AS BIGINT), 0), \
        COALESCE(CAST(SUM(CASE WHEN kind IN ('discount', 'tolerance') THEN -amount_minor ELSE 0 END) AS BIGINT), 0) \
        FROM ledger_v_entry WHERE company_id = $1 AND order_id = $2";
    ACCOUNTS_OF_CUSTOMER = "SELECT a.id, c.code, c.name, a.currency, a.balance_minor, a.open_debit_minor, \
        a.open_credit_minor FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 AND a.customer_id = $2 ORDER BY a.id";
    // An entry that is owed to a statement waits in ledger_unbilled; one that does not is on one.
    BILLED = "SELECT i.entry_id FROM ledger_v_open_item i \
        JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        WHERE i.company_id = $1 AND i.account_id = $2 AND e.internal = 0 AND e.statement_date IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM ledger_v_unbilled u WHERE u.company_id = i.company_id \
            AND u.account_id = i.account_id AND u.statement_date = e.statement_date \
            AND u.entry_id = i.entry_id)";
    AGES_NOW = ages!(now!(), "$7", "$8");
    // The same from entries and allocations as they counted on day $7, with the due dates and instalments valid
    // then.
    AGES_AS_OF = ages!(as_of!(), "$8", "$9");
    AGE_TOTALS_NOW = age_totals!(now!());
    AGE_TOTALS_AS_OF = age_totals!(as_of!());
    // The customers with the most overdue, in the currency $6.
    LATEST = concat!(
        "SELECT t.account_id, a.customer_id, c.code, c.name, a.currency, t.not_due, t.a, t.b, t.c, t.d, t.credit FROM (",
        ages_by_account!(now!()),
        ") t JOIN ledger_v_account a ON a.company_id = $1 AND a.id = t.account_id \
        JOIN parties_v_customer c ON c.company_id = $1 AND c.id = a.customer_id \
        WHERE a.currency = $6 AND t.a + t.b + t.c + t.d > 0 \
        ORDER BY t.a + t.b + t.c + t.d DESC, t.not_due DESC, c.code, t.account_id LIMIT $7");
    ACCOUNT_NAMES = "SELECT a.id, a.customer_id, c.code, c.name, a.currency FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 ORDER BY c.code, a.id";
    LIMITS = "SELECT a.customer_id, c.code, c.name, a.currency, \
        k.ord_minor + k.shp_minor + k.pdc_minor + a.open_debit_minor - a.open_credit_minor + a.held_credit_minor, k.limit_minor \
        FROM credit_v_account k \
        JOIN ledger_v_account a ON a.company_id = k.company_id AND a.id = k.account_id \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE k.company_id = $1 AND k.limit_minor IS NOT NULL AND k.policy <> 'off' \
        AND k.ord_minor + k.shp_minor + k.pdc_minor + a.open_debit_minor - a.open_credit_minor + a.held_credit_minor > 0 \
        AND (k.ord_minor + k.shp_minor + k.pdc_minor + a.open_debit_minor - a.open_credit_minor + a.held_credit_minor) * 10 >= k.limit_minor * 8 \
        ORDER BY k.ord_minor + k.shp_minor + k.pdc_minor + a.open_debit_minor - a.open_credit_minor + a.held_credit_minor - k.limit_minor DESC, a.id";
    ON_ACCOUNT = "SELECT a.currency, COUNT(*), CAST(SUM(i.open_minor) AS BIGINT) FROM ledger_v_open_item i \
        JOIN ledger_v_account a ON a.company_id = i.company_id AND a.id = i.account_id \
        WHERE i.company_id = $1 AND i.side = -1 AND i.held = 0 GROUP BY a.currency ORDER BY a.currency";
    DELIVERIES_BY_STATE = "SELECT COUNT(*) FROM sales_v_delivery \
        WHERE company_id = $1 AND kind = $2 AND state = $3";
    ORDERS_BY_STATE = "SELECT COUNT(*) FROM sales_v_order \
        WHERE company_id = $1 AND origin = 'order' AND state = $2";
    DUE_BETWEEN = "SELECT COUNT(*) FROM ledger_v_open_item \
        WHERE company_id = $1 AND side = 1 AND due_date >= $2 AND due_date <= $3";
}

/// A receipt in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReceiptItem {
    #[schema(value_type = String)]
    pub id: ReceiptId,
    pub no: String,
    /// `posted`, `reversed` or `bounced`.
    pub state: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub receipt_date: Day,
    /// `cash`, `bank`, `wechat`, `alipay` or `acceptance_bill`.
    pub method: String,
    #[schema(value_type = String)]
    pub amount: Money,
    /// What of it is not allocated.
    #[schema(value_type = String)]
    pub on_account: Money,
    pub reference: String,
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    /// `payment`, `deposit` or `guarantee`.
    pub purpose: String,
}

impl FromRow for ReceiptItem {
    fn from_row(row: &Row<'_>) -> db::Result<ReceiptItem> {
        let currency: Currency = row.get(7)?;
        Ok(ReceiptItem {
            id: row.get(0)?,
            no: row.get(1)?,
            state: row.get(2)?,
            customer_id: row.get(3)?,
            customer_code: row.get(4)?,
            customer_name: row.get(5)?,
            account_id: row.get(6)?,
            currency,
            receipt_date: row.get(8)?,
            method: row.get(9)?,
            amount: Money::new(row.get(10)?, currency),
            on_account: Money::new(row.get(11)?, currency),
            reference: row.get(12)?,
            entry_id: row.get(13)?,
            purpose: row.get(14)?,
        })
    }
}

pub(crate) const RECEIPTS: ListSpec = ListSpec {
    columns: &[
        "r.id",
        "r.no",
        "r.state",
        "r.customer_id",
        "c.code",
        "c.name",
        "r.account_id",
        "r.currency",
        "r.receipt_date",
        "r.method",
        "r.amount_minor",
        "COALESCE((SELECT i.open_minor FROM ledger_v_open_item i WHERE i.company_id = r.company_id \
            AND i.entry_id = r.entry_id), 0)",
        "r.reference",
        "r.entry_id",
        "r.purpose",
    ],
    from: "receivables_receipt r \
        JOIN parties_v_customer c ON c.company_id = r.company_id AND c.id = r.customer_id",
    condition: "r.company_id = $1",
    id: "r.id",
    sorts: &[
        Sort {
            name: "date",
            expression: "r.receipt_date",
            column: Column::Day,
        },
        Sort {
            name: "amount",
            expression: "r.amount_minor",
            column: Column::Int,
        },
        Sort {
            name: "no",
            expression: "r.no",
            column: Column::Text,
        },
    ],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "r.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "method",
            condition: "r.method = {}",
            column: Column::Text,
        },
        Filter {
            name: "purpose",
            condition: "r.purpose = {}",
            column: Column::Text,
        },
        Filter {
            name: "state",
            condition: "r.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "from",
            condition: "r.receipt_date >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "r.receipt_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: "r.no = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "r.customer_id")),
};

pub fn receipts(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<ReceiptItem>> {
    RECEIPTS.page(tx, query)
}

/// One allocation of a document, undone ones included.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AllocationItem {
    #[schema(value_type = String)]
    pub id: AllocationId,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub effective_date: Day,
    /// What made it: `receipt`, `manual`, or an act that is undone only as a whole.
    pub act: String,
    #[schema(value_type = String)]
    pub recorded_at: Instant,
    pub reason: String,
    #[schema(value_type = String)]
    pub other_entry_id: EntryId,
    pub other_kind: EntryKind,
    pub other_no: String,
    #[schema(value_type = String)]
    pub other_date: Day,
    /// The day from which it does not count any more.
    #[schema(value_type = Option<String>)]
    pub undone_on: Option<Day>,
    /// May be undone by itself.
    pub can_undo: bool,
}

/// Every allocation of an entry, in the order they were made.
pub fn allocations(
    tx: &mut Tx<'_>,
    entry: EntryId,
    side: Side,
    currency: Currency,
) -> db::Result<Vec<AllocationItem>> {
    let lines = ledger::allocations_of(tx, entry, side)?;
    Ok(lines
        .into_iter()
        .map(|line| AllocationItem {
            id: line.id,
            amount: Money::new(line.amount, currency),
            effective_date: line.effective_date,
            can_undo: line.undone_on.is_none() && ledger::undone_singly(&line.act_kind),
            act: line.act_kind,
            recorded_at: line.recorded_at,
            reason: line.reason,
            other_entry_id: line.other_entry,
            other_kind: line.other_kind,
            other_no: line.other_document_no,
            other_date: line.other_basis_date,
            undone_on: line.undone_on,
        })
        .collect())
}

/// A receipt with everything that was done with it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReceiptDetail {
    #[schema(value_type = String)]
    pub id: ReceiptId,
    pub no: String,
    pub state: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub receipt_date: Day,
    pub method: String,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub on_account: Money,
    pub reference: String,
    pub remark: String,
    /// Why it was reversed.
    pub reason: String,
    #[schema(value_type = String)]
    pub created_at: Instant,
    /// `payment`, `deposit` or `guarantee`.
    pub purpose: String,
    /// The bill or cheque behind it.
    pub instrument: Option<InstrumentView>,
    pub allocations: Vec<AllocationItem>,
    /// What of the money on account waits for which order.
    pub reservations: Vec<ReservationView>,
}

/// Money that waits for an order.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Reservation)]
pub struct ReservationView {
    #[schema(value_type = String)]
    pub order_id: OrderId,
    pub order_no: String,
    #[schema(value_type = String)]
    pub receipt_id: ReceiptId,
    pub receipt_no: String,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub reserved_on: Day,
}

/// The receipt behind its entry.
pub(crate) fn receipt_of_entry(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<(ReceiptId, String)> {
    tx.opt(RECEIPT_OF_ENTRY, p![entry])?
        .ok_or_else(|| refusals::receipt_not_found().into())
}

pub fn receipt(tx: &mut Tx<'_>, id: ReceiptId) -> db::Result<ReceiptDetail> {
    let row = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    let (customer_code, customer_name) = tx.one::<(String, String)>(RECEIPT_NAMES, p![row.customer])?;
    let on_account = store::open_of_entry(tx, row.entry)?;
    let allocations = allocations(tx, row.entry, Side::Credit, row.currency)?;
    let reserved = ledger::reservations_of_credit(tx, row.account, row.entry)?;
    let reservations = reservations::views(tx, reserved, row.currency)?;
    Ok(ReceiptDetail {
        id,
        no: row.no,
        state: row.state,
        customer_id: row.customer,
        customer_code,
        customer_name,
        account_id: row.account,
        entry_id: row.entry,
        currency: row.currency,
        receipt_date: row.date,
        method: row.method,
        amount: Money::new(row.amount, row.currency),
        on_account: Money::new(on_account, row.currency),
        reference: row.reference,
        remark: row.remark,
        reason: row.reason,
        created_at: row.created_at,
        purpose: row.purpose,
        instrument: instrument(tx, id)?,
        allocations,
        reservations,
    })
}

/// The allocations of any entry of the ledger.
pub fn entry_allocations(tx: &mut Tx<'_>, id: EntryId) -> db::Result<Vec<AllocationItem>> {
    let entry = ledger::entry(tx, id)?;
    let account = ledger::find_account(tx, entry.account)?;
    allocations(tx, id, Side::of(entry.amount), account.currency)
}

/// An order on which something is owed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct UnsettledOrder {
    #[schema(value_type = String)]
    pub order_id: OrderId,
    pub no: String,
    /// `order`, `direct`, `opening` or `charge`.
    pub origin: String,
    #[schema(value_type = String)]
    pub order_date: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub ordered: Money,
    /// Delivered less returned: what was billed.
    #[schema(value_type = String)]
    pub delivered: Money,
    /// Ordered and still to be delivered; no receivable yet.
    #[schema(value_type = String)]
    pub undelivered: Money,
    #[schema(value_type = String)]
    pub received: Money,
    /// Given up as bad debt and not come back.
    #[schema(value_type = String)]
    pub bad_debt: Money,
    #[schema(value_type = String)]
    pub outstanding: Money,
    #[schema(value_type = String)]
    pub due_date: Day,
    /// 0 when not overdue.
    pub days_overdue: i64,
}

impl FromRow for UnsettledOrder {
    fn from_row(row: &Row<'_>) -> db::Result<UnsettledOrder> {
        let currency: Currency = row.get(4)?;
        let money = |minor: i64| Money::new(minor, currency);
        let (total, delivered): (i64, i64) = (row.get(9)?, row.get(10)?);
        let (origin, state): (String, String) = (row.get(2)?, row.get(11)?);
        let (billed, outstanding, bad_debt): (i64, i64, i64) = (row.get(12)?, row.get(13)?, row.get(15)?);
        let undelivered = if origin == "order" && state == "confirmed" {
            (total - delivered).max(0)
        } else {
            0
        };
        Ok(UnsettledOrder {
            order_id: row.get(0)?,
            no: row.get::<Option<String>>(1)?.unwrap_or_default(),
            origin,
            order_date: row.get(3)?,
            currency,
            customer_id: row.get(5)?,
            customer_code: row.get(6)?,
            customer_name: row.get(7)?,
            account_id: row.get(8)?,
            ordered: money(total),
            delivered: money(billed),
            undelivered: money(undelivered),
            // A credit that waits on account has closed nothing yet.
            received: money((billed - outstanding - bad_debt).max(0)),
            bad_debt: money(bad_debt),
            outstanding: money(outstanding),
            due_date: row.get(14)?,
            days_overdue: 0,
        })
    }
}

const UNSETTLED_COLUMNS: &[&str] = &[
    "l.order_id",
    "o.no",
    "o.origin",
    "o.order_date",
    "o.currency",
    "o.customer_id",
    "c.code",
    "c.name",
    "l.account_id",
    "o.total_minor",
    "o.delivered_minor",
    "o.state",
    "l.billed_minor",
    "l.outstanding_minor",
    "l.due_date",
    "COALESCE((SELECT CAST(SUM(CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE -b.amount_minor END) \
            AS BIGINT) FROM receivables_bad_debt b WHERE b.company_id = l.company_id \
            AND b.order_id = l.order_id), 0)",
];
const UNSETTLED_SORTS: &[Sort] = &[
    Sort {
        name: "due",
        expression: "l.due_date",
        column: Column::Day,
    },
    Sort {
        name: "outstanding",
        expression: "l.outstanding_minor",
        column: Column::Int,
    },
    Sort {
        name: "customer",
        expression: "c.name_key",
        column: Column::Text,
    },
];
const UNSETTLED_FILTERS: &[Filter] = &[
    Filter {
        name: "customer_id",
        condition: "l.account_id IN (SELECT a.id FROM ledger_v_account a \
                WHERE a.company_id = $1 AND a.customer_id = {})",
        column: Column::Int,
    },
    Filter {
        name: "due_before",
        condition: "l.due_date < {}",
        column: Column::Day,
    },
    Filter {
        name: "due_from",
        condition: "l.due_date >= {}",
        column: Column::Day,
    },
    Filter {
        name: "origin",
        condition: "o.origin = {}",
        column: Column::Text,
    },
    Filter {
        name: "undelivered",
        condition: "o.origin = 'order' AND o.state = 'confirmed' AND o.total_minor > o.delivered_minor",
        column: Column::Int,
    },
    Filter {
        name: "salesperson_id",
        condition: "o.salesperson_id = {}",
        column: Column::Int,
    },
    Filter {
        name: "no",
        condition: "o.no = {}",
        column: Column::Text,
    },
];

pub(crate) const UNSETTLED: ListSpec = ListSpec {
    columns: UNSETTLED_COLUMNS,
    from: "ledger_v_order l JOIN sales_v_order o ON o.company_id = l.company_id AND o.id = l.order_id \
        JOIN parties_v_customer c ON c.company_id = o.company_id AND c.id = o.customer_id",
    condition: "l.company_id = $1 AND l.outstanding_minor <> 0",
    id: "l.order_id",
    sorts: UNSETTLED_SORTS,
    default_sort: "due",
    filters: UNSETTLED_FILTERS,
    search: Some(("parties_v_search", "o.customer_id")),
};

/// The same list for the sort by customer: read customer by customer, so that a page needs no sorting
/// of all that is owed.
pub(crate) const UNSETTLED_BY_CUSTOMER: ListSpec = ListSpec {
    from: "parties_v_customer c CROSS JOIN ledger_v_account a CROSS JOIN ledger_v_order l \
        CROSS JOIN sales_v_order o",
    condition: "c.company_id = $1 AND a.company_id = $1 AND a.customer_id = c.id AND l.company_id = $1 \
        AND l.account_id = a.id AND l.outstanding_minor <> 0 AND o.company_id = $1 AND o.id = l.order_id",
    ..UNSETTLED
};

/// Orders on which something is owed. `filter[overdue]` keeps what is due before `today`.
pub fn unsettled(tx: &mut Tx<'_>, query: &ListQuery, today: Day) -> db::Result<Page<UnsettledOrder>> {
    let mut query = query.clone();
    if let Some(overdue) = query.filter.remove("overdue")
        && overdue != "false"
        && overdue != "0"
    {
        query.filter.insert("due_before".to_owned(), today.to_string());
    }
    let by_customer = query.sort.trim_start_matches('-') == "customer";
    let list = if by_customer {
        &UNSETTLED_BY_CUSTOMER
    } else {
        &UNSETTLED
    };
    let mut page: Page<UnsettledOrder> = list.page(tx, &query)?;
    for row in &mut page.items {
        row.days_overdue = rules::days_overdue(row.due_date, today);
    }
    Ok(page)
}

/// Money or a credit note that closes nothing yet.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CreditOnAccount {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub kind: EntryKind,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Of the whole document.
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub open: Money,
    /// A deposit or guarantee: used or returned by an act of its own.
    pub held: bool,
}

impl FromRow for CreditOnAccount {
    fn from_row(row: &Row<'_>) -> db::Result<CreditOnAccount> {
        let currency: Currency = row.get(10)?;
        Ok(CreditOnAccount {
            entry_id: row.get(0)?,
            kind: row.get(1)?,
            document_kind: row.get(2)?,
            document_id: row.get::<i64>(3)?.to_string(),
            document_no: row.get(4)?,
            date: row.get(5)?,
            account_id: row.get(6)?,
            customer_id: row.get(7)?,
            customer_code: row.get(8)?,
            customer_name: row.get(9)?,
            currency,
            amount: Money::new(-row.get::<i64>(11)?, currency),
            open: Money::new(row.get(12)?, currency),
            held: row.get(13)?,
        })
    }
}

pub(crate) const CREDITS: ListSpec = ListSpec {
    columns: &[
        "i.entry_id",
        "e.kind",
        "e.document_kind",
        "e.document_id",
        "e.document_no",
        "i.basis_date",
        "i.account_id",
        "a.customer_id",
        "c.code",
        "c.name",
        "a.currency",
        "e.amount_minor",
        "i.open_minor",
        "i.held",
    ],
    from: "ledger_v_open_item i JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        JOIN ledger_v_account a ON a.company_id = i.company_id AND a.id = i.account_id \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id",
    condition: "i.company_id = $1 AND i.side = -1",
    id: "i.entry_id",
    // A credit is due at once, so this is its date.
    sorts: &[Sort {
        name: "date",
        expression: "i.due_date",
        column: Column::Day,
    }],
    default_sort: "date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "a.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "kind",
            condition: "e.kind = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "a.customer_id")),
};

pub fn on_account(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<CreditOnAccount>> {
    CREDITS.page(tx, query)
}

/// A bad debt and what became of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct BadDebtItem {
    #[schema(value_type = String)]
    pub id: BadDebtId,
    #[schema(value_type = String)]
    pub order_id: OrderId,
    pub order_no: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub processed_on: Day,
    #[schema(value_type = String)]
    pub processed: Money,
    #[schema(value_type = String)]
    pub recovered: Money,
    #[schema(value_type = String)]
    pub undone: Money,
    #[schema(value_type = String)]
    pub net: Money,
    pub reason_code: String,
    pub note: String,
    /// Told to the customer.
    pub disclose: bool,
    #[schema(value_type = Option<String>)]
    pub salesperson_id: Option<UserId>,
}

impl FromRow for BadDebtItem {
    fn from_row(row: &Row<'_>) -> db::Result<BadDebtItem> {
        let currency: Currency = row.get(7)?;
        let money = |minor: i64| Money::new(minor, currency);
        let (processed, recovered, undone): (i64, i64, i64) = (row.get(9)?, row.get(10)?, row.get(11)?);
        Ok(BadDebtItem {
            id: row.get(0)?,
            order_id: row.get(1)?,
            order_no: row.get::<Option<String>>(2)?.unwrap_or_default(),
            account_id: row.get(3)?,
            customer_id: row.get(4)?,
            customer_code: row.get(5)?,
            customer_name: row.get(6)?,
            currency,
            processed_on: row.get(8)?,
            processed: money(processed),
            recovered: money(recovered),
            undone: money(undone),
            net: money(processed - recovered - undone),
            reason_code: row.get(12)?,
            note: row.get(13)?,
            disclose: row.get(14)?,
            salesperson_id: row.get(15)?,
        })
    }
}

pub(crate) const REGISTER: ListSpec = ListSpec {
    columns: &[
        "b.id",
        "b.order_id",
        "o.no",
        "b.account_id",
        "b.customer_id",
        "c.code",
        "c.name",
        "b.currency",
        "b.processed_on",
        "b.amount_minor",
        "COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM receivables_bad_debt r \
            WHERE r.company_id = b.company_id AND r.of_id = b.id AND r.kind = 'recovered'), 0)",
        "COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM receivables_bad_debt r \
            WHERE r.company_id = b.company_id AND r.of_id = b.id AND r.kind = 'undone'), 0)",
        "b.reason_code",
        "b.note",
        "b.disclose",
        "b.salesperson_id",
    ],
    from: "receivables_bad_debt b JOIN sales_v_order o ON o.company_id = b.company_id AND o.id = b.order_id \
        JOIN parties_v_customer c ON c.company_id = b.company_id AND c.id = b.customer_id",
    condition: "b.company_id = $1 AND b.kind = 'processed'",
    id: "b.id",
    sorts: &[Sort {
        name: "date",
        expression: "b.processed_on",
        column: Column::Day,
    }],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "b.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "order_id",
            condition: "b.order_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "reason_code",
            condition: "b.reason_code = {}",
            column: Column::Text,
        },
        Filter {
            name: "salesperson_id",
            condition: "b.salesperson_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "from",
            condition: "b.processed_on >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "b.processed_on <= {}",
            column: Column::Day,
        },
        Filter {
            name: "open",
            condition: "b.amount_minor > COALESCE((SELECT SUM(r.amount_minor) FROM receivables_bad_debt r \
                WHERE r.company_id = b.company_id AND r.of_id = b.id), 0)",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "b.customer_id")),
};

/// The register's sums in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct BadDebtTotal {
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub processed: Money,
    #[schema(value_type = String)]
    pub recovered: Money,
    #[schema(value_type = String)]
    pub undone: Money,
    #[schema(value_type = String)]
    pub net: Money,
}

/// A page of the register with the sums of the whole register, one per currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Register {
    pub items: Vec<BadDebtItem>,
    pub next: Option<String>,
    pub count: i64,
    pub count_is_capped: bool,
    pub totals: Vec<BadDebtTotal>,
}

pub fn register(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Register> {
    let page: Page<BadDebtItem> = REGISTER.page(tx, query)?;
    let sums: Vec<(Currency, i64, i64, i64)> = tx.all(REGISTER_TOTALS, p![])?;
    let totals = sums
        .into_iter()
        .map(|(currency, processed, recovered, undone)| BadDebtTotal {
            currency,
            processed: Money::new(processed, currency),
            recovered: Money::new(recovered, currency),
            undone: Money::new(undone, currency),
            net: Money::new(processed - recovered - undone, currency),
        })
        .collect();
    let Page {
        items,
        next,
        count,
        count_is_capped,
    } = page;
    Ok(Register {
        items,
        next,
        count,
        count_is_capped,
        totals,
    })
}

/// One act of the register on an order.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SettlementAct {
    #[schema(value_type = String)]
    pub id: BadDebtId,
    /// `processed`, `recovered` or `undone`.
    pub kind: String,
    #[schema(value_type = String)]
    pub amount: Money,
    pub reason_code: String,
    pub note: String,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub recorded_at: Instant,
    /// The processing that this recovers or undoes.
    #[schema(value_type = Option<String>)]
    pub of: Option<BadDebtId>,
    /// The order's settlement line: the virtual product, the amount as its quantity, and -1 or 1 a unit.
    pub code: String,
    #[schema(value_type = String)]
    pub quantity: Quantity,
    #[schema(value_type = String)]
    pub price: Price,
    #[schema(value_type = String)]
    pub line_amount: Money,
}

/// How an order stands with what is owed on it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Settlement {
    #[schema(value_type = String)]
    pub order_id: OrderId,
    pub no: String,
    pub origin: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Goods lines; settlement lines never change it.
    #[schema(value_type = String)]
    pub order_total: Money,
    /// Order total and settlement lines together.
    #[schema(value_type = String)]
    pub settlement_total: Money,
    #[schema(value_type = String)]
    pub billed: Money,
    #[schema(value_type = String)]
    pub returned: Money,
    #[schema(value_type = String)]
    pub discounted: Money,
    #[schema(value_type = String)]
    pub received: Money,
    #[schema(value_type = String)]
    pub bad_debt: Money,
    #[schema(value_type = String)]
    pub outstanding: Money,
    #[schema(value_type = String)]
    pub undelivered: Money,
    /// Credits of the customer that close nothing yet.
    #[schema(value_type = String)]
    pub credit_on_account: Money,
    /// Money that came in ahead and waits for this order.
    pub reservations: Vec<ReservationView>,
    /// What of the order may still be paid ahead.
    #[schema(value_type = String)]
    pub reservable: Money,
    pub acts: Vec<SettlementAct>,
}

pub fn settlement(tx: &mut Tx<'_>, id: OrderId) -> db::Result<Settlement> {
    let order = store::order(tx, id)?.ok_or_else(refusals::order_not_found)?;
    let account = ledger::find_account(tx, order.account)?;
    let (customer_code, customer_name) = tx.one::<(String, String)>(RECEIPT_NAMES, p![order.customer])?;
    let (returned, discounted): (i64, i64) = tx.one(ORDER_SUMS, p![id])?;
    let money = |minor| Money::new(minor, order.currency);
    let acts = tx.each(REGISTER_OF_ORDER, p![id], |row| {
        Ok(SettlementAct {
            id: row.get(0)?,
            kind: row.get(1)?,
            amount: money(row.get(2)?),
            reason_code: row.get(3)?,
            note: row.get(4)?,
            date: row.get(5)?,
            recorded_at: row.get(6)?,
            of: row.get(7)?,
            code: row.get(8)?,
            quantity: row.get(9)?,
            price: row.get(10)?,
            line_amount: money(row.get(11)?),
        })
    })?;
    let sign = |act: &SettlementAct| if act.kind == "processed" { 1 } else { -1 };
    let bad_debt: i64 = acts.iter().map(|act| sign(act) * act.amount.minor).sum();
    let waiting = ledger::reservations_of_order(tx, id)?;
    let waits: i64 = waiting.iter().map(|one| one.amount).sum();
    let reservations = reservations::views(tx, waiting, order.currency)?;
    let reservable = reservations::room_of(tx, &account, id).map_or(0, |room| room);
    // Before anything is delivered, what waits for the order is what was received for it.
    let received = order.billed - order.open - bad_debt - discounted + waits;
    Ok(Settlement {
        order_id: id,
        no: order.no().to_owned(),
        customer_id: order.customer,
        customer_code,
        customer_name,
        account_id: order.account,
        currency: order.currency,
        order_total: money(order.total),
        settlement_total: money(order.total - bad_debt),
        billed: money(order.billed),
        returned: money(returned),
        discounted: money(discounted),
        received: money(received.max(0)),
        bad_debt: money(bad_debt),
        outstanding: money(order.outstanding),
        undelivered: money(order.undelivered()),
        credit_on_account: money(account.open_credit - account.held_credit),
        reservations,
        reservable: money(reservable),
        origin: order.origin,
        acts,
    })
}

/// What is still given up of a customer, by currency.
pub fn bad_debt_of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<Money>> {
    let sums: Vec<(Currency, i64)> = tx.all(NET_OF_CUSTOMER, p![customer])?;
    Ok(sums
        .into_iter()
        .filter(|(_, net)| *net != 0)
        .map(|(currency, net)| Money::new(net, currency))
        .collect())
}

/// An open item of a customer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenItemView {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    /// `debit`: the customer owes it; `credit`: money or credit notes on account.
    pub side: String,
    pub kind: EntryKind,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub due_date: Day,
    pub days_overdue: i64,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub open: Money,
    /// Stands on an issued statement.
    pub billed: bool,
    /// What of a credit waits for orders and is not free.
    #[schema(value_type = String)]
    pub reserved: Money,
    /// A deposit or guarantee: used or returned by an act of its own.
    pub held: bool,
}

/// What a customer owes and has on account, in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenAccount {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub balance: Money,
    #[schema(value_type = String)]
    pub open_debit: Money,
    #[schema(value_type = String)]
    pub open_credit: Money,
    /// Given up as bad debt and not come back.
    #[schema(value_type = String)]
    pub bad_debt: Money,
    /// What the customer owes, oldest first.
    pub debits: Vec<OpenItemView>,
    pub credits: Vec<OpenItemView>,
}

/// Every account of a customer with its balance.
pub(crate) fn accounts(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<(AccountId, Currency, i64)>> {
    tx.each(ACCOUNTS_OF_CUSTOMER, p![customer], |row| {
        Ok((row.get(0)?, row.get(3)?, row.get(4)?))
    })
}

/// The open items of every account of a customer.
pub fn open_items(tx: &mut Tx<'_>, customer: CustomerId, today: Day) -> db::Result<Vec<OpenAccount>> {
    type Account = (AccountId, String, String, Currency, i64, i64, i64);
    let accounts: Vec<Account> = tx.all(ACCOUNTS_OF_CUSTOMER, p![customer])?;
    let given_up = bad_debt_of_customer(tx, customer)?;
    let mut answer = Vec::with_capacity(accounts.len());
    for (account_id, customer_code, customer_name, currency, balance, debit, credit) in accounts {
        let billed: HashSet<EntryId> = tx.all(BILLED, p![account_id])?.into_iter().collect();
        let debits = ledger::open_items(tx, account_id, Side::Debit)?;
        let account = ledger::find_account(tx, account_id)?;
        let reserved = ledger::reserved_by_credit(tx, &account)?;
        let debits = views(debits, currency, today, &billed, &reserved);
        let credits = ledger::open_items(tx, account_id, Side::Credit)?;
        let credits = views(credits, currency, today, &billed, &reserved);
        let bad_debt = given_up
            .iter()
            .find(|money| money.currency == currency)
            .map_or(0, |money| money.minor);
        answer.push(OpenAccount {
            account_id,
            customer_code,
            customer_name,
            currency,
            balance: Money::new(balance, currency),
            open_debit: Money::new(debit, currency),
            open_credit: Money::new(credit, currency),
            bad_debt: Money::new(bad_debt, currency),
            debits,
            credits,
        });
    }
    Ok(answer)
}

fn views(
    items: Vec<ledger::OpenItem>,
    currency: Currency,
    today: Day,
    billed: &HashSet<EntryId>,
    reserved: &HashMap<EntryId, i64>,
) -> Vec<OpenItemView> {
    let view = |item: ledger::OpenItem| OpenItemView {
        entry_id: item.entry,
        side: if item.side == 1 { "debit" } else { "credit" }.to_owned(),
        kind: item.kind,
        document_kind: item.document_kind,
        document_id: item.document_id.to_string(),
        document_no: item.document_no,
        order_id: item.order,
        date: item.basis_date,
        due_date: item.due_date,
        days_overdue: if item.side == 1 {
            rules::days_overdue(item.due_date, today)
        } else {
            0
        },
        amount: Money::new(item.amount, currency),
        open: Money::new(item.open, currency),
        held: item.held,
        billed: billed.contains(&item.entry),
        reserved: Money::new(reserved.get(&item.entry).copied().unwrap_or(0), currency),
    };
    items.into_iter().map(view).collect()
}

/// A line of the customer ledger with the balance after it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LedgerLineView {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub kind: EntryKind,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub due_date: Day,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub balance: Money,
    #[schema(value_type = String)]
    pub open: Money,
    /// Not shown to the customer.
    pub internal: bool,
    pub reason: String,
}

/// A page of the customer ledger, newest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LedgerPage {
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
    #[schema(value_type = Option<String>)]
    pub account_id: Option<AccountId>,
    pub items: Vec<LedgerLineView>,
    pub next: Option<String>,
}

const LEDGER_PAGE: usize = 100;

/// The ledger of a customer in one currency (`None`: the customer's own), newest first; as it stands, or as it
/// was at the end of a day.
pub fn customer_ledger(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Option<Currency>,
    as_of: Option<Day>,
    after: Option<&str>,
) -> db::Result<LedgerPage> {
    let account = match currency {
        Some(currency) => ledger::account_of_customer(tx, customer, currency)?,
        None => store::account_of_customer(tx, customer)?,
    };
    let account = account.ok_or_else(refusals::account_not_found)?;
    let currency = ledger::find_account(tx, account)?.currency;
    let place = after.map(place).transpose()?;
    let mut lines = ledger::customer_ledger(tx, account, as_of, place, LEDGER_PAGE as i64 + 1)?;
    let more = lines.len() > LEDGER_PAGE;
    lines.truncate(LEDGER_PAGE);
    let last = lines
        .last()
        .map(|line| format!("{}.{}", line.basis_date, line.entry));
    let money = |minor| Money::new(minor, currency);
    let items = lines
        .into_iter()
        .map(|line| LedgerLineView {
            entry_id: line.entry,
            kind: line.kind,
            date: line.basis_date,
            due_date: line.due_date,
            document_kind: line.document_kind,
            document_id: line.document_id.to_string(),
            document_no: line.document_no,
            amount: money(line.amount),
            balance: money(line.running),
            open: money(line.open),
            internal: line.internal,
            reason: line.reason,
        })
        .collect();
    Ok(LedgerPage {
        currency: Some(currency),
        account_id: Some(account),
        items,
        next: last.filter(|_| more),
    })
}

fn place(cursor: &str) -> db::Result<(Day, EntryId)> {
    let bad = || base::Refusal::invalid("kit.unreadable_cursor").on("after");
    let (day, entry) = cursor.split_once('.').ok_or_else(bad)?;
    Ok((day.parse().map_err(|_| bad())?, entry.parse().map_err(|_| bad())?))
}

/// What an account owes by age. Overdue is everything but `not_due`.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Ageing {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[serde(flatten)]
    pub ages: Ages,
}

/// Open amounts by age, in one currency. `balance` = `owed` - `on_account`.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct Ages {
    #[schema(value_type = String)]
    pub not_due: Money,
    #[schema(value_type = String)]
    pub days_1_30: Money,
    #[schema(value_type = String)]
    pub days_31_60: Money,
    #[schema(value_type = String)]
    pub days_61_90: Money,
    #[schema(value_type = String)]
    pub days_over_90: Money,
    #[schema(value_type = String)]
    pub overdue: Money,
    #[schema(value_type = String)]
    pub owed: Money,
    #[schema(value_type = String)]
    pub on_account: Money,
    #[schema(value_type = String)]
    pub balance: Money,
}

impl Ages {
    fn new(currency: Currency, parts: [i64; 6]) -> Ages {
        let money = |minor| Money::new(minor, currency);
        let [not_due, a, b, c, d, credit] = parts;
        let overdue = a + b + c + d;
        Ages {
            not_due: money(not_due),
            days_1_30: money(a),
            days_31_60: money(b),
            days_61_90: money(c),
            days_over_90: money(d),
            overdue: money(overdue),
            owed: money(not_due + overdue),
            on_account: money(credit),
            balance: money(not_due + overdue - credit),
        }
    }
}

/// Ages of a whole company in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AgeTotal {
    #[schema(value_type = String)]
    pub currency: Currency,
    #[serde(flatten)]
    pub ages: Ages,
}

impl AgeTotal {
    pub fn nothing(currency: Currency) -> AgeTotal {
        let ages = Ages::new(currency, [0; 6]);
        AgeTotal { currency, ages }
    }
}

/// Receivables by age on a day: customers with the most overdue first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AgeingPage {
    #[schema(value_type = String)]
    pub as_of: Day,
    pub totals: Vec<AgeTotal>,
    pub items: Vec<Ageing>,
    pub next: Option<String>,
    pub count: i64,
    pub count_is_capped: bool,
}

impl FromRow for Ageing {
    fn from_row(row: &Row<'_>) -> db::Result<Ageing> {
        let currency: Currency = row.get(4)?;
        let mut parts = [0; 6];
        for (index, part) in parts.iter_mut().enumerate() {
            *part = row.get(5 + index)?;
        }
        Ok(Ageing {
            account_id: row.get(0)?,
            customer_id: row.get(1)?,
            customer_code: row.get(2)?,
            customer_name: row.get(3)?,
            currency,
            ages: Ages::new(currency, parts),
        })
    }
}

/// The sums of a currency, over how many accounts, and how many of them are overdue.
struct Sums {
    total: AgeTotal,
    accounts: i64,
    overdue: i64,
}

impl FromRow for Sums {
    fn from_row(row: &Row<'_>) -> db::Result<Sums> {
        let currency: Currency = row.get(0)?;
        let mut parts = [0; 6];
        for (index, part) in parts.iter_mut().enumerate() {
            *part = row.get(3 + index)?;
        }
        let ages = Ages::new(currency, parts);
        Ok(Sums {
            total: AgeTotal { currency, ages },
            accounts: row.get(1)?,
            overdue: row.get(2)?,
        })
    }
}

/// The first parameters of every statement about ages: where one age ends and the next begins.
fn ends(day: Day) -> Vec<db::Value> {
    p![day, day.plus(-30), day.plus(-60), day.plus(-90)]
}

/// `as_of` `None`: now, from the open items; a day: from entries and allocations as they counted then.
fn age_sums(
    tx: &mut Tx<'_>,
    today: Day,
    as_of: Option<Day>,
    customer: Option<CustomerId>,
) -> db::Result<Vec<Sums>> {
    let mut params = ends(as_of.unwrap_or(today));
    params.extend(p![customer.map_or(0, CustomerId::raw)]);
    match as_of {
        None => tx.all(AGE_TOTALS_NOW, params),
        Some(day) => tx.all(AGE_TOTALS_AS_OF, params.into_iter().chain(p![day]).collect()),
    }
}

/// What is owed by age on a day, one row a currency.
pub fn age_totals(tx: &mut Tx<'_>, today: Day, as_of: Option<Day>) -> db::Result<Vec<AgeTotal>> {
    let sums = age_sums(tx, today, as_of, None)?;
    Ok(sums.into_iter().map(|sums| sums.total).collect())
}

/// Receivables by age. Paged by position. A past day is one pass over entries and allocations, whatever page is
/// shown; the present is read from the open items, sums and page apart.
pub fn ageing(
    tx: &mut Tx<'_>,
    today: Day,
    as_of: Option<Day>,
    customer: Option<CustomerId>,
    (after, limit): (usize, usize),
) -> db::Result<AgeingPage> {
    let mut params = ends(as_of.unwrap_or(today));
    params.extend(p![customer.map_or(0, CustomerId::raw)]);
    let (totals, items, count) = match as_of {
        None => {
            let sums = age_sums(tx, today, None, customer)?;
            params.extend(p![limit, after]);
            let count: i64 = sums.iter().map(|sums| sums.accounts).sum();
            let totals = sums.into_iter().map(|sums| sums.total).collect();
            (
                totals,
                tx.all::<Ageing>(AGES_NOW, params)?,
                usize::try_from(count)?,
            )
        }
        Some(day) => {
            params.extend(p![day, i64::MAX, 0_i64]);
            let all: Vec<Ageing> = tx.all(AGES_AS_OF, params)?;
            let (totals, count) = (summed(&all)?, all.len());
            (totals, all.into_iter().skip(after).take(limit).collect(), count)
        }
    };
    let shown = after + items.len();
    Ok(AgeingPage {
        as_of: as_of.unwrap_or(today),
        totals,
        next: (shown < count && !items.is_empty()).then(|| shown.to_string()),
        items,
        count: i64::try_from(count)?,
        count_is_capped: false,
    })
}

/// The sums of accounts that are in the order of their currencies.
fn summed(rows: &[Ageing]) -> db::Result<Vec<AgeTotal>> {
    let mut sums: Vec<(Currency, [i128; 6])> = Vec::new();
    for row in rows {
        if sums.last().is_none_or(|last| last.0 != row.currency) {
            sums.push((row.currency, [0; 6]));
        }
        let ages = &row.ages;
        let parts = [
            ages.not_due,
            ages.days_1_30,
            ages.days_31_60,
            ages.days_61_90,
            ages.days_over_90,
            ages.on_account,
        ];
        if let Some((_, sum)) = sums.last_mut() {
            for (sum, part) in sum.iter_mut().zip(parts) {
                *sum += i128::from(part.minor);
            }
        }
    }
    let mut totals = Vec::with_capacity(sums.len());
    for (currency, sums) in sums {
        let mut parts = [0; 6];
        for (part, sum) in parts.iter_mut().zip(sums) {
            *part = i64::try_from(sum)?;
        }
        let ages = Ages::new(currency, parts);
        totals.push(AgeTotal { currency, ages });
    }
    Ok(totals)
}

/// A row of `report balances`.
#[derive(Clone, Debug)]
pub struct BalanceRow {
    pub customer_code: String,
    pub customer_name: String,
    pub currency: Currency,
    pub balance: Money,
    pub open_debit: Money,
    pub open_credit: Money,
}

/// What every account came to at the end of a day, by customer code.
pub fn balances(tx: &mut Tx<'_>, as_of: Day) -> db::Result<Vec<BalanceRow>> {
    type Name = (AccountId, Id<parties::Customer>, String, String, Currency);
    let found = ledger::balances_as_of(tx, as_of)?;
    let mut found: HashMap<AccountId, ledger::AccountBalance> =
        found.into_iter().map(|row| (row.account, row)).collect();
    let names: Vec<Name> = tx.all(ACCOUNT_NAMES, p![])?;
    let row = |(account, _, customer_code, customer_name, currency): Name| {
        let row = found.remove(&account)?;
        let money = |minor| Money::new(minor, currency);
        Some(BalanceRow {
            customer_code,
            customer_name,
            currency,
            balance: money(row.balance),
            open_debit: money(row.open_debit),
            open_credit: money(row.open_credit),
        })
    };
    Ok(names.into_iter().filter_map(row).collect())
}

/// A customer at or near the limit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LimitUse {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub exposure: Money,
    #[schema(value_type = String)]
    pub limit: Money,
    /// Negative while there is room.
    #[schema(value_type = String)]
    pub over: Money,
}

/// Credits that close nothing yet, in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CreditTotal {
    #[schema(value_type = String)]
    pub currency: Currency,
    pub count: i64,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// What waits to be done, as counts.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Work {
    pub draft_orders: i64,
    pub draft_deliveries: i64,
    /// Released, not yet posted: goods on their way without a receivable.
    pub released_deliveries: i64,
    pub draft_returns: i64,
    /// Open items that fall due today and in the six days after.
    pub due_this_week: i64,
    pub credits_on_account: i64,
}

/// The figures of the start page that belong to receivables.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Start {
    #[schema(value_type = String)]
    pub as_of: Day,
    /// Receivable by age, one row a currency.
    pub ages: Vec<AgeTotal>,
    /// The ten customers with the most overdue, per currency.
    pub top_overdue: Vec<Ageing>,
    pub customers_overdue: i64,
    /// The ten farthest over, or nearest to, their limit.
    pub limits: Vec<LimitUse>,
    pub customers_over_limit: i64,
    /// At 80 % of the limit or more, and not over it.
    pub customers_near_limit: i64,
    pub on_account: Vec<CreditTotal>,
    pub work: Work,
}

const TOP: usize = 10;

pub fn start(tx: &mut Tx<'_>, today: Day) -> db::Result<Start> {
    let sums = age_sums(tx, today, None, None)?;
    let mut top_overdue = Vec::new();
    for sums in sums.iter().filter(|sums| sums.overdue > 0) {
        let mut params = ends(today);
        params.extend(p![sums.total.currency, TOP]);
        top_overdue.extend(tx.all::<Ageing>(LATEST, params)?);
    }
    let customers_overdue = sums.iter().map(|sums| sums.overdue).sum();
    let limits = limit_uses(tx)?;
    let over = limits.iter().filter(|row| row.over.minor > 0).count();
    let near = limits.len() - over;
    let on_account: Vec<CreditTotal> = tx.each(ON_ACCOUNT, p![], |row| {
        let currency: Currency = row.get(0)?;
        let amount = Money::new(row.get(2)?, currency);
        Ok(CreditTotal {
            currency,
            count: row.get(1)?,
            amount,
        })
    })?;
    let work = Work {
        draft_orders: tx.one(ORDERS_BY_STATE, p!["draft"])?,
        draft_deliveries: tx.one(DELIVERIES_BY_STATE, p!["delivery", "draft"])?,
        released_deliveries: tx.one(DELIVERIES_BY_STATE, p!["delivery", "released"])?,
        draft_returns: tx.one(DELIVERIES_BY_STATE, p!["return", "draft"])?,
        due_this_week: tx.one(DUE_BETWEEN, p![today, today.plus(6)])?,
        credits_on_account: on_account.iter().map(|total| total.count).sum(),
    };
    Ok(Start {
        as_of: today,
        ages: sums.into_iter().map(|sums| sums.total).collect(),
        top_overdue,
        customers_overdue,
        limits: limits.into_iter().take(TOP).collect(),
        customers_over_limit: i64::try_from(over)?,
        customers_near_limit: i64::try_from(near)?,
        on_account,
        work,
    })
}

fn limit_uses(tx: &mut Tx<'_>) -> db::Result<Vec<LimitUse>> {
    tx.each(LIMITS, p![], |row| {
        let currency: Currency = row.get(3)?;
        let (exposure, limit): (i64, i64) = (row.get(4)?, row.get(5)?);
        Ok(LimitUse {
            customer_id: row.get(0)?,
            customer_code: row.get(1)?,
            customer_name: row.get(2)?,
            currency,
            exposure: Money::new(exposure, currency),
            limit: Money::new(limit, currency),
            over: Money::new(exposure - limit, currency),
        })
    })
}
