//! What money is for, found step by step, with what speaks for it and what else it could be. Pure.
//!
//! Reference, exact item, exact statement, unique subset, oldest first, on account: the first step that
//! applies takes, what is left goes on. Where more than one answer fits, nothing is posted: it is proposed.

use std::collections::HashSet;

use base::Day;
use ledger::EntryId;

use crate::rules::{self, Share};

/// An item that is owed, whole.
#[derive(Clone, Debug)]
pub struct Owed {
    pub entry: EntryId,
    pub open: i64,
    /// What closes it today: less where a discount is earned.
    pub net: i64,
    pub number: String,
    pub order_number: String,
}

/// An item or a part of one in the order in which the oldest is paid first.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub entry: EntryId,
    pub open: i64,
    pub due: Day,
    /// Contested by the customer: money that nobody named never closes it.
    pub disputed: i64,
    /// May stay owed for the whole relation: paid last.
    pub base: i64,
    /// An instalment of a plan.
    pub planned: bool,
}

/// A free credit of the account.
#[derive(Clone, Debug)]
pub struct Free {
    pub entry: EntryId,
    pub amount: i64,
    /// On no statement yet, so it came since the newest one.
    pub since: bool,
}

/// An issued statement with something left on it.
#[derive(Clone, Debug)]
pub struct Issued {
    pub no: String,
    /// The newest of its series: what it asks for carries everything before it.
    pub to_pay: Option<i64>,
    pub entries: Vec<EntryId>,
}

/// An account as the steps see it.
#[derive(Clone, Debug)]
pub struct Picture {
    pub today: Day,
    pub owed: Vec<Owed>,
    pub parts: Vec<Part>,
    pub credits: Vec<Free>,
    /// Newest first.
    pub statements: Vec<Issued>,
    /// The account's setting: what no step finds pays the oldest.
    pub oldest_without_asking: bool,
    /// A difference that would be settled.
    pub tolerance: i64,
}

/// The steps in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Reference,
    ExactItem,
    ExactStatement,
    Subset,
    Oldest,
}

impl Step {
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::Reference => "reference",
            Step::ExactItem => "exact_item",
            Step::ExactStatement => "exact_statement",
            Step::Subset => "subset",
            Step::Oldest => "oldest",
        }
    }
}

/// What speaks for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Numbers in the payment's text.
    Mentioned,
    /// The one open item of this amount.
    OnlyItem,
    /// One of several open items of this amount.
    OneOfSeveral,
    /// The one open item but for a difference that is settled.
    NearItem,
    /// What the newest statement asks for, earlier ones included.
    NewestToPay,
    NearToPay,
    /// What is open on this one statement.
    OwnOpen,
    /// The one choice of items that comes to this amount.
    OnlySubset,
    OldestFirst,
}

impl Why {
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Mentioned => "mentioned",
            Why::OnlyItem => "only_item",
            Why::OneOfSeveral => "one_of_several",
            Why::NearItem => "near_item",
            Why::NewestToPay => "newest_to_pay",
            Why::NearToPay => "near_to_pay",
            Why::OwnOpen => "own_open",
            Why::OnlySubset => "only_subset",
            Why::OldestFirst => "oldest_first",
        }
    }
}

/// An answer: which items, which credits with them, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub step: Step,
    pub why: Why,
    /// Numbers that the reason names.
    pub numbers: Vec<String>,
    pub debits: Vec<Share>,
    /// Credits on account that are used before the money.
    pub credits: Vec<EntryId>,
    /// Money that it takes.
    pub money: i64,
}

/// What the steps answer.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// Posted without asking, in this order.
    pub taken: Vec<Found>,
    /// Fits, but so does something else: a person decides.
    pub proposed: Option<Found>,
    /// What else the money could be for.
    pub alternatives: Vec<Found>,
}

/// Items at most for a search over all choices of them.
pub const MOST_FOR_SUBSET: usize = 20;
const MOST_ALTERNATIVES: usize = 6;

/// Finds what `amount` with this text is for.
pub fn propose(picture: &Picture, amount: i64, text: &str) -> Proposal {
    let mut proposal = Proposal::default();
    let mut left = amount;
    let mut rest = picture.clone();
    if let Some(found) = by_reference(&rest, left, text) {
        left -= found.money;
        rest.forget(&found);
        proposal.taken.push(found);
    }
    if left > 0 {
        go_on(&rest, left, &mut proposal);
    }
    let answered =
        proposal.proposed.is_some() || proposal.taken.iter().any(|one| one.step != Step::Reference);
    match oldest(&rest, left) {
        Some(found) if !answered && picture.oldest_without_asking => proposal.taken.push(found),
        Some(found) => proposal.alternatives.push(found),
        None => {}
    }
    let chosen: Vec<Vec<Share>> = proposal
        .taken
        .iter()
        .chain(&proposal.proposed)
        .map(|one| one.debits.clone())
        .collect();
    proposal
        .alternatives
        .retain(|found| !chosen.contains(&found.debits));
    proposal.alternatives.truncate(MOST_ALTERNATIVES);
    proposal
}

impl Picture {
    fn forget(&mut self, found: &Found) {
        let closed: HashSet<EntryId> = found.debits.iter().map(|share| share.entry).collect();
        self.owed.retain(|owed| !closed.contains(&owed.entry));
        self.parts.retain(|part| !closed.contains(&part.entry));
        self.credits
            .retain(|credit| !found.credits.contains(&credit.entry));
    }

    fn all(&self, of: impl Fn(&Owed) -> bool) -> Vec<Share> {
        let owed = self.owed.iter().filter(|owed| of(owed));
        owed.map(|owed| Share {
            entry: owed.entry,
            amount: owed.open,
        })
        .collect()
    }

    fn net(&self, debits: &[Share]) -> i64 {
        let of: HashSet<EntryId> = debits.iter().map(|share| share.entry).collect();
        let owed = self.owed.iter().filter(|owed| of.contains(&owed.entry));
        owed.map(|owed| owed.net).sum()
    }

    fn credit(&self, of: impl Fn(&Free) -> bool) -> (Vec<EntryId>, i64) {
        let credits: Vec<&Free> = self.credits.iter().filter(|credit| of(credit)).collect();
        (
            credits.iter().map(|credit| credit.entry).collect(),
            credits.iter().map(|credit| credit.amount).sum(),
        )
    }

    /// Everything on issued statements; credits that came since are used with it.
    fn billed(&self) -> (Vec<Share>, Vec<EntryId>, i64) {
        let on: HashSet<EntryId> = self
            .statements
            .iter()
            .flat_map(|one| one.entries.iter().copied())
            .collect();
        let debits = self.all(|owed| on.contains(&owed.entry));
        let (credits, sum) = self.credit(|credit| credit.since || on.contains(&credit.entry));
        let money = self.net(&debits) - sum;
        (debits, credits, money)
    }

    /// What is open on one statement.
    fn own(&self, statement: &Issued) -> (Vec<Share>, Vec<EntryId>, i64) {
        let on: HashSet<EntryId> = statement.entries.iter().copied().collect();
        let debits = self.all(|owed| on.contains(&owed.entry));
        let (credits, sum) = self.credit(|credit| on.contains(&credit.entry));
        let money = self.net(&debits) - sum;
        (debits, credits, money)
    }
}

/// Numbers of this account's own documents in the text: another payer's are none.
fn by_reference(picture: &Picture, left: i64, text: &str) -> Option<Found> {
    let text = text.to_uppercase();
    if text.trim().is_empty() {
        return None;
    }
    let mut numbers = Vec::new();
    let mut named: HashSet<EntryId> = HashSet::new();
    for statement in &picture.statements {
        if !mentions(&text, &statement.no) {
            continue;
        }
        if statement.to_pay == Some(left) {
            let (debits, credits, money) = picture.billed();
            if money <= left && !debits.is_empty() {
                return Some(Found {
                    step: Step::Reference,
                    why: Why::Mentioned,
                    numbers: vec![statement.no.clone()],
                    debits,
                    credits,
                    money: money.max(0),
                });
            }
        }
        numbers.push(statement.no.clone());
        named.extend(statement.entries.iter().copied());
    }
    for owed in &picture.owed {
        for number in [&owed.number, &owed.order_number] {
            if mentions(&text, number) && (named.insert(owed.entry) || !numbers.contains(number)) {
                numbers.push(number.clone());
            }
        }
    }
    let debits = picture.all(|owed| named.contains(&owed.entry));
    if debits.is_empty() {
        return None;
    }
    let (credits, sum) = picture.credit(|credit| named.contains(&credit.entry));
    let money = (picture.net(&debits) - sum).clamp(0, left);
    numbers.dedup();
    Some(Found {
        step: Step::Reference,
        why: Why::Mentioned,
        numbers,
        debits,
        credits,
        money,
    })
}

/// Whether a document's number stands in an upper-case text by itself. Numbers too short to mean anything
/// are never found.
fn mentions(text: &str, number: &str) -> bool {
    let number = number.trim().to_uppercase();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if number.chars().count() < 4 || digits < 3 || (digits == number.len() && digits < 6) {
        return false;
    }
    let goes_on = |mut rest: Box<dyn Iterator<Item = char> + '_>| match rest.next() {
        Some(c) if c.is_ascii_alphanumeric() => true,
        Some('-' | '_') => rest.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        _ => false,
    };
    text.match_indices(&number).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + number.len()..]);
        !goes_on(Box::new(before.chars().rev())) && !goes_on(Box::new(after.chars()))
    })
}

fn go_on(picture: &Picture, left: i64, proposal: &mut Proposal) {
    let items = exact_items(picture, left);
    if let [only] = &items[..] {
        return proposal.taken.push(only.clone());
    }
    if !items.is_empty() {
        let mut items = items.into_iter().map(|found| Found {
            why: Why::OneOfSeveral,
            ..found
        });
        proposal.proposed = items.next();
        proposal.alternatives.extend(items);
        return;
    }
    if exact_statement(picture, left, proposal) || near(picture, left, proposal) {
        return;
    }
    proposal.proposed = only_subset(picture, left);
}

fn exact_items(picture: &Picture, left: i64) -> Vec<Found> {
    let fits = |owed: &&Owed| owed.open == left || owed.net == left;
    picture
        .owed
        .iter()
        .filter(fits)
        .map(|owed| item(owed, Why::OnlyItem, left))
        .collect()
}

fn item(owed: &Owed, why: Why, money: i64) -> Found {
    Found {
        step: Step::ExactItem,
        why,
        numbers: vec![owed.number.clone()],
        debits: vec![Share {
            entry: owed.entry,
            amount: owed.open,
        }],
        credits: Vec::new(),
        money,
    }
}

/// What the newest statement asks for, or what is open on exactly one; whether the step answered.
fn exact_statement(picture: &Picture, left: i64, proposal: &mut Proposal) -> bool {
    let newest = newest_to_pay(picture, left, Why::NewestToPay, |to_pay| to_pay == left);
    let mut own: Vec<Found> = Vec::new();
    for statement in &picture.statements {
        let (debits, credits, money) = picture.own(statement);
        if money == left && !debits.is_empty() {
            own.push(Found {
                step: Step::ExactStatement,
                why: Why::OwnOpen,
                numbers: vec![statement.no.clone()],
                debits,
                credits,
                money,
            });
        }
    }
    match (newest, &own[..]) {
        (Some(newest), [other]) if other.debits != newest.debits => {
            proposal.alternatives.push(other.clone());
            proposal.proposed = Some(newest);
        }
        (Some(newest), _) => proposal.taken.push(newest),
        (None, [only]) => proposal.taken.push(only.clone()),
        (None, _) => {
            proposal.alternatives.extend(own);
            return false;
        }
    }
    true
}

fn newest_to_pay(picture: &Picture, left: i64, why: Why, fits: impl Fn(i64) -> bool) -> Option<Found> {
    let newest = picture.statements.iter().find(|one| one.to_pay.is_some())?;
    let (debits, credits, money) = picture.billed();
    let asked = newest
        .to_pay
        .filter(|to_pay| fits(*to_pay))
        .or_else(|| Some(money).filter(|net| fits(*net)))?;
    // What is asked for must close it all: money that came since may have been used for something else.
    let closes = money <= left || (why == Why::NearToPay && money - left <= picture.tolerance);
    (asked > 0 && closes && !debits.is_empty()).then(|| Found {
        step: Step::ExactStatement,
        why,
        numbers: vec![newest.no.clone()],
        debits,
        credits,
        money: left,
    })
}

/// The same, but for a difference that is settled.
fn near(picture: &Picture, left: i64, proposal: &mut Proposal) -> bool {
    if picture.tolerance == 0 {
        return false;
    }
    let is_near = |amount: i64| (amount - left).abs() <= picture.tolerance;
    let items: Vec<&Owed> = picture
        .owed
        .iter()
        .filter(|owed| is_near(owed.open) || is_near(owed.net))
        .collect();
    match &items[..] {
        [] => {}
        [only] => {
            proposal.taken.push(item(only, Why::NearItem, left));
            return true;
        }
        several => {
            let mut found = several.iter().map(|owed| item(owed, Why::OneOfSeveral, left));
            proposal.proposed = found.next();
            proposal.alternatives.extend(found);
            return true;
        }
    }
    match newest_to_pay(picture, left, Why::NearToPay, is_near) {
        Some(found) => {
            proposal.taken.push(found);
            true
        }
        None => false,
    }
}

/// The one choice of items that comes to the amount. Half of the choices are sorted by sum, the other half
/// looks its complement up: two times 2^10 sums at most, whatever the amounts.
fn only_subset(picture: &Picture, left: i64) -> Option<Found> {
    let owed = &picture.owed;
    if owed.len() < 2 || owed.len() > MOST_FOR_SUBSET {
        return None;
    }
    let (first, second) = owed.split_at(owed.len() / 2);
    let sums = |items: &[Owed]| -> Vec<(i64, u32)> {
        (0..1_u32 << items.len())
            .map(|mask| {
                let chosen = items.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1);
                (chosen.map(|(_, owed)| owed.net).sum(), mask)
            })
            .collect()
    };
    let mut low = sums(first);
    low.sort_unstable();
    let mut only = None;
    for (sum, high) in sums(second) {
        let from = low.partition_point(|(other, _)| *other < left - sum);
        for (_, mask) in low[from..].iter().take_while(|(other, _)| *other == left - sum) {
            if only.replace((*mask, high)).is_some() {
                return None;
            }
        }
    }
    let (mask, high) = only?;
    let is_in = |n: usize| {
        if n < first.len() {
            mask >> n & 1 == 1
        } else {
            high >> (n - first.len()) & 1 == 1
        }
    };
    let chosen: Vec<&Owed> = owed
        .iter()
        .enumerate()
        .filter(|(n, _)| is_in(*n))
        .map(|(_, owed)| owed)
        .collect();
    Some(Found {
        step: Step::Subset,
        why: Why::OnlySubset,
        numbers: chosen.iter().map(|owed| owed.number.clone()).collect(),
        debits: chosen
            .iter()
            .map(|owed| Share {
                entry: owed.entry,
                amount: owed.open,
            })
            .collect(),
        credits: Vec::new(),
        money: left,
    })
}

/// By due date, basis date and identity, without what is contested; what may stay owed comes last. An
/// instalment that is not due waits while something older is due.
pub fn in_order(parts: &[Part], today: Day) -> Vec<Share> {
    let share = |part: &Part, amount: i64| Share {
        entry: part.entry,
        amount,
    };
    let is_due = parts.iter().any(|part| part.due <= today);
    let waits = |part: &Part| is_due && part.planned && part.due > today;
    let firm = |part: &Part| part.open - part.disputed - part.base;
    let now = parts.iter().filter(|part| !waits(part));
    let later = parts.iter().filter(|part| waits(part));
    let base = parts
        .iter()
        .map(|part| share(part, part.base.min(part.open - part.disputed)));
    now.chain(later)
        .map(|part| share(part, firm(part)))
        .chain(base)
        .filter(|share| share.amount > 0)
        .collect()
}

fn oldest(picture: &Picture, left: i64) -> Option<Found> {
    if left <= 0 {
        return None;
    }
    let debits = rules::first(&in_order(&picture.parts, picture.today), left);
    (!debits.is_empty()).then(|| Found {
        step: Step::Oldest,
        why: Why::OldestFirst,
        numbers: Vec::new(),
        money: debits.iter().map(|share| share.amount).sum(),
        debits,
        credits: Vec::new(),
    })
}
