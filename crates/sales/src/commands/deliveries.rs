use db::Tx;
use kit::Meta;

use super::prepare::{self, Basis, PreparedDelivery};
use super::same_version;
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{DeliveryId, DeliveryKind, DeliveryRow, DeliveryState, SaveDelivery};

/// Writes a delivery or return as a draft, new or changed. Drafts have no number, take nothing from
/// their order and count for nothing; their amounts are those of this moment.
/// Refuses: what the lines cannot be (`sales.over_delivered`, `sales.over_returned`, …), an inactive
/// customer, an order that is not open, `sales.not_draft`, `sales.changed_meanwhile`.
pub fn save_delivery(tx: &mut Tx<'_>, meta: &Meta, input: &SaveDelivery) -> db::Result<DeliveryId> {
    let before = match input.id {
        Some(id) => Some(draft(tx, id, Some(input.version))?),
        None => None,
    };
    let prepared = prepare::delivery(tx, input)?;
    let mut row = blank(tx, meta, input, &prepared)?;
    if let Some(before) = before {
        row.id = before.id;
        row.version = before.version + 1;
        credit::holds::stop_waiting(tx, meta, row.kind.as_str(), row.id.raw(), "changed")?;
        store::update_delivery(tx, &row)?;
        store::delete_delivery_lines(tx, row.id)?;
    } else {
        store::insert_delivery(tx, &row)?;
    }
    store::insert_delivery_lines(tx, row.id, &prepared.lines)?;
    Ok(row.id)
}

/// A draft's header for what was entered.
pub(super) fn blank(
    tx: &mut Tx<'_>,
    meta: &Meta,
    input: &SaveDelivery,
    prepared: &PreparedDelivery,
) -> db::Result<DeliveryRow> {
    parties::check_salesperson(tx, input.salesperson)?;
    let reason = match input.kind {
        DeliveryKind::Return => rules::reason(&input.reason)?,
        DeliveryKind::Delivery => String::new(),
    };
    let (order, source) = match &prepared.basis {
        Basis::Order(row, _) => (Some(row.id), None),
        Basis::Source(row, _) => (row.order, Some(row.id)),
        Basis::Alone => (None, None),
    };
    let party = &prepared.party;
    Ok(DeliveryRow {
        id: tx.next_id(),
        kind: input.kind,
        state: DeliveryState::Draft,
        no: None,
        seq: None,
        order,
        customer: party.customer,
        account: party.account,
        currency: party.currency,
        delivery_date: input.delivery_date.unwrap_or(meta.today),
        salesperson: input.salesperson.or(party.salesperson),
        remark: rules::limited("remark", &input.remark)?,
        total: prepared.total,
        line_count: prepared.lines.len() as i64,
        entry: None,
        source,
        reversal_of: None,
        reversed_by: None,
        reason,
        exposure: None,
        limit: None,
        imported: false,
        version: 1,
        created_at: meta.now,
        created_by: meta.user,
        posted_at: None,
    })
}

fn draft(tx: &mut Tx<'_>, id: DeliveryId, version: Option<i64>) -> db::Result<DeliveryRow> {
    let row = store::delivery(tx, id)?;
    if row.state != DeliveryState::Draft {
        return Err(refusals::not_draft(row.state).into());
    }
    same_version(row.version, version)?;
    Ok(row)
}

/// Removes a draft. Drafts never had a number, so nothing is missing afterwards.
pub fn delete_delivery(tx: &mut Tx<'_>, meta: &Meta, id: DeliveryId, version: Option<i64>) -> db::Result<()> {
    let row = draft(tx, id, version)?;
    credit::holds::stop_waiting(tx, meta, row.kind.as_str(), id.raw(), "deleted")?;
    store::delete_delivery(tx, row.id)
}
