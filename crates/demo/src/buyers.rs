//! The customers of the demo: who they are, how they are billed, how they buy and pay.

use base::{Day, UserId};
use credit::Policy;
use db::Tx;
use i18n::Lang;
use kit::Meta;
use ledger::AccountId;
use parties::CustomerId;
use receivables::Method;

use crate::names;
use base::Chance;

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// In full, some days before it is due.
    Prompt,
    /// In full, some weeks late.
    Late,
    /// A part now, the rest next time.
    InParts,
    /// Round sums, whatever is open; the rest stays on account.
    Rounded,
    /// Has stopped paying.
    Gone,
}

#[derive(Clone, Debug)]
pub struct Buyer {
    pub id: CustomerId,
    pub account: AccountId,
    pub habit: Habit,
    /// Days after the due date (negative: before) on which it pays.
    pub pays_after: i64,
    pub method: Method,
    /// Purchases in a hundred days.
    pub pace: u64,
    pub salesperson: UserId,
    /// Closed by hand.
    pub is_manual: bool,
}

/// What is decided about a customer before it exists.
#[derive(Clone, Debug)]
pub struct Sketch {
    name: String,
    contact: String,
    phone: String,
    english: bool,
    cycle: String,
    terms: &'static str,
    limit: Option<String>,
    policy: Policy,
    habit: Habit,
    pays_after: i64,
    method: Method,
    pace: u64,
    salesperson: UserId,
    /// Owed when the books began, in minor units.
    pub opening: Option<i64>,
}

/// Payment terms, the usual one more often.
const TERMS: [&str; 6] = [
    "cutoff+30",
    "cutoff+30",
    "cutoff+15",
    "issue+10",
    "day25+1",
    "cutoff+45",
];

/// Every kind of cycle, the usual ones more often.
fn cycle(chance: &mut Chance, at: usize, start: Day) -> String {
    match at % 20 {
        0..=5 => "monthly:-1".to_owned(),
        6..=8 => "monthly:25".to_owned(),
        9 => "monthly:15,-1".to_owned(),
        10 => "monthly:10,20,-1".to_owned(),
        11 | 12 => "weekly:5".to_owned(),
        13 => format!("weekly:1/2@{}", start.next_or_same_weekday(1)),
        14 => format!("every_n_days:{}@{start}", chance.between(7, 12)),
        15 | 16 => "per_document".to_owned(),
        17 => format!("threshold:{}/45", chance.between(3, 9) * 1_000),
        18 => "manual:60".to_owned(),
        _ => quarters(start),
    }
}

/// Quarter ends as a calendar of its own.
fn quarters(start: Day) -> String {
    let ends: Vec<String> = (0..=8)
        .map(|n| start.month_start(n * 3).last_of_month().to_string())
        .collect();
    format!("calendar:{}", ends.join(","))
}

pub fn sketch(chance: &mut Chance, at: usize, start: Day, salespersons: &[UserId]) -> Sketch {
    let named = names::customer(chance, at);
    let habit = match at % 25 {
        0..=12 => Habit::Prompt,
        13..=17 => Habit::Late,
        18..=20 => Habit::InParts,
        21..=23 => Habit::Rounded,
        _ => Habit::Gone,
    };
    let pays_after = match habit {
        Habit::Prompt => chance.between(-12, 2),
        Habit::Late | Habit::Gone => chance.between(15, 75),
        Habit::InParts | Habit::Rounded => chance.between(-3, 25),
    };
    let (limit, policy) = match at % 10 {
        0..=3 => (None, Policy::Off),
        4..=6 => (Some(chance.between(20, 90) * 1_000), Policy::Warn),
        7 | 8 => (Some(chance.between(10, 60) * 1_000), Policy::Block),
        // Small limits: some of these stand over them when the year is out.
        _ => (Some(chance.between(8, 16) * 1_000), Policy::Warn),
    };
    Sketch {
        name: named.name,
        contact: named.contact,
        phone: format!(
            "1{}{:08}",
            chance.one_of(&["38", "39", "86", "59"]),
            chance.between(0, 99_999_999)
        ),
        english: named.english,
        cycle: cycle(chance, at, start),
        terms: chance.one_of::<&str>(&TERMS),
        limit: limit.map(|limit| limit.to_string()),
        policy,
        habit,
        pays_after,
        method: *chance.one_of(&Method::ALL),
        pace: *chance.one_of(&[2, 3, 4, 4, 6, 8, 14]),
        salesperson: *chance.one_of(salespersons),
        opening: (at % 9 == 4).then(|| chance.between(800, 9_000) * 100 + chance.between(0, 99)),
    }
}

/// Creates the customer, and what it owed when the books began.
pub fn create(tx: &mut Tx<'_>, meta: &Meta, sketch: &Sketch) -> db::Result<Buyer> {
    let language = if sketch.english { Lang::En } else { Lang::ZhHans };
    let mut party = parties::NewCustomer::named(&sketch.name, meta.company.currency, language);
    party.contact.clone_from(&sketch.contact);
    party.phone.clone_from(&sketch.phone);
    party.salesperson = Some(sketch.salesperson);
    let cycle = statements::NewCycle::plain(sketch.cycle.parse()?, sketch.terms.parse()?, 3);
    let new = statements::NewCustomer {
        party,
        cycle,
        credit_limit: sketch.limit.clone(),
        credit_policy: sketch.policy,
        started_on: None,
    };
    let made = statements::create_customer(tx, meta, new)?;
    if let Some(amount) = sketch.opening {
        let mut account = ledger::lock_account(tx, made.account)?;
        let (no, remark) = (String::new(), String::new());
        let opening = sales::NewOpening {
            no,
            date: meta.today,
            due: Some(meta.today.plus(30)),
            amount,
            remark,
        };
        sales::create_opening(tx, meta, &mut account, &opening)?;
    }
    Ok(Buyer {
        id: made.id,
        account: made.account,
        habit: sketch.habit,
        pays_after: sketch.pays_after,
        method: sketch.method,
        pace: sketch.pace,
        salesperson: sketch.salesperson,
        is_manual: sketch.cycle.starts_with("manual"),
    })
}
