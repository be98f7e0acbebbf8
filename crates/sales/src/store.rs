use base::Quantity;
use db::{Tx, Value, p};
use ledger::{EntryId, OrderId};

use crate::refusals;
use crate::rules::Stock;
use crate::types::{DeliveryId, DeliveryLine, DeliveryRow, LineKind, OrderLine, OrderRow};

db::statements! {
    POSTED_OF_ORDER = "SELECT COALESCE(CAST(SUM(total_minor) AS BIGINT), 0) FROM sales_delivery \
        WHERE company_id = $1 AND order_id = $2 AND kind = 'delivery' AND state = 'posted'";
    ORDER = "SELECT id, origin, state, no, seq, customer_id, account_id, currency, order_date, \
        salesperson_id, \
        remark, total_minor, delivered_minor, exposure_minor, limit_minor, reason, version, created_at, \
        created_by \
        FROM sales_order WHERE company_id = $1 AND id = $2";
    ORDER_LINES = "SELECT line_no, kind, product_id, code, name, unit, quantity_micro, price_micro, \
        amount_minor, \
        delivered_quantity_micro, delivered_minor FROM sales_order_line \
        WHERE company_id = $1 AND order_id = $2 ORDER BY line_no";
    INSERT_ORDER = "INSERT INTO sales_order \
        (company_id, id, origin, state, no, seq, customer_id, account_id, currency, order_date, \
        salesperson_id, \
         remark, total_minor, delivered_minor, exposure_minor, limit_minor, reason, version, created_at, \
         created_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    UPDATE_ORDER = "UPDATE sales_order SET state = $3, no = $4, seq = $5, customer_id = $6, account_id = $7, \
        currency = $8, order_date = $9, salesperson_id = $10, remark = $11, total_minor = $12, \
        delivered_minor = $13, exposure_minor = $14, limit_minor = $15, reason = $16, version = $17 \
        WHERE company_id = $1 AND id = $2";
    DELETE_ORDER_LINES = "DELETE FROM sales_order_line WHERE company_id = $1 AND order_id = $2";
    DELETE_ORDER = "DELETE FROM sales_order WHERE company_id = $1 AND id = $2";
    INSERT_ORDER_LINES = "INSERT INTO sales_order_line \
        (company_id, order_id, line_no, kind, product_id, code, name, unit, quantity_micro, price_micro, \
         amount_minor, delivered_quantity_micro, delivered_minor, entry_id, added_on, added_at, added_by) \
         VALUES";
    SET_ORDER_LINE = "UPDATE sales_order_line SET quantity_micro = $4, price_micro = $5, amount_minor = $6 \
        WHERE company_id = $1 AND order_id = $2 AND line_no = $3";
    DELETE_ORDER_LINE = "DELETE FROM sales_order_line WHERE company_id = $1 AND order_id = $2 AND line_no = $3 \
        AND kind = 'goods'";
    GIVEN_UP = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM sales_order_line \
        WHERE company_id = $1 AND order_id = $2 AND kind <> 'goods'";
    LAST_ORDER_LINE = "SELECT COALESCE(MAX(line_no), 0) FROM sales_order_line WHERE company_id = $1 AND \
        order_id = $2";
    SET_DELIVERED = "UPDATE sales_order_line SET delivered_quantity_micro = $4, delivered_minor = $5 \
        WHERE company_id = $1 AND order_id = $2 AND line_no = $3";

    DELIVERY = "SELECT id, kind, state, no, seq, order_id, customer_id, account_id, currency, delivery_date, \
        salesperson_id, remark, total_minor, line_count, entry_id, source_id, reversal_of, reversed_by, \
        reason, \
        exposure_minor, limit_minor, imported, version, created_at, created_by, posted_at \
        FROM sales_delivery WHERE company_id = $1 AND id = $2";
    DELIVERY_LINES = "SELECT line_no, order_line_no, source_line_no, product_id, code, name, unit, \
        quantity_micro, \
        price_micro, amount_minor FROM sales_delivery_line \
        WHERE company_id = $1 AND delivery_id = $2 ORDER BY line_no";
    INSERT_DELIVERY = "INSERT INTO sales_delivery \
        (company_id, id, kind, state, no, seq, order_id, customer_id, account_id, currency, delivery_date, \
         salesperson_id, remark, total_minor, line_count, entry_id, source_id, reversal_of, reversed_by, \
         reason, \
         exposure_minor, limit_minor, imported, version, created_at, created_by, posted_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
         $21, $22, $23, $24, $25, $26, $27)";
    UPDATE_DELIVERY = "UPDATE sales_delivery SET state = $3, no = $4, seq = $5, order_id = $6, customer_id \
        = $7, \
        account_id = $8, currency = $9, delivery_date = $10, salesperson_id = $11, remark = $12, \
        total_minor = $13, \
        line_count = $14, entry_id = $15, source_id = $16, reason = $17, exposure_minor = $18, limit_minor \
        = $19, \
        version = $20, posted_at = $21 WHERE company_id = $1 AND id = $2";
    MARK_REVERSED = "UPDATE sales_delivery SET reversed_by = $3, version = version + 1 \
        WHERE company_id = $1 AND id = $2";
    DELETE_DELIVERY_LINES = "DELETE FROM sales_delivery_line WHERE company_id = $1 AND delivery_id = $2";
    DELETE_DELIVERY = "DELETE FROM sales_delivery WHERE company_id = $1 AND id = $2";
    INSERT_DELIVERY_LINES = "INSERT INTO sales_delivery_line \
        (company_id, delivery_id, line_no, order_line_no, source_line_no, product_id, code, name, unit, \
         quantity_micro, price_micro, amount_minor) VALUES";
    SET_LINE_AMOUNT = "UPDATE sales_delivery_line SET amount_minor = $4 \
        WHERE company_id = $1 AND delivery_id = $2 AND line_no = $3";
    NUMBER_TAKEN = "SELECT id FROM sales_delivery WHERE company_id = $1 AND no = $2";
    OPENING_NUMBER_TAKEN = "SELECT id FROM sales_order WHERE company_id = $1 AND no = $2 AND origin = \
        'opening' \
        UNION ALL SELECT id FROM sales_order WHERE company_id = $1 AND no = $2 AND origin = 'order' \
        UNION ALL SELECT id FROM sales_delivery WHERE company_id = $1 AND no = $2 LIMIT 1";
    // What came back already, by line of the delivery; returns that were reversed do not count.
    RETURNED = "SELECT l.source_line_no, CAST(SUM(l.quantity_micro) AS BIGINT), CAST(SUM(l.amount_minor) \
        AS BIGINT) \
        FROM sales_delivery r JOIN sales_delivery_line l ON l.company_id = r.company_id AND l.delivery_id \
        = r.id \
        WHERE r.company_id = $1 AND r.source_id = $2 AND r.state = 'posted' AND r.reversed_by IS NULL \
        AND r.reversal_of IS NULL AND l.source_line_no IS NOT NULL GROUP BY l.source_line_no";
    LIVE_RETURN = "SELECT no FROM sales_delivery WHERE company_id = $1 AND source_id = $2 AND state = \
        'posted' \
        AND reversed_by IS NULL AND reversal_of IS NULL ORDER BY id LIMIT 1";
}

pub fn order(tx: &mut Tx<'_>, id: OrderId) -> db::Result<OrderRow> {
    tx.opt(ORDER, p![id])?
        .ok_or_else(|| refusals::order_not_found().into())
}

/// Goods and settlement lines, in the order of their numbers.
pub fn order_lines(tx: &mut Tx<'_>, id: OrderId) -> db::Result<Vec<OrderLine>> {
    tx.all(ORDER_LINES, p![id])
}

pub fn delivery(tx: &mut Tx<'_>, id: DeliveryId) -> db::Result<DeliveryRow> {
    tx.opt(DELIVERY, p![id])?
        .ok_or_else(|| refusals::delivery_not_found().into())
}

/// The goods of a delivery, return or reversal.
pub fn delivery_lines(tx: &mut Tx<'_>, id: DeliveryId) -> db::Result<Vec<DeliveryLine>> {
    tx.all(DELIVERY_LINES, p![id])
}

/// What may still be delivered of an order's goods lines.
pub(crate) fn order_stock(lines: &[OrderLine]) -> Vec<Stock> {
    let goods = lines.iter().filter(|line| line.kind == LineKind::Goods);
    goods
        .map(|line| Stock {
            line_no: line.line_no,
            code: line.code.clone(),
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
            taken_quantity: line.delivered_quantity,
            taken_amount: line.delivered,
        })
        .collect()
}

/// What may still come back of a delivery's lines.
pub(crate) fn delivery_stock(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    lines: &[DeliveryLine],
) -> db::Result<Vec<Stock>> {
    let returned: Vec<(i64, Quantity, i64)> = tx.all(RETURNED, p![id])?;
    let stock = lines.iter().map(|line| {
        let back = returned.iter().find(|(line_no, ..)| *line_no == line.line_no);
        // Returned lines are negative; here they count as taken.
        let (quantity, amount) =
            back.map_or((0, 0), |(_, quantity, amount)| (-quantity.millionths(), -amount));
        Stock {
            line_no: line.line_no,
            code: line.code.clone(),
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
            taken_quantity: Quantity::from_millionths(quantity),
            taken_amount: amount,
        }
    });
    Ok(stock.collect())
}

pub(crate) fn insert_order(tx: &mut Tx<'_>, o: &OrderRow) -> db::Result<()> {
    tx.push(
        INSERT_ORDER,
        p![
            o.id,
            o.origin,
            o.state,
            &o.no,
            o.seq,
            o.customer,
            o.account,
            o.currency,
            o.order_date,
            o.salesperson,
            &o.remark,
            o.total,
            o.delivered,
            o.exposure,
            o.limit,
            &o.reason,
            o.version,
            o.created_at,
            o.created_by
        ],
    )
}

pub(crate) fn update_order(tx: &mut Tx<'_>, o: &OrderRow) -> db::Result<()> {
    tx.push(
        UPDATE_ORDER,
        p![
            o.id,
            o.state,
            &o.no,
            o.seq,
            o.customer,
            o.account,
            o.currency,
            o.order_date,
            o.salesperson,
            &o.remark,
            o.total,
            o.delivered,
            o.exposure,
            o.limit,
            &o.reason,
            o.version
        ],
    )
}

pub(crate) fn insert_order_lines(tx: &mut Tx<'_>, order: OrderId, lines: &[OrderLine]) -> db::Result<()> {
    let none = || (Value::Null, Value::Null, Value::Null, Value::Null);
    let rows = lines.iter().map(|line| order_line_row(order, line, none()));
    tx.push_rows(INSERT_ORDER_LINES, rows.collect())
}

/// A settlement line, with its ledger entry, day, time and actor.
pub(crate) fn insert_settlement_line(
    tx: &mut Tx<'_>,
    order: OrderId,
    line: &OrderLine,
    entry: EntryId,
    meta: &kit::Meta,
) -> db::Result<()> {
    let facts = (entry.into(), meta.today.into(), meta.now.into(), meta.user.into());
    tx.push_rows(INSERT_ORDER_LINES, vec![order_line_row(order, line, facts)])
}

fn order_line_row(order: OrderId, line: &OrderLine, facts: (Value, Value, Value, Value)) -> Vec<Value> {
    let (entry, added_on, added_at, added_by) = facts;
    let mut row = p![
        order,
        line.line_no,
        line.kind,
        line.product,
        &line.code,
        &line.name,
        &line.unit,
        line.quantity,
        line.price,
        line.amount,
        line.delivered_quantity,
        line.delivered
    ];
    row.extend([entry, added_on, added_at, added_by]);
    row
}

/// Quantity, price and amount of a goods line, as amended.
pub(crate) fn set_order_line(tx: &mut Tx<'_>, order: OrderId, line: &OrderLine) -> db::Result<()> {
    let (quantity, price) = (line.quantity, line.price);
    tx.push(
        SET_ORDER_LINE,
        p![order, line.line_no, quantity, price, line.amount],
    )
}

pub(crate) fn delete_order_line(tx: &mut Tx<'_>, order: OrderId, line_no: i64) -> db::Result<()> {
    tx.push(DELETE_ORDER_LINE, p![order, line_no])
}

/// What settlement lines take off an order; 0 or less.
pub(crate) fn given_up(tx: &mut Tx<'_>, order: OrderId) -> db::Result<i64> {
    tx.one(GIVEN_UP, p![order])
}

pub(crate) fn last_order_line(tx: &mut Tx<'_>, order: OrderId) -> db::Result<i64> {
    tx.one(LAST_ORDER_LINE, p![order])
}

pub(crate) fn delete_order_lines(tx: &mut Tx<'_>, order: OrderId) -> db::Result<()> {
    tx.push(DELETE_ORDER_LINES, p![order])
}

pub(crate) fn delete_order(tx: &mut Tx<'_>, order: OrderId) -> db::Result<()> {
    delete_order_lines(tx, order)?;
    tx.push(DELETE_ORDER, p![order])
}

pub(crate) fn set_delivered(tx: &mut Tx<'_>, order: OrderId, line: &Stock) -> db::Result<()> {
    tx.push(
        SET_DELIVERED,
        p![order, line.line_no, line.taken_quantity, line.taken_amount],
    )
}

pub(crate) fn insert_delivery(tx: &mut Tx<'_>, d: &DeliveryRow) -> db::Result<()> {
    tx.push(
        INSERT_DELIVERY,
        p![
            d.id,
            d.kind,
            d.state,
            &d.no,
            d.seq,
            d.order,
            d.customer,
            d.account,
            d.currency,
            d.delivery_date,
            d.salesperson,
            &d.remark,
            d.total,
            d.line_count,
            d.entry,
            d.source,
            d.reversal_of,
            d.reversed_by,
            &d.reason,
            d.exposure,
            d.limit,
            d.imported,
            d.version,
            d.created_at,
            d.created_by,
            d.posted_at
        ],
    )
}

pub(crate) fn update_delivery(tx: &mut Tx<'_>, d: &DeliveryRow) -> db::Result<()> {
    tx.push(
        UPDATE_DELIVERY,
        p![
            d.id,
            d.state,
            &d.no,
            d.seq,
            d.order,
            d.customer,
            d.account,
            d.currency,
            d.delivery_date,
            d.salesperson,
            &d.remark,
            d.total,
            d.line_count,
            d.entry,
            d.source,
            &d.reason,
            d.exposure,
            d.limit,
            d.version,
            d.posted_at
        ],
    )
}

pub(crate) fn insert_delivery_lines(
    tx: &mut Tx<'_>,
    delivery: DeliveryId,
    lines: &[DeliveryLine],
) -> db::Result<()> {
    let rows = lines.iter().map(|line| {
        p![
            delivery,
            line.line_no,
            line.order_line,
            line.source_line,
            line.product,
            &line.code,
            &line.name,
            &line.unit,
            line.quantity,
            line.price,
            line.amount
        ]
    });
    tx.push_rows(INSERT_DELIVERY_LINES, rows.collect())
}

pub(crate) fn set_line_amount(tx: &mut Tx<'_>, delivery: DeliveryId, line: &DeliveryLine) -> db::Result<()> {
    tx.push(SET_LINE_AMOUNT, p![delivery, line.line_no, line.amount])
}

pub(crate) fn delete_delivery_lines(tx: &mut Tx<'_>, delivery: DeliveryId) -> db::Result<()> {
    tx.push(DELETE_DELIVERY_LINES, p![delivery])
}

pub(crate) fn delete_delivery(tx: &mut Tx<'_>, delivery: DeliveryId) -> db::Result<()> {
    delete_delivery_lines(tx, delivery)?;
    tx.push(DELETE_DELIVERY, p![delivery])
}

pub(crate) fn mark_reversed(tx: &mut Tx<'_>, delivery: DeliveryId, by: DeliveryId) -> db::Result<()> {
    tx.push(MARK_REVERSED, p![delivery, by])
}

pub(crate) fn number_taken(tx: &mut Tx<'_>, no: &str) -> db::Result<bool> {
    Ok(tx.opt::<DeliveryId>(NUMBER_TAKEN, p![no])?.is_some())
}

/// Whether an opening document, an order or a delivery has this number: it would be the same debt twice.
pub(crate) fn opening_number_taken(tx: &mut Tx<'_>, no: &str) -> db::Result<bool> {
    Ok(tx.opt::<i64>(OPENING_NUMBER_TAKEN, p![no])?.is_some())
}

/// What the posted deliveries of an order come to, those reversed since left out.
pub(crate) fn posted_of_order(tx: &mut Tx<'_>, order: OrderId) -> db::Result<i64> {
    tx.one(POSTED_OF_ORDER, p![order])
}

/// The number of a return that takes something of this delivery back and still stands.
pub(crate) fn live_return(tx: &mut Tx<'_>, delivery: DeliveryId) -> db::Result<Option<String>> {
    let no: Option<Option<String>> = tx.opt(LIVE_RETURN, p![delivery])?;
    Ok(no.flatten())
}
