use base::{Currency, Day, Instant, Money, Price, Quantity, Refusal, UserId};
use catalog::ProductId;
use db::{Row, Tx, p};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, EntryId, OrderId};
use parties::CustomerId;
use serde::Serialize;

use credit::{FindingView, HoldView, Step};

use crate::rules::Stock;
use crate::store;
use crate::types::{
    DeliveryId, DeliveryKind, DeliveryLine, DeliveryRow, DeliveryState, LineKind, OrderState, Origin,
};

db::statements! {
    CUSTOMER = "SELECT code, name FROM parties_v_customer WHERE company_id = $1 AND id = $2";
    SETTLEMENT_LINES = "SELECT line_no, kind, code, name, quantity_micro, price_micro, amount_minor, \
        entry_id, added_on, added_by FROM sales_order_line \
        WHERE company_id = $1 AND order_id = $2 AND kind <> 'goods' ORDER BY line_no";
    BILLED = "SELECT billed_minor, outstanding_minor FROM ledger_v_order \
        WHERE company_id = $1 AND order_id = $2";
    OPEN = "SELECT open_minor, due_date FROM ledger_v_open_item WHERE company_id = $1 AND entry_id = $2";
    DUE = "SELECT due_date FROM ledger_v_entry WHERE company_id = $1 AND id = $2";
    DELIVERY_NO = "SELECT no FROM sales_delivery WHERE company_id = $1 AND id = $2";
    RETURNS_OF = "SELECT id, no FROM sales_delivery WHERE company_id = $1 AND source_id = $2 ORDER BY id";
    A_NUMBER_LIKE = "SELECT id FROM sales_delivery WHERE company_id = $1 AND no >= $2 AND no < $3 LIMIT 1";
    AN_ORDER_LIKE = "SELECT id FROM sales_order \
        WHERE company_id = $1 AND origin = 'order' AND no >= $2 AND no < $3 LIMIT 1";
    CUSTOMERS_OF_TOKEN = "SELECT COUNT(*) FROM (SELECT id FROM parties_v_search \
        WHERE company_id = $1 AND token = $2 LIMIT $3) AS found";
}

/// The last text that begins with a prefix: numbers from the prefix on, before this.
fn after_all(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// A row of the order list: orders that were entered, not the direct ones.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderItem {
    #[schema(value_type = String)]
    pub id: OrderId,
    /// Absent in a draft.
    pub no: Option<String>,
    pub state: OrderState,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub order_date: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub total: Money,
    /// On released or posted deliveries.
    #[schema(value_type = String)]
    pub delivered: Money,
    pub version: i64,
}

impl db::FromRow for OrderItem {
    fn from_row(row: &Row<'_>) -> db::Result<OrderItem> {
        let currency: Currency = row.get(6)?;
        Ok(OrderItem {
            id: row.get(0)?,
            no: row.get(1)?,
            state: row.get(2)?,
            customer_id: row.get(3)?,
            customer_name: row.get(4)?,
            order_date: row.get(5)?,
            currency,
            total: Money::new(row.get(7)?, currency),
            delivered: Money::new(row.get(8)?, currency),
            version: row.get(9)?,
        })
    }
}

pub(crate) const ORDERS: ListSpec = ListSpec {
    columns: &[
        "o.id",
        "o.no",
        "o.state",
        "o.customer_id",
        "c.name",
        "o.order_date",
        "o.currency",
        "o.total_minor",
        "o.delivered_minor",
        "o.version",
    ],
    from: "sales_order o JOIN parties_v_customer c ON c.company_id = o.company_id AND c.id = o.customer_id",
    condition: "o.company_id = $1 AND o.origin = 'order'",
    id: "o.id",
    sorts: &[
        Sort {
            name: "date",
            expression: "o.order_date",
            column: Column::Day,
        },
        Sort {
            name: "total",
            expression: "o.total_minor",
            column: Column::Int,
        },
    ],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "state",
            condition: "o.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "o.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "salesperson_id",
            condition: "o.salesperson_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "from",
            condition: "o.order_date >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "o.order_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: few::ORDER_NUMBER,
            column: Column::Text,
        },
        Filter {
            name: "word2",
            condition: few::ORDER_WORD,
            column: Column::Text,
        },
        Filter {
            name: "word3",
            condition: few::ORDER_WORD,
            column: Column::Text,
        },
        Filter {
            name: "word4",
            condition: few::ORDER_WORD,
            column: Column::Text,
        },
        Filter {
            name: "word5",
            condition: few::ORDER_WORD,
            column: Column::Text,
        },
        Filter {
            name: "of_customer",
            condition: few::ORDERS_OF_CUSTOMER,
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "o.customer_id")),
};

pub(crate) fn orders(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<OrderItem>> {
    let mut query = query.clone();
    let mut few = of_customer_by_total(&mut query);
    let q = query.q.trim().to_uppercase();
    if !q.is_empty() {
        if tx.opt::<OrderId>(AN_ORDER_LIKE, p![&q, after_all(&q)])?.is_some() {
            query.q = String::new();
            query.filter.insert("no".to_owned(), q);
            few = true;
        } else {
            few |= finds_few(tx, &mut query)?;
        }
    }
    if few {
        FEW_ORDERS.page(tx, &query)
    } else {
        ORDERS.page(tx, &query)
    }
}

/// A row of the lists of deliveries and returns.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryItem {
    #[schema(value_type = String)]
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    pub state: DeliveryState,
    /// Absent until posted.
    pub no: Option<String>,
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub delivery_date: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// As it counts for the customer's debt: negative in a return.
    #[schema(value_type = String)]
    pub total: Money,
    pub line_count: i64,
    /// Whether a later document reversed this one.
    pub reversed: bool,
    /// Whether this document reverses an earlier one.
    pub reversal: bool,
    pub imported: bool,
    pub version: i64,
}

impl db::FromRow for DeliveryItem {
    fn from_row(row: &Row<'_>) -> db::Result<DeliveryItem> {
        let currency: Currency = row.get(8)?;
        Ok(DeliveryItem {
            id: row.get(0)?,
            kind: row.get(1)?,
            state: row.get(2)?,
            no: row.get(3)?,
            order_id: row.get(4)?,
            customer_id: row.get(5)?,
            customer_name: row.get(6)?,
            delivery_date: row.get(7)?,
            currency,
            total: Money::new(row.get(9)?, currency),
            line_count: row.get(10)?,
            reversed: row.get::<Option<DeliveryId>>(11)?.is_some(),
            reversal: row.get::<Option<DeliveryId>>(12)?.is_some(),
            imported: row.get(13)?,
            version: row.get(14)?,
        })
    }
}

/// Conditions that few rows meet. Each names its rows by a query that an index answers alone, and they
/// are read through [`narrow`]: without statistics SQLite would rather walk the whole list in order.
mod few {
    pub const NUMBER: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.no >= {} AND n.no < {} || '\u{10ffff}')";
    // The second condition on the state is the partial index's own.
    pub const OPEN: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.kind IN ('delivery', 'return') AND n.state = {} AND n.state <> 'posted')";
    pub const REVERSED: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.reversed_by IS NOT NULL)";
    pub const OF_ORDER: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.order_id = {})";
    pub const OF_SOURCE: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.source_id = {})";
    pub const OF_CUSTOMER: &str = "d.id IN (SELECT n.id FROM sales_delivery n WHERE n.company_id = $1 \
        AND n.customer_id = {})";
    /// A further word that the customer must have.
    pub const WORD: &str = "d.customer_id IN (SELECT w.id FROM parties_v_search w \
        WHERE w.company_id = $1 AND w.token = {})";
    pub const ORDER_WORD: &str = "o.customer_id IN (SELECT w.id FROM parties_v_search w \
        WHERE w.company_id = $1 AND w.token = {})";
    /// In the place of the search table: the documents of the customers found.
    pub const FOUND: &str = "(SELECT s.company_id AS company_id, s.token AS token, n.id AS id \
        FROM parties_v_search s CROSS JOIN sales_delivery n \
        WHERE n.company_id = s.company_id AND n.customer_id = s.id) AS found";
    pub const ORDERS_FOUND: &str = "(SELECT s.company_id AS company_id, s.token AS token, n.id AS id \
        FROM parties_v_search s CROSS JOIN sales_order n WHERE n.company_id = s.company_id \
        AND n.customer_id = s.id AND n.origin = 'order') AS found";
    pub const ORDER_NUMBER: &str = "o.id IN (SELECT n.id FROM sales_order n WHERE n.company_id = $1 \
        AND n.origin = 'order' AND n.no >= {} AND n.no < {} || '\u{10ffff}')";
    pub const ORDERS_OF_CUSTOMER: &str = "o.id IN (SELECT n.id FROM sales_order n WHERE n.company_id = $1 \
        AND n.origin = 'order' AND n.customer_id = {})";
}

/// The list with sorts that no index offers: what the conditions leave is sorted. `search` names the
/// documents of the customers that a word finds.
const fn narrow(
    list: ListSpec,
    search: Option<(&'static str, &'static str)>,
    sorts: &'static [Sort],
) -> ListSpec {
    ListSpec {
        sorts,
        search,
        ..list
    }
}
const FEW_DELIVERIES: ListSpec = narrow(
    DELIVERIES,
    Some((few::FOUND, "d.id")),
    &[
        Sort {
            name: "date",
            expression: "COALESCE(d.delivery_date, d.delivery_date)",
            column: Column::Day,
        },
        Sort {
            name: "total",
            expression: "COALESCE(d.total_minor, d.total_minor)",
            column: Column::Int,
        },
    ],
);
const FEW_ORDERS: ListSpec = narrow(
    ORDERS,
    Some((few::ORDERS_FOUND, "o.id")),
    &[
        Sort {
            name: "date",
            expression: "COALESCE(o.order_date, o.order_date)",
            column: Column::Day,
        },
        Sort {
            name: "total",
            expression: "COALESCE(o.total_minor, o.total_minor)",
            column: Column::Int,
        },
    ],
);

/// Customers up to which their documents are few enough to be sorted.
const FEW_CUSTOMERS: i64 = 200;

/// Whether the words are those of few customers. If so the rarest word stays what is searched for, and
/// the others are looked up for the customers it finds.
fn finds_few(tx: &mut Tx<'_>, query: &mut ListQuery) -> db::Result<bool> {
    let mut words = Vec::new();
    for token in kit::search::tokens_for_query(&query.q) {
        let found: i64 = tx.one(CUSTOMERS_OF_TOKEN, p![&token, FEW_CUSTOMERS + 1])?;
        words.push((found, token));
    }
    words.sort();
    let Some((found, rarest)) = words.first() else {
        return Ok(false);
    };
    if *found > FEW_CUSTOMERS {
        return Ok(false);
    }
    query.q = rarest.clone();
    for ((_, word), name) in words
        .into_iter()
        .skip(1)
        .zip(["word2", "word3", "word4", "word5"])
    {
        query.filter.insert(name.to_owned(), word);
    }
    Ok(true)
}

/// Both kinds; `kind` is always filtered, every index of the list begins with it.
pub(crate) const DELIVERIES: ListSpec = ListSpec {
    columns: &[
        "d.id",
        "d.kind",
        "d.state",
        "d.no",
        "d.order_id",
        "d.customer_id",
        "c.name",
        "d.delivery_date",
        "d.currency",
        "d.total_minor",
        "d.line_count",
        "d.reversed_by",
        "d.reversal_of",
        "d.imported",
        "d.version",
    ],
    from: "sales_delivery d \
        JOIN parties_v_customer c ON c.company_id = d.company_id AND c.id = d.customer_id",
    condition: "d.company_id = $1",
    id: "d.id",
    sorts: &[
        Sort {
            name: "date",
            expression: "d.delivery_date",
            column: Column::Day,
        },
        Sort {
            name: "total",
            expression: "d.total_minor",
            column: Column::Int,
        },
    ],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "kind",
            condition: "d.kind = {}",
            column: Column::Text,
        },
        Filter {
            name: "open",
            condition: few::OPEN,
            column: Column::Text,
        },
        Filter {
            name: "posted",
            condition: "d.state = 'posted'",
            column: Column::Text,
        },
        Filter {
            name: "reversed",
            condition: few::REVERSED,
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "d.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "of_customer",
            condition: few::OF_CUSTOMER,
            column: Column::Int,
        },
        Filter {
            name: "order_id",
            condition: few::OF_ORDER,
            column: Column::Int,
        },
        Filter {
            name: "source_id",
            condition: few::OF_SOURCE,
            column: Column::Int,
        },
        Filter {
            name: "from",
            condition: "d.delivery_date >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "d.delivery_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: few::NUMBER,
            column: Column::Text,
        },
        Filter {
            name: "word2",
            condition: few::WORD,
            column: Column::Text,
        },
        Filter {
            name: "word3",
            condition: few::WORD,
            column: Column::Text,
        },
        Filter {
            name: "word4",
            condition: few::WORD,
            column: Column::Text,
        },
        Filter {
            name: "word5",
            condition: few::WORD,
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "d.customer_id")),
};

/// `filter[state]` is one of draft, released, posted, reversed; `filter[kind]` is delivery unless
/// return is asked for, or either where the order or source is given.
pub(crate) fn deliveries(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<DeliveryItem>> {
    let mut query = query.clone();
    let mut few = false;
    if let Some(state) = query.filter.remove("state") {
        let (name, value) = match state.as_str() {
            "draft" | "released" => ("open", state),
            "posted" => ("posted", "true".to_owned()),
            "reversed" => ("reversed", "true".to_owned()),
            _ => return Err(unreadable("filter[state]", &state).into()),
        };
        few |= name != "posted";
        query.filter.insert(name.to_owned(), value);
    }
    let narrow = ["order_id", "source_id"]
        .iter()
        .any(|name| query.filter.contains_key(*name));
    few |= narrow | of_customer_by_total(&mut query);
    if !narrow {
        let kind = DeliveryKind::Delivery.as_str();
        query
            .filter
            .entry("kind".to_owned())
            .or_insert_with(|| kind.to_owned());
    }
    let q = query.q.trim().to_uppercase();
    if !q.is_empty() {
        if tx
            .opt::<DeliveryId>(A_NUMBER_LIKE, p![&q, after_all(&q)])?
            .is_some()
        {
            query.q = String::new();
            query.filter.insert("no".to_owned(), q);
            few = true;
        } else {
            few |= finds_few(tx, &mut query)?;
        }
    }
    if few {
        FEW_DELIVERIES.page(tx, &query)
    } else {
        DELIVERIES.page(tx, &query)
    }
}

/// One customer's documents by amount have no index of their own, but are few.
fn of_customer_by_total(query: &mut ListQuery) -> bool {
    if !query.sort.ends_with("total") {
        return false;
    }
    let Some(customer) = query.filter.remove("customer_id") else {
        return false;
    };
    query.filter.insert("of_customer".to_owned(), customer);
    true
}

fn unreadable(field: &str, value: &str) -> Refusal {
    Refusal::invalid("kit.unreadable_filter")
        .on(field)
        .with("value", value)
}

pub(crate) fn list_statements() -> Vec<String> {
    [ORDERS, FEW_ORDERS, DELIVERIES, FEW_DELIVERIES]
        .iter()
        .flat_map(ListSpec::statements)
        .collect()
}

/// A goods line of an order or delivery.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LineView {
    pub line_no: i64,
    #[schema(value_type = String)]
    pub product_id: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    /// Signed in deliveries and returns: negative where goods come back.
    #[schema(value_type = String)]
    pub quantity: Quantity,
    #[schema(value_type = String)]
    pub price: Price,
    #[schema(value_type = String)]
    pub amount: Money,
    /// In an order: on released or posted deliveries.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_line_no: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line_no: Option<i64>,
}

/// A settlement line of an order: quantity in currency units at a price of -1 or +1.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SettlementView {
    pub line_no: i64,
    pub kind: LineKind,
    pub code: String,
    pub name: String,
    #[schema(value_type = String)]
    pub quantity: Quantity,
    #[schema(value_type = String)]
    pub price: Price,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    #[schema(value_type = String)]
    pub added_on: Day,
    #[schema(value_type = String)]
    pub added_by: UserId,
}

/// Another document, to be opened.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DocumentLink {
    pub id: String,
    pub no: Option<String>,
}

/// An order with everything that happened to it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderView {
    #[schema(value_type = String)]
    pub id: OrderId,
    pub origin: Origin,
    pub state: OrderState,
    pub no: Option<String>,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub order_date: Day,
    #[schema(value_type = Option<String>)]
    pub salesperson_id: Option<UserId>,
    pub remark: String,
    /// Goods lines; settlement lines never change it.
    #[schema(value_type = String)]
    pub total: Money,
    #[schema(value_type = String)]
    pub delivered: Money,
    /// Billed by deliveries and returns in the ledger.
    #[schema(value_type = String)]
    pub billed: Money,
    #[schema(value_type = String)]
    pub outstanding: Money,
    /// Order total and settlement lines.
    #[schema(value_type = String)]
    pub settlement_total: Money,
    /// When it was confirmed; the limit is absent where there is none.
    #[schema(value_type = Option<String>)]
    pub exposure: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    /// Why the rest was cancelled.
    pub reason: String,
    /// That it waits for credit, and why.
    pub hold: Option<HoldView>,
    pub version: i64,
    #[schema(value_type = String)]
    pub created_at: Instant,
    pub lines: Vec<LineView>,
    pub settlement_lines: Vec<SettlementView>,
    pub deliveries: Vec<DeliveryItem>,
}

/// An order for its page.
pub(crate) fn order_view(tx: &mut Tx<'_>, id: OrderId) -> db::Result<OrderView> {
    let row = store::order(tx, id)?;
    let currency = row.currency;
    let money = |minor| Money::new(minor, currency);
    let (customer_code, customer_name) = tx.one(CUSTOMER, p![row.customer])?;
    let lines = store::order_lines(tx, id)?
        .into_iter()
        .filter(|line| line.kind == LineKind::Goods);
    let lines = lines.map(|line| LineView {
        line_no: line.line_no,
        product_id: line.product,
        code: line.code,
        name: line.name,
        unit: line.unit,
        quantity: line.quantity,
        price: line.price,
        amount: money(line.amount),
        delivered_quantity: Some(line.delivered_quantity),
        order_line_no: None,
        source_line_no: None,
    });
    let lines: Vec<LineView> = lines.collect();
    let settlement_lines = settlement_lines(tx, id, currency)?;
    let settled: i64 = settlement_lines.iter().map(|line| line.amount.minor).sum();
    let billed: Option<(i64, i64)> = tx.opt(BILLED, p![id])?;
    let (billed, outstanding) = billed.unwrap_or_default();
    Ok(OrderView {
        id,
        origin: row.origin,
        state: row.state,
        no: row.no,
        customer_id: row.customer,
        customer_code,
        customer_name,
        account_id: row.account,
        currency,
        order_date: row.order_date,
        salesperson_id: row.salesperson,
        remark: row.remark,
        total: money(row.total),
        delivered: money(row.delivered),
        billed: money(billed),
        outstanding: money(outstanding),
        settlement_total: money(row.total.saturating_add(settled)),
        exposure: row.exposure.map(money),
        limit: row.limit.map(money),
        reason: row.reason,
        hold: match row.state {
            OrderState::Held => credit::hold_of(tx, "order", id.raw())?,
            _ => None,
        },
        version: row.version,
        created_at: row.created_at,
        lines,
        settlement_lines,
        deliveries: documents_of_order(tx, id)?,
    })
}

fn settlement_lines(tx: &mut Tx<'_>, id: OrderId, currency: Currency) -> db::Result<Vec<SettlementView>> {
    tx.each(SETTLEMENT_LINES, p![id], |row| {
        Ok(SettlementView {
            line_no: row.get(0)?,
            kind: row.get(1)?,
            code: row.get(2)?,
            name: row.get(3)?,
            quantity: row.get(4)?,
            price: row.get(5)?,
            amount: Money::new(row.get(6)?, currency),
            entry_id: row.get(7)?,
            added_on: row.get(8)?,
            added_by: row.get(9)?,
        })
    })
}

/// Deliveries, returns and reversals of an order; the first 200.
fn documents_of_order(tx: &mut Tx<'_>, id: OrderId) -> db::Result<Vec<DeliveryItem>> {
    let mut query = ListQuery {
        sort: "date".to_owned(),
        limit: Some(200),
        ..ListQuery::default()
    };
    query.filter.insert("order_id".to_owned(), id.to_string());
    Ok(FEW_DELIVERIES.page(tx, &query)?.items)
}

/// A delivery, return or reversal.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    #[schema(value_type = String)]
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    pub state: DeliveryState,
    pub no: Option<String>,
    /// The order it delivers; a direct one made by the document itself is left out.
    pub order: Option<DocumentLink>,
    /// The order behind the receivable, direct ones too.
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    /// The delivery that a return takes back.
    pub source: Option<DocumentLink>,
    pub reversal_of: Option<DocumentLink>,
    pub reversed_by: Option<DocumentLink>,
    /// Returns that take something of this delivery back.
    pub returns: Vec<DocumentLink>,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub delivery_date: Day,
    #[schema(value_type = Option<String>)]
    pub salesperson_id: Option<UserId>,
    pub remark: String,
    pub reason: String,
    /// As it counts for the customer's debt: negative in a return.
    #[schema(value_type = String)]
    pub total: Money,
    #[schema(value_type = Option<String>)]
    pub entry_id: Option<EntryId>,
    /// What is left of its entry.
    #[schema(value_type = String)]
    pub open: Money,
    #[schema(value_type = Option<String>)]
    pub due_date: Option<Day>,
    #[schema(value_type = Option<String>)]
    pub exposure: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    /// That a draft waits for credit, and why.
    pub hold: Option<HoldView>,
    pub imported: bool,
    pub version: i64,
    #[schema(value_type = String)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub posted_at: Option<Instant>,
    pub lines: Vec<LineView>,
}

impl OrderView {
    /// Without what only those may see who may read about credit.
    pub(crate) fn seen_by(mut self, reads_credit: bool) -> OrderView {
        if !reads_credit {
            (self.exposure, self.limit) = (None, None);
            self.hold = self.hold.map(without_figures);
        }
        self
    }
}

impl DeliveryView {
    /// As [`OrderView::seen_by`].
    pub(crate) fn seen_by(mut self, reads_credit: bool) -> DeliveryView {
        if !reads_credit {
            (self.exposure, self.limit) = (None, None);
            self.hold = self.hold.map(without_figures);
        }
        self
    }
}

fn without_figures(mut hold: HoldView) -> HoldView {
    hold.reasons.clear();
    hold
}

/// A delivery, return or reversal for its page.
pub(crate) fn delivery_view(tx: &mut Tx<'_>, id: DeliveryId) -> db::Result<DeliveryView> {
    let row = store::delivery(tx, id)?;
    let money = |minor| Money::new(minor, row.currency);
    let (customer_code, customer_name) = tx.one(CUSTOMER, p![row.customer])?;
    let lines = store::delivery_lines(tx, id)?;
    let lines = lines
        .into_iter()
        .map(|line| line_view(line, row.currency))
        .collect();
    let (open, due_date) = open_and_due(tx, &row)?;
    let returns: Vec<(DeliveryId, Option<String>)> = tx.all(RETURNS_OF, p![id])?;
    Ok(DeliveryView {
        id,
        kind: row.kind,
        state: row.state,
        order: order_link(tx, row.order)?,
        order_id: row.order,
        source: link(tx, row.source)?,
        reversal_of: link(tx, row.reversal_of)?,
        reversed_by: link(tx, row.reversed_by)?,
        returns: returns
            .into_iter()
            .map(|(id, no)| DocumentLink {
                id: id.to_string(),
                no,
            })
            .collect(),
        customer_id: row.customer,
        customer_code,
        customer_name,
        account_id: row.account,
        currency: row.currency,
        delivery_date: row.delivery_date,
        salesperson_id: row.salesperson,
        total: money(row.total),
        entry_id: row.entry,
        open: money(open),
        due_date,
        exposure: row.exposure.map(money),
        limit: row.limit.map(money),
        hold: match row.state {
            DeliveryState::Draft => credit::hold_of(tx, row.kind.as_str(), id.raw())?,
            _ => None,
        },
        imported: row.imported,
        version: row.version,
        created_at: row.created_at,
        posted_at: row.posted_at,
        no: row.no,
        remark: row.remark,
        reason: row.reason,
        lines,
    })
}

fn line_view(line: DeliveryLine, currency: Currency) -> LineView {
    LineView {
        line_no: line.line_no,
        product_id: line.product,
        code: line.code,
        name: line.name,
        unit: line.unit,
        quantity: line.quantity,
        price: line.price,
        amount: Money::new(line.amount, currency),
        delivered_quantity: None,
        order_line_no: line.order_line,
        source_line_no: line.source_line,
    }
}

fn open_and_due(tx: &mut Tx<'_>, row: &DeliveryRow) -> db::Result<(i64, Option<Day>)> {
    let Some(entry) = row.entry else {
        return Ok((0, None));
    };
    if let Some((open, due)) = tx.opt::<(i64, Day)>(OPEN, p![entry])? {
        return Ok((if row.total < 0 { -open } else { open }, Some(due)));
    }
    Ok((0, tx.opt(DUE, p![entry])?))
}

fn order_link(tx: &mut Tx<'_>, id: Option<OrderId>) -> db::Result<Option<DocumentLink>> {
    let Some(id) = id else { return Ok(None) };
    let row = store::order(tx, id)?;
    let entered = row.origin == Origin::Order;
    Ok(entered.then(|| DocumentLink {
        id: id.to_string(),
        no: row.no,
    }))
}

fn link(tx: &mut Tx<'_>, id: Option<DeliveryId>) -> db::Result<Option<DocumentLink>> {
    let Some(id) = id else { return Ok(None) };
    let no: Option<String> = tx.one(DELIVERY_NO, p![id])?;
    Ok(Some(DocumentLink {
        id: id.to_string(),
        no,
    }))
}

/// What may still be taken of a line.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TakeableLine {
    pub line_no: i64,
    #[schema(value_type = String)]
    pub product_id: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    #[schema(value_type = String)]
    pub quantity: Quantity,
    #[schema(value_type = String)]
    pub taken: Quantity,
    #[schema(value_type = String)]
    pub left: Quantity,
    #[schema(value_type = String)]
    pub price: Price,
    /// What is left of the line's amount.
    #[schema(value_type = String)]
    pub amount_left: Money,
}

fn takeable(
    stock: Stock,
    currency: Currency,
    (product_id, name, unit): (ProductId, String, String),
) -> TakeableLine {
    TakeableLine {
        line_no: stock.line_no,
        product_id,
        name,
        unit,
        quantity: stock.quantity,
        taken: stock.taken_quantity,
        left: stock.left(),
        price: stock.price,
        amount_left: Money::new(stock.amount_left(), currency),
        code: stock.code,
    }
}

/// The goods lines of an order with what is still to be delivered.
pub(crate) fn deliverable(tx: &mut Tx<'_>, id: OrderId) -> db::Result<Vec<TakeableLine>> {
    let row = store::order(tx, id)?;
    let lines = store::order_lines(tx, id)?;
    let stock = store::order_stock(&lines);
    let goods = lines.into_iter().filter(|line| line.kind == LineKind::Goods);
    let zipped = stock.into_iter().zip(goods);
    Ok(zipped
        .map(|(part, line)| takeable(part, row.currency, (line.product, line.name, line.unit)))
        .collect())
}

/// The lines of a delivery with what may still come back.
pub(crate) fn returnable(tx: &mut Tx<'_>, id: DeliveryId) -> db::Result<Vec<TakeableLine>> {
    let row = store::delivery(tx, id)?;
    let lines = store::delivery_lines(tx, id)?;
    let stock = store::delivery_stock(tx, id, &lines)?;
    let zipped = stock.into_iter().zip(lines);
    Ok(zipped
        .map(|(part, line)| takeable(part, row.currency, (line.product, line.name, line.unit)))
        .collect())
}

/// What a document being entered would come to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PreviewView {
    #[schema(value_type = String)]
    pub currency: Currency,
    /// In the order of the lines sent.
    pub lines: Vec<PreviewLine>,
    #[schema(value_type = String)]
    pub total: Money,
    /// What the customer uses now, and would use afterwards. Figures of credit are absent for those who
    /// may not read them.
    #[schema(value_type = Option<String>)]
    pub exposure_before: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub exposure: Option<Money>,
    /// Absent: unlimited.
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub available: Option<Money>,
    /// What the credit check would say: `allow`, `warn`, `hold` or `block`.
    pub credit: String,
    /// Every rule that would be broken, the strictest first.
    pub reasons: Vec<FindingView>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PreviewLine {
    pub code: String,
    pub name: String,
    pub unit: String,
    #[schema(value_type = String)]
    pub price: Price,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// A preview's figures before they are put into words.
pub(crate) struct Previewed {
    pub account: AccountId,
    pub currency: Currency,
    pub lines: Vec<PreviewLine>,
    pub total: i64,
    pub step: Step,
    /// By how much the exposure rises.
    pub rise: i64,
    /// What the credit check measures; 0 where none is made.
    pub checked: i64,
}

pub(crate) fn preview_view(
    tx: &mut Tx<'_>,
    meta: &kit::Meta,
    preview: Previewed,
    reads_credit: bool,
) -> db::Result<PreviewView> {
    let account = ledger::find_account(tx, preview.account)?;
    let asked = (preview.rise, preview.checked);
    let (after, findings) = credit::preview(tx, meta, &account, preview.step, asked)?;
    let money = |minor| Money::new(minor, preview.currency);
    let shown = |minor| reads_credit.then(|| money(minor));
    let exposure = after.exposure.total();
    let reasons = findings.iter().filter(|_| reads_credit);
    Ok(PreviewView {
        currency: preview.currency,
        total: money(preview.total),
        exposure_before: shown(exposure.saturating_sub(preview.rise)),
        exposure: shown(exposure),
        limit: after.exposure.limit().and_then(shown),
        available: after.exposure.available().and_then(shown),
        credit: credit::rules::action(&findings).as_str().to_owned(),
        reasons: reasons
            .map(|finding| FindingView::of(finding, preview.currency))
            .collect(),
        lines: preview.lines,
    })
}
