//! The age of what a statement carries, on its cut-off day: frozen with it. Only entries on this
//! statement and those before it count, and only what they took from each other by then, so that the
//! buckets less the credits are the closing balance.

use std::collections::{HashMap, HashSet};

use base::Day;
use db::{Tx, p};
use ledger::{AccountId, EntryId};

use crate::rules;
use crate::types::{Ageing, LineRow};

db::statements! {
    // What is open now, and whether it is on no statement yet.
    ITEMS = "SELECT i.entry_id, i.side, i.due_date, i.open_minor, CASE WHEN u.entry_id IS NULL THEN 0 ELSE 1 END \
        FROM ledger_v_open_item i JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        LEFT JOIN ledger_v_unbilled u ON u.company_id = e.company_id AND u.account_id = e.account_id \
            AND u.statement_date = e.statement_date AND u.entry_id = e.id \
        WHERE i.company_id = $1 AND i.account_id = $2 AND e.internal = 0 AND e.statement_date IS NOT NULL";
    // Allocations that may not count on a cut-off day: later ones, and those with an entry on no statement.
    ALLOCATIONS = "SELECT t.debit_id, t.credit_id, t.amount_minor, t.effective_date, t.debit_due, \
        t.debit_hidden, t.credit_hidden, t.debit_waits, t.credit_waits FROM \
        (SELECT d.id AS debit_id, c.id AS credit_id, a.amount_minor, a.effective_date, \
            COALESCE((SELECT v.due_date FROM ledger_v_due v WHERE v.company_id = d.company_id \
                AND v.entry_id = d.id ORDER BY v.seq DESC LIMIT 1), d.due_date) AS debit_due, \
            CASE WHEN d.internal = 1 OR d.statement_date IS NULL THEN 1 ELSE 0 END AS debit_hidden, \
            CASE WHEN c.internal = 1 OR c.statement_date IS NULL THEN 1 ELSE 0 END AS credit_hidden, \
            CASE WHEN EXISTS (SELECT 1 FROM ledger_v_unbilled u WHERE u.company_id = d.company_id \
                AND u.account_id = d.account_id AND u.statement_date = d.statement_date AND u.entry_id = d.id) \
                THEN 1 ELSE 0 END AS debit_waits, \
            CASE WHEN EXISTS (SELECT 1 FROM ledger_v_unbilled u WHERE u.company_id = c.company_id \
                AND u.account_id = c.account_id AND u.statement_date = c.statement_date AND u.entry_id = c.id) \
                THEN 1 ELSE 0 END AS credit_waits \
            FROM ledger_v_entry c JOIN ledger_v_allocation a ON a.company_id = c.company_id \
                AND a.credit_entry_id = c.id \
            JOIN ledger_v_entry d ON d.company_id = a.company_id AND d.id = a.debit_entry_id \
            WHERE c.company_id = $1 AND c.account_id = $2 AND c.amount_minor < 0) t \
        WHERE t.effective_date > $3 OR t.debit_hidden = 1 OR t.credit_hidden = 1 OR t.debit_waits = 1 \
            OR t.credit_waits = 1";
}

struct Item {
    side: i64,
    due: Day,
    open: i64,
    /// On no live statement; one of the drafts may take it.
    waits: bool,
}

struct Taken {
    debit: EntryId,
    credit: EntryId,
    amount: i64,
    effective: Day,
    debit_due: Day,
    debit_hidden: bool,
    credit_hidden: bool,
    debit_waits: bool,
    credit_waits: bool,
}

db::from_row! { Taken {
    debit, credit, amount, effective, debit_due, debit_hidden, credit_hidden, debit_waits, credit_waits
} }

/// A statement about to be issued.
pub struct Draft<'a> {
    pub cutoff: Day,
    pub lines: &'a [LineRow],
}

/// The ages on each of the statements of an account that are about to be issued, in their order. `dues`
/// are the due dates that they fix.
pub fn of_drafts(
    tx: &mut Tx<'_>,
    account: AccountId,
    drafts: &[Draft<'_>],
    dues: &[(EntryId, Day)],
) -> db::Result<Vec<Ageing>> {
    let Some(first) = drafts.iter().map(|draft| draft.cutoff).min() else {
        return Ok(Vec::new());
    };
    let dues: HashMap<EntryId, Day> = dues.iter().copied().collect();
    let mut items: HashMap<EntryId, Item> = HashMap::new();
    for (entry, side, due, open, waits) in tx.all::<(EntryId, i64, Day, i64, bool)>(ITEMS, p![account])? {
        let due = dues.get(&entry).copied().unwrap_or(due);
        items.insert(
            entry,
            Item {
                side,
                due,
                open,
                waits,
            },
        );
    }
    let taken: Vec<Taken> = tx.all(ALLOCATIONS, p![account, first])?;
    // What is used up now was open on an earlier day, or as the customer sees it.
    for one in &taken {
        if !one.debit_hidden {
            items.entry(one.debit).or_insert_with(|| Item {
                side: 1,
                due: dues.get(&one.debit).copied().unwrap_or(one.debit_due),
                open: 0,
                waits: one.debit_waits,
            });
        }
        if !one.credit_hidden {
            items.entry(one.credit).or_insert_with(|| Item {
                side: -1,
                due: one.debit_due,
                open: 0,
                waits: one.credit_waits,
            });
        }
    }
    let mut billed: HashSet<EntryId> = HashSet::new();
    let mut found = Vec::with_capacity(drafts.len());
    for draft in drafts {
        billed.extend(draft.lines.iter().map(|line| line.entry));
        found.push(of_draft(draft.cutoff, &items, &taken, &billed));
    }
    Ok(found)
}

fn of_draft(
    cutoff: Day,
    items: &HashMap<EntryId, Item>,
    taken: &[Taken],
    billed: &HashSet<EntryId>,
) -> Ageing {
    let covered = |entry: &EntryId| {
        items
            .get(entry)
            .is_some_and(|item| !item.waits || billed.contains(entry))
    };
    let mut back: HashMap<EntryId, i64> = HashMap::new();
    for one in taken {
        let counts = one.effective <= cutoff && covered(&one.debit) && covered(&one.credit);
        if !counts {
            *back.entry(one.debit).or_default() += one.amount;
            *back.entry(one.credit).or_default() += one.amount;
        }
    }
    let mut ageing = Ageing::default();
    for (entry, item) in items.iter().filter(|(entry, _)| covered(entry)) {
        let open = item.open + back.get(entry).copied().unwrap_or_default();
        rules::age(&mut ageing, item.side, cutoff.since(item.due), open);
    }
    ageing
}
