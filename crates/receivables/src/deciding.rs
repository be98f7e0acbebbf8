//! What an act of writing off joins with what: decided once, for the act and for its preview.

use std::collections::{HashMap, HashSet};

use base::{Day, Id, Money, Refusal};
use db::Tx;
use kit::Meta;
use ledger::{AccountRow, Allocate, EntryId, EntryKind, OrderId};

use crate::allocation_rules::{self, Free, Issued, Owed, Part, Picture, Proposal};
use crate::commands::{Closing, Outcome, positive};
use crate::concessions::{self, Concession, Given};
use crate::rules::{Pair, Share};
use crate::settling_rules::{self, Aim, Difference, Met, Source, Tolerance};
use crate::store::{self, Item};
use crate::types::{DiscountMode, Named, Settling, StatementsOf, Target};
use crate::{refusals, reservations, terms};

/// Stands for the entry of the receipt that is about to be made.
pub(crate) const NEW_MONEY: EntryId = Id::new(0);

/// Money that comes in with the act.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewMoney<'a> {
    pub amount: i64,
    pub date: Day,
    pub text: &'a str,
}

/// What is to be decided.
pub(crate) struct Question<'a> {
    pub new_money: Option<NewMoney<'a>>,
    pub target: &'a Target,
    pub credits: &'a [Named],
    pub settling: &'a Settling,
}

/// What is to be joined, and everything that is to be said about it.
pub(crate) struct Plan {
    pub pairs: Vec<Pair>,
    items: HashMap<EntryId, Item>,
    /// Debits in the order they are shown.
    order: Vec<EntryId>,
    /// Discounts and small differences that go with it.
    pub concessions: Vec<Concession>,
    /// A difference that is too large to be settled, or that this clerk may not settle any more.
    difference: Option<(i64, Difference)>,
    /// So much of the new money waits for an order.
    pub reserves: Option<(OrderId, i64)>,
    proposal: Option<Proposal>,
}

/// The credits and debits that the target names, and how strictly.
struct Cast {
    credits: Vec<Wanted>,
    aims: Vec<(Wanted, bool)>,
    proposal: Option<Proposal>,
}

/// What is joined with what. Reads only; the caller holds the account's lock when it writes.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    question: &Question<'_>,
) -> db::Result<Plan> {
    let mut seen = HashSet::new();
    let credits = load_named(tx, account, question.credits, "credits", &mut seen)?;
    check_side(&credits, -1, "credits")?;
    if let Some(held) = credits.iter().find(|wanted| wanted.item.held) {
        return Err(refusals::held_apart(&held.item.document_no).into());
    }
    let named_credits = !credits.is_empty();
    let reserves = waits_for(tx, account, question, named_credits)?;
    let cast = cast(tx, meta, account, question, credits, &mut seen)?;
    if question.new_money.is_none() && cast.credits.is_empty() {
        return Err(refusals::no_credit_named().into());
    }
    let mut plan = settled(tx, meta, account, question, cast)?;
    if question.new_money.is_none() && plan.pairs.is_empty() {
        return Err(refusals::nothing_to_allocate().into());
    }
    let amount = question.new_money.map_or(0, |money| money.amount);
    plan.reserves = reserves.map(|(order, room)| (order, room.min(amount)));
    Ok(plan)
}

/// What an amount that is no payment closes: as it is named, without discount and differences.
pub(crate) fn decide_as_named(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    amount: i64,
    (target, credits): (&Target, &[Named]),
) -> db::Result<Plan> {
    let settling = Settling {
        discount: DiscountMode::None,
        leave_differences: true,
        note: String::new(),
    };
    let new_money = NewMoney {
        amount,
        date: meta.today,
        text: "",
    };
    let question = Question {
        new_money: Some(new_money),
        target,
        credits,
        settling: &settling,
    };
    decide(tx, meta, account, &question)
}

fn waits_for(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    question: &Question<'_>,
    named_credits: bool,
) -> db::Result<Option<(OrderId, i64)>> {
    let Target::Order(order) = question.target else {
        return Ok(None);
    };
    if question.new_money.is_none() || named_credits {
        return Err(refusals::only_new_money().into());
    }
    Ok(Some((*order, reservations::room_of(tx, account, *order)?)))
}

/// Loads what the target names. The flag of an aim: the whole item, so that a discount may close it.
fn cast(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    question: &Question<'_>,
    mut credits: Vec<Wanted>,
    seen: &mut HashSet<EntryId>,
) -> db::Result<Cast> {
    let mut proposal = None;
    let whole = |wanted: Wanted| {
        let is_whole = wanted.amount == wanted.item.open;
        (wanted, is_whole)
    };
    let aims = match question.target {
        Target::None | Target::Order(_) => Vec::new(),
        Target::Oldest => {
            let items = by_entry(store::open_debits(tx, account.id)?);
            wanted(
                &items,
                &allocation_rules::in_order(&parts(tx, meta, account)?, meta.today),
            )
        }
        Target::Entries(named) => {
            let (debits, more): (Vec<_>, Vec<_>) = load_named(tx, account, named, "entries", seen)?
                .into_iter()
                .partition(|wanted| wanted.item.side == 1);
            // A deposit on the statement stays what it is.
            credits.extend(more.into_iter().filter(|wanted| !wanted.item.held));
            debits.into_iter().map(whole).collect()
        }
        Target::Items(named) => {
            let debits = load_named(tx, account, named, "items", seen)?;
            check_side(&debits, 1, "items")?;
            debits.into_iter().map(whole).collect()
        }
        Target::Found(statements) => {
            let (found, items) = found(tx, meta, account, question, &credits, *statements)?;
            let debits: Vec<Share> = found
                .taken
                .iter()
                .flat_map(|one| one.debits.iter().copied())
                .collect();
            let used: Vec<EntryId> = found
                .taken
                .iter()
                .flat_map(|one| one.credits.iter().copied())
                .collect();
            for entry in used.into_iter().filter(|entry| seen.insert(*entry)) {
                credits.extend(items.get(&entry).cloned().map(Wanted::all));
            }
            proposal = Some(found);
            wanted(&items, &debits)
        }
    };
    Ok(Cast {
        credits,
        aims,
        proposal,
    })
}

fn by_entry(items: Vec<Item>) -> HashMap<EntryId, Item> {
    items.into_iter().map(|item| (item.entry, item)).collect()
}

fn wanted(items: &HashMap<EntryId, Item>, shares: &[Share]) -> Vec<(Wanted, bool)> {
    let want = |share: &Share| {
        let item = items.get(&share.entry)?.clone();
        let is_whole = share.amount == item.open;
        let wanted = Wanted {
            amount: share.amount,
            item,
            position: 0,
        };
        Some((wanted, is_whole))
    };
    shares.iter().filter_map(want).collect()
}

/// What is owed, part by part, in the order in which the oldest is paid first.
fn parts(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow) -> db::Result<Vec<Part>> {
    let parts = ledger::owed_parts(tx, account.id, meta.today)?;
    Ok(parts
        .into_iter()
        .filter(|part| part.kind != EntryKind::BadDebtRecovery)
        .map(|part| Part {
            entry: part.entry,
            open: part.open,
            due: part.due_date,
            disputed: part.disputed,
            base: part.base,
            planned: part.plan.is_some() && part.row > 0,
        })
        .collect())
}

/// What the steps find for the money, and every open item they looked at.
fn found(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    question: &Question<'_>,
    named: &[Wanted],
    statements: StatementsOf,
) -> db::Result<(Proposal, HashMap<EntryId, Item>)> {
    let (amount, paid_on, text) = match question.new_money {
        Some(money) => {
            let more: i64 = named.iter().map(|wanted| wanted.amount).sum();
            (money.amount + more, Some(money.date), money.text.to_owned())
        }
        None => of_credits(tx, named)?,
    };
    let debits = store::open_debits(tx, account.id)?;
    let credits = store::open_credits(tx, account.id)?;
    let terms = terms::discount_terms(tx, account.id)?;
    let discounts = question.settling.discount != DiscountMode::None;
    let grant = question.settling.discount == DiscountMode::Grant;
    let mut owed = Vec::with_capacity(debits.len());
    for item in &debits {
        let discount = match discounts {
            true => terms::discount(tx, &terms, item, paid_on, grant)?,
            false => None,
        };
        let aim = Aim {
            entry: item.entry,
            amount: item.open,
            open: item.open,
            discount,
        };
        owed.push(Owed {
            entry: item.entry,
            open: item.open,
            net: aim.needs(paid_on),
            number: item.document_no.clone(),
            order_number: String::new(),
        });
    }
    let numbers = store::order_numbers(tx, account.id)?;
    for (owed, item) in owed.iter_mut().zip(&debits) {
        if let Some(no) = item.order.and_then(|order| numbers.get(&order)) {
            owed.order_number.clone_from(no);
        }
    }
    let picture = Picture {
        today: meta.today,
        owed,
        parts: parts(tx, meta, account)?,
        credits: free_credits(tx, account, &credits, named)?,
        statements: issued(tx, account, statements)?,
        oldest_without_asking: terms::oldest_without_asking(tx, account.id)?,
        tolerance: within_reach(tx, meta, account, question, amount)?,
    };
    let proposal = allocation_rules::propose(&picture, amount, &text);
    Ok((proposal, by_entry(debits.into_iter().chain(credits).collect())))
}

/// The sum of credits on account, the day the money came in, and what the payer wrote.
fn of_credits(tx: &mut Tx<'_>, named: &[Wanted]) -> db::Result<(i64, Option<Day>, String)> {
    let amount = named.iter().map(|wanted| wanted.amount).sum();
    let mut text = String::new();
    let mut paid_on = None;
    for wanted in named
        .iter()
        .filter(|wanted| wanted.item.kind == EntryKind::Receipt)
    {
        paid_on = paid_on.max(Some(wanted.item.basis));
        text.push_str(&store::text_of_receipt(tx, wanted.item.entry)?);
        text.push(' ');
    }
    Ok((amount, paid_on, text))
}

fn free_credits(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    credits: &[Item],
    named: &[Wanted],
) -> db::Result<Vec<Free>> {
    let since: HashSet<EntryId> = store::unbilled(tx, account.id)?.into_iter().collect();
    let is_named = |entry: EntryId| named.iter().any(|wanted| wanted.item.entry == entry);
    let free = credits
        .iter()
        .filter(|item| item.free() > 0 && !item.held && !is_named(item.entry));
    Ok(free
        .map(|item| Free {
            entry: item.entry,
            amount: item.free(),
            since: since.contains(&item.entry),
        })
        .collect())
}

fn issued(tx: &mut Tx<'_>, account: &AccountRow, statements: StatementsOf) -> db::Result<Vec<Issued>> {
    let rows = (statements.0)(tx, account.id)?;
    Ok(rows
        .into_iter()
        .map(|row| Issued {
            no: row.no,
            to_pay: row.to_pay,
            entries: row.entries,
        })
        .collect())
}

/// The largest difference that would be settled on a payment of this amount.
fn within_reach(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    question: &Question<'_>,
    amount: i64,
) -> db::Result<i64> {
    if question.settling.leave_differences {
        return Ok(0);
    }
    let Some(rule) = terms::tolerance(tx, account.currency)? else {
        return Ok(0);
    };
    let used = concessions::settled_this_month(tx, meta, account.currency)?;
    let share = rule
        .percent
        .map_or(i64::MAX, |percent| settling_rules::discount_of(amount, percent));
    let month = rule.monthly.map_or(i64::MAX, |most| most - used);
    Ok(rule.absolute.min(share).min(month).max(0))
}

fn settled(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    question: &Question<'_>,
    cast: Cast,
) -> db::Result<Plan> {
    let sources = sources(&cast.credits, question.new_money);
    let aims = aims(tx, account, question, &cast, &sources)?;
    let paid_on = sources.iter().filter_map(|source| source.paid_on).max();
    let have: i128 = sources.iter().map(|source| i128::from(source.amount)).sum();
    let need: i128 = aims.iter().map(|aim| i128::from(aim.needs(paid_on))).sum();
    let rule = match question.settling.leave_differences {
        true => None,
        false => terms::tolerance(tx, account.currency)?,
    };
    let reach = rule.map_or(0, |rule| i128::from(rule.absolute));
    if matches!(question.target, Target::Items(_)) && need > have + reach {
        return Err(more_than_received(account, need, have).into());
    }
    let met = settling_rules::meet(&sources, &aims);
    let grant = question.settling.discount == DiscountMode::Grant;
    let given = if grant { Given::Granted } else { Given::Due };
    let mut plan = Plan {
        concessions: met
            .discounts
            .iter()
            .map(|share| Concession {
                given,
                item: share.entry,
                amount: share.amount,
            })
            .collect(),
        pairs: met.pairs.clone(),
        order: in_order_once(&cast.aims),
        items: cast
            .credits
            .into_iter()
            .chain(cast.aims.into_iter().map(|(wanted, _)| wanted))
            .map(|wanted| (wanted.item.entry, wanted.item))
            .collect(),
        difference: None,
        reserves: None,
        proposal: cast.proposal,
    };
    if let Some(rule) = rule {
        let used = concessions::settled_this_month(tx, meta, account.currency)?;
        plan.differences(question, &sources, &aims, &met, (rule, used));
    }
    if matches!(question.target, Target::Items(_)) && need > have && !plan.settles_short() {
        return Err(more_than_received(account, need, have).into());
    }
    Ok(plan)
}

fn more_than_received(account: &AccountRow, need: i128, have: i128) -> Refusal {
    let money = |sum: i128| Money::new(i64::try_from(sum).unwrap_or(i64::MAX), account.currency);
    refusals::more_than_received(money(need), money(have))
}

fn in_order_once(aims: &[(Wanted, bool)]) -> Vec<EntryId> {
    let mut seen = HashSet::new();
    let entries = aims.iter().map(|(wanted, _)| wanted.item.entry);
    entries.filter(|entry| seen.insert(*entry)).collect()
}

fn sources(credits: &[Wanted], new_money: Option<NewMoney<'_>>) -> Vec<Source> {
    let of = |wanted: &Wanted| Source {
        entry: wanted.item.entry,
        amount: wanted.amount,
        paid_on: (wanted.item.kind == EntryKind::Receipt).then_some(wanted.item.basis),
    };
    let mut sources: Vec<Source> = credits.iter().map(of).collect();
    sources.extend(new_money.map(|money| Source {
        entry: NEW_MONEY,
        amount: money.amount,
        paid_on: Some(money.date),
    }));
    sources
}

/// Who pays exactly what is open, discount or not, takes none.
fn aims(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    question: &Question<'_>,
    cast: &Cast,
    sources: &[Source],
) -> db::Result<Vec<Aim>> {
    let have: i64 = sources.iter().map(|source| source.amount).sum();
    let named = matches!(question.target, Target::Items(_));
    let whole = |(wanted, is_whole): &(Wanted, bool)| match *is_whole || named {
        true => wanted.item.open,
        // A part of an item that is not to be paid whole stands by itself.
        false => wanted.amount,
    };
    let gross: i64 = cast.aims.iter().map(whole).sum();
    let mode = question.settling.discount;
    let earns = mode == DiscountMode::Grant || (mode == DiscountMode::Due && have != gross);
    if mode == DiscountMode::Grant && question.settling.note.trim().is_empty() {
        return Err(refusals::reason_required("note").into());
    }
    let paid_on = sources.iter().filter_map(|source| source.paid_on).min();
    let terms = match earns && paid_on.is_some() {
        true => terms::discount_terms(tx, account.id)?,
        false => Vec::new(),
    };
    let mut aims = Vec::with_capacity(cast.aims.len());
    for aim in &cast.aims {
        let (wanted, is_whole) = aim;
        let discount = match (*is_whole || named) && !terms.is_empty() {
            true => terms::discount(tx, &terms, &wanted.item, paid_on, mode == DiscountMode::Grant)?,
            false => None,
        };
        aims.push(Aim {
            entry: wanted.item.entry,
            amount: wanted.amount,
            open: whole(aim),
            discount,
        });
    }
    Ok(aims)
}

/// An open item and how much of it is meant.
#[derive(Clone)]
pub(crate) struct Wanted {
    item: Item,
    amount: i64,
    position: usize,
}

impl Wanted {
    fn all(item: Item) -> Wanted {
        Wanted {
            amount: item.free(),
            item,
            position: 0,
        }
    }

    pub(crate) fn is_held(&self) -> bool {
        self.item.held
    }

    pub(crate) fn document_no(&self) -> &str {
        &self.item.document_no
    }

    /// 1 debit, -1 credit.
    pub(crate) fn side(&self) -> i64 {
        self.item.side
    }

    pub(crate) fn due(&self) -> Day {
        self.item.due
    }

    pub(crate) fn share(&self) -> Share {
        Share {
            entry: self.item.entry,
            amount: self.amount,
        }
    }
}

pub(crate) fn check_side(wanted: &[Wanted], side: i64, list: &str) -> Result<(), Refusal> {
    match wanted.iter().find(|one| one.item.side != side) {
        Some(other) => Err(refusals::wrong_side(
            format!("{list}[{}]", other.position),
            &other.item.document_no,
        )),
        None => Ok(()),
    }
}

/// The named items as they are now, oldest first. What somebody named with an amount or with what
/// they saw must still be so; what was named as a whole and is settled by now is passed over.
pub(crate) fn load_named(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    named: &[Named],
    list: &str,
    seen: &mut HashSet<EntryId>,
) -> db::Result<Vec<Wanted>> {
    let entries: Vec<EntryId> = named.iter().map(|one| one.entry).collect();
    let found = store::open_among(tx, account.id, &entries)?;
    let mut open: HashMap<EntryId, Item> = found.into_iter().map(|item| (item.entry, item)).collect();
    let mut wanted = Vec::with_capacity(named.len());
    for (position, one) in named.iter().enumerate() {
        let field = format!("{list}[{position}]");
        if !seen.insert(one.entry) {
            return Err(refusals::named_twice(field).into());
        }
        let item = open.remove(&one.entry);
        if let Some(amount) = agreed(tx, account, one, item.as_ref(), &field)?
            && let Some(item) = item
        {
            wanted.push(Wanted {
                item,
                amount,
                position,
            });
        }
    }
    wanted.sort_by_key(|one| (one.item.due, one.item.basis, one.item.entry));
    Ok(wanted)
}

/// How much of a named item is used; `None`: it is settled and nobody insisted.
fn agreed(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    named: &Named,
    item: Option<&Item>,
    field: &str,
) -> db::Result<Option<i64>> {
    let money = |minor| Money::new(minor, account.currency);
    let open = item.map_or(0, |item| item.open);
    let no = match item {
        Some(item) => item.document_no.clone(),
        None => {
            store::entry_no(tx, account.id, named.entry)?.ok_or_else(|| refusals::item_not_found(field))?
        }
    };
    if let Some(text) = &named.expected_open {
        let field = format!("{field}.expected_open");
        let expected =
            Money::parse(text, account.currency).map_err(|_| refusals::amount_unreadable(&field, text))?;
        if expected.minor != open {
            return Err(refusals::open_changed(field, &no, expected, money(open)).into());
        }
    }
    let Some(text) = &named.amount else {
        let free = item.map_or(0, Item::free);
        return Ok((free > 0).then_some(free));
    };
    let field = format!("{field}.amount");
    let amount = positive(text, account.currency, &field)?;
    if open == 0 {
        return Err(refusals::not_open(field, &no).into());
    }
    let free = item.map_or(0, Item::free);
    if amount > free {
        return Err(refusals::more_than_open(field, &no, money(free)).into());
    }
    Ok(Some(amount))
}

impl Plan {
    pub(crate) fn allocated(&self) -> i64 {
        let given = self.concessions.iter().filter(|one| one.given != Given::Over);
        self.pairs.iter().map(|pair| pair.amount).sum::<i64>() + given.map(|one| one.amount).sum::<i64>()
    }

    /// What the concessions change of the balance.
    pub(crate) fn adjusted(&self) -> i64 {
        let signed = |one: &Concession| {
            if one.given == Given::Over {
                one.amount
            } else {
                -one.amount
            }
        };
        self.concessions.iter().map(signed).sum()
    }

    fn settles_short(&self) -> bool {
        self.concessions.iter().any(|one| one.given == Given::Short)
    }

    /// The allocations, the new money's entry in its place.
    pub(crate) fn wanted(&self, new_money: EntryId) -> Vec<Allocate> {
        let real = |entry: EntryId| if entry == NEW_MONEY { new_money } else { entry };
        let join = |pair: &Pair| Allocate {
            debit: pair.debit,
            credit: real(pair.credit),
            amount: pair.amount,
            effective: None,
        };
        self.pairs.iter().map(join).collect()
    }

    /// The concessions with their items, the new money's entry in its place.
    pub(crate) fn given(&self, new_money: EntryId) -> Vec<(Concession, Option<&Item>)> {
        let real = |one: &Concession| Concession {
            item: if one.item == NEW_MONEY {
                new_money
            } else {
                one.item
            },
            ..*one
        };
        let all = self.concessions.iter();
        all.map(|one| (real(one), self.items.get(&one.item).filter(|item| item.side == 1)))
            .collect()
    }

    /// A little too little, or a little too much.
    fn differences(
        &mut self,
        question: &Question<'_>,
        sources: &[Source],
        aims: &[Aim],
        met: &Met,
        (rule, used): (Tolerance, i64),
    ) {
        let paid: HashSet<EntryId> = met.pairs.iter().map(|pair| pair.debit).collect();
        let touched = |n: usize| paid.contains(&aims[n].entry);
        let oldest = matches!(question.target, Target::Oldest);
        let short: Vec<(EntryId, i64)> = (0..aims.len())
            .filter(|n| met.rests[*n] > 0 && aims[*n].is_whole() && (!oldest || touched(*n)))
            .map(|n| (aims[n].entry, met.rests[n]))
            .collect();
        let of: i64 = aims.iter().map(|aim| aim.amount).sum();
        let is_money = |n: &usize| sources[*n].paid_on.is_some() && met.left[*n] > 0;
        let over: Vec<usize> = (0..sources.len()).filter(is_money).collect();
        let is_used_up = met.left.iter().all(|left| *left == 0);
        let closed = !aims.is_empty() && met.rests.iter().all(|rest| *rest == 0);
        let (sum, given) = match (&short[..], &over[..]) {
            ([_, ..], []) if is_used_up && !met.pairs.is_empty() => {
                (short.iter().map(|one| one.1).sum(), Given::Short)
            }
            ([], [only]) if closed => (met.left[*only], Given::Over),
            _ => return,
        };
        match rule.judge(sum, of, used) {
            Difference::Settled if given == Given::Over => self.concessions.push(Concession {
                given,
                item: sources[over[0]].entry,
                amount: sum,
            }),
            Difference::Settled => self
                .concessions
                .extend(short.iter().map(|(item, amount)| Concession {
                    given,
                    item: *item,
                    amount: *amount,
                })),
            // Only what looks like a slip is worth a word.
            Difference::OverCap => self.difference = Some((sum, Difference::OverCap)),
            Difference::TooLarge => {}
        }
    }

    fn given_to(&self, item: EntryId, kind: EntryKind) -> i64 {
        let of = |one: &&Concession| one.item == item && one.given.kind() == kind && one.given != Given::Over;
        self.concessions.iter().filter(of).map(|one| one.amount).sum()
    }

    /// `account` as it is afterwards.
    pub(crate) fn outcome(&self, account: &AccountRow, received: i64) -> Outcome {
        let mut used: HashMap<EntryId, i64> = HashMap::new();
        for pair in &self.pairs {
            *used.entry(pair.debit).or_default() += pair.amount;
            *used.entry(pair.credit).or_default() += pair.amount;
        }
        let over = self.concessions.iter().find(|one| one.given == Given::Over);
        let over_of = |entry: EntryId| over.filter(|one| one.item == entry).map_or(0, |one| one.amount);
        let few = !self.concessions.is_empty();
        let closing = |item: &Item| Closing {
            entry: item.entry,
            document_kind: item.document_kind.clone(),
            document_no: item.document_no.clone(),
            due: item.due,
            before: item.open,
            allocated: used.get(&item.entry).copied().unwrap_or(0) + over_of(item.entry),
            discount: if few {
                self.given_to(item.entry, EntryKind::Discount)
            } else {
                0
            },
            tolerance: if few {
                self.given_to(item.entry, EntryKind::Tolerance)
            } else {
                0
            },
        };
        let shown = |entry: &&EntryId| {
            used.contains_key(*entry) || (few && self.concessions.iter().any(|one| one.item == **entry))
        };
        let items = self.order.iter().filter(shown);
        let items = items
            .filter_map(|entry| self.items.get(entry))
            .map(closing)
            .collect();
        let mut credits: Vec<Closing> = self
            .items
            .values()
            .filter(|item| item.side == -1 && used.contains_key(&item.entry))
            .map(closing)
            .collect();
        credits.sort_by_key(|credit| (credit.due, credit.entry));
        Outcome {
            account: account.id,
            currency: account.currency,
            received,
            items,
            credits,
            on_account: received - used.get(&NEW_MONEY).copied().unwrap_or(0) - over_of(NEW_MONEY),
            reserved: self.reserves.map_or(0, |(_, part)| part),
            over: over.map_or(0, |one| one.amount),
            over_cap: self.difference.map_or(0, |(amount, _)| amount),
            open_debit: account.open_debit,
            balance: account.balance,
            proposal: self.proposal.clone(),
        }
    }
}
