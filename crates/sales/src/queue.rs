//! Documents that wait for credit go by themselves as soon as they may. What is owed is the waiting row, so
//! nothing is lost by a pause. A few at a time, each few in a unit of their own: others get their turn.

use db::{Db, Tx};
use kit::Meta;
use ledger::AccountId;

use crate::commands;
use crate::types::{Delivery, DeliveryKind};

/// Documents released in one unit.
const AT_ONCE: usize = 8;

/// Tests the queues that are no longer as they were tested, in the order of each, and releases what may go.
/// Answers how many documents were released.
pub async fn release_waiting(db: &Db, meta: &Meta) -> db::Result<usize> {
    let company = meta.company.id;
    let look = meta.clone();
    let owed = db
        .read(company, move |tx| credit::holds::owed_queues(tx, &look))
        .await?;
    let mut released = 0;
    for account in owed {
        loop {
            let meta = meta.clone();
            let (done, more) = db
                .write(company, move |tx| release_some(tx, &meta, account))
                .await?;
            released += done;
            if !more {
                break;
            }
        }
    }
    Ok(released)
}

/// Releases the next few of one queue. Answers how many went, and whether there may be more.
pub fn release_some(tx: &mut Tx<'_>, meta: &Meta, account: AccountId) -> db::Result<(usize, bool)> {
    let row = credit::lock_account(tx, account)?;
    let next = credit::holds::releasable(tx, meta, &row, AT_ONCE)?;
    let (mut done, mut gone) = (0, 0);
    for hold in &next {
        let released = tx.part(|tx| {
            if hold.document_kind == DeliveryKind::Delivery.as_str() {
                commands::release_held_delivery(tx, meta, base::Id::<Delivery>::new(hold.document_id))?;
            } else {
                commands::release_held_order(tx, meta, ledger::OrderId::new(hold.document_id))?;
            }
            credit::holds::released(tx, meta, hold.id, None)
        })?;
        match released {
            Ok(()) => done += 1,
            // It keeps its place: something that came in this same unit took the room.
            Err(refused) if refused.refusal.code.starts_with("credit.") => {}
            Err(refused) => {
                gone += 1;
                credit::holds::gave_up(tx, meta, hold.id, refused.refusal.code)?;
            }
        }
    }
    let more = next.len() == AT_ONCE && done + gone > 0;
    if !more {
        credit::holds::tested(tx, meta, account)?;
    }
    Ok((done, more))
}
