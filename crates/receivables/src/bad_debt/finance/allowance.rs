use base::{Currency, Day, Id, Instant, Money};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, EntryId};
use parties::CustomerId;
use serde::Serialize;

use super::refusals;
use super::rules::{self, Bucket};
use crate::commands::{required, within};
use crate::queries;
use crate::rules::Age;

/// Marks the identity of a proposal run.
pub enum AllowanceRun {}
pub type AllowanceRunId = Id<AllowanceRun>;

db::statements! {
    RATES = "SELECT bucket, rate_bp FROM receivables_allowance_rate WHERE company_id = $1 ORDER BY bucket";
    SAVE_RATE = "INSERT INTO receivables_allowance_rate (company_id, bucket, rate_bp) VALUES ($1, $2, $3) \
        ON CONFLICT (company_id, bucket) DO UPDATE SET rate_bp = excluded.rate_bp";
    DRAFT = "SELECT id FROM receivables_allowance_run \
        WHERE company_id = $1 AND currency = $2 AND state = 'draft'";
    INSERT_RUN = "INSERT INTO receivables_allowance_run (company_id, id, state, as_of, currency, note, \
        created_at, created_by, decided_at, decided_by) VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, NULL, NULL)";
    INSERT_LINE = "INSERT INTO receivables_allowance_line (company_id, run_id, line_no, account_id, customer_id, \
        bucket, entry_id, document_no, base_minor, rate_bp, proposed_minor, amount_minor, reason) VALUES";
    LOCK_RUN = "SELECT id, state, as_of, currency, note, created_at, decided_at FROM receivables_allowance_run \
        WHERE company_id = $1 AND id = $2";
    RUNS = "SELECT r.id, r.state, r.as_of, r.currency, r.note, r.created_at, r.decided_at, \
        COALESCE((SELECT CAST(SUM(l.amount_minor) AS BIGINT) FROM receivables_allowance_line l \
            WHERE l.company_id = r.company_id AND l.run_id = r.id), 0), \
        COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) FROM receivables_allowance_entry e \
            WHERE e.company_id = r.company_id AND e.run_id = r.id), 0) \
        FROM receivables_allowance_run r WHERE r.company_id = $1 ORDER BY r.as_of DESC, r.id DESC LIMIT 200";
    LINES = "SELECT l.line_no, l.account_id, l.customer_id, c.code, c.name, l.bucket, l.entry_id, l.document_no, \
        l.base_minor, l.rate_bp, l.proposed_minor, l.amount_minor, l.reason FROM receivables_allowance_line l \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id \
        WHERE l.company_id = $1 AND l.run_id = $2 ORDER BY c.code, l.account_id, l.line_no";
    LINE = "SELECT line_no, bucket, base_minor, rate_bp, proposed_minor, amount_minor \
        FROM receivables_allowance_line WHERE company_id = $1 AND run_id = $2 AND line_no = $3";
    LINE_OF_BUCKET = "SELECT line_no, bucket, base_minor, rate_bp, proposed_minor, amount_minor \
        FROM receivables_allowance_line WHERE company_id = $1 AND run_id = $2 AND account_id = $3 AND bucket = $4";
    LAST_LINE = "SELECT COALESCE(MAX(line_no), 0) FROM receivables_allowance_line \
        WHERE company_id = $1 AND run_id = $2";
    LINE_OF_ITEM = "SELECT line_no FROM receivables_allowance_line \
        WHERE company_id = $1 AND run_id = $2 AND entry_id = $3";
    SET_LINE = "UPDATE receivables_allowance_line SET base_minor = $4, proposed_minor = $5, amount_minor = $6, \
        reason = $7 WHERE company_id = $1 AND run_id = $2 AND line_no = $3";
    DECIDE = "UPDATE receivables_allowance_run SET state = $3, decided_at = $4, decided_by = $5 \
        WHERE company_id = $1 AND id = $2";
    // What the run sets aside for each account, and what stands so far; accounts with either.
    CHANGES = "SELECT t.account_id, CAST(SUM(t.wanted) AS BIGINT), CAST(SUM(t.standing) AS BIGINT) FROM \
        (SELECT account_id, amount_minor AS wanted, 0 AS standing FROM receivables_allowance_line \
            WHERE company_id = $1 AND run_id = $2 UNION ALL \
         SELECT account_id, 0, amount_minor FROM receivables_allowance_entry \
            WHERE company_id = $1 AND currency = $3) t GROUP BY t.account_id ORDER BY t.account_id";
    INSERT_ENTRY = "INSERT INTO receivables_allowance_entry (company_id, id, run_id, account_id, currency, as_of, \
        amount_minor, recorded_at, recorded_by) VALUES";
    STANDING = "SELECT COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) FROM receivables_allowance_entry \
        WHERE company_id = $1 AND currency = $2";
}

/// The rates by age, in hundredths of a percent; 0 where none was set.
pub fn rates(tx: &mut Tx<'_>) -> db::Result<Vec<(Bucket, i64)>> {
    let set: Vec<(String, i64)> = tx.all(RATES, p![])?;
    let rate = |age: Age| {
        let bucket = Bucket::Age(age);
        let found = set.iter().find(|(name, _)| name == bucket.as_str());
        (bucket, found.map_or(0, |(_, rate)| *rate))
    };
    Ok(Age::ALL.into_iter().map(rate).collect())
}

/// Sets the rates of the ages named, each a percentage.
///
/// # Errors
/// `receivables.rate_invalid`, `receivables.unknown_bucket`.
pub fn save_rates(tx: &mut Tx<'_>, wanted: &[(String, String)]) -> db::Result<()> {
    for (at, (bucket, percent)) in wanted.iter().enumerate() {
        let age = Bucket::age(bucket).ok_or_else(|| refusals::unknown_bucket(bucket))?;
        let rate = rules::rate(percent, &format!("rates[{at}].percent"))?;
        tx.push(SAVE_RATE, p![Bucket::Age(age).as_str(), rate])?;
    }
    Ok(())
}

/// The whole ageing is read at once.
const MOST_ACCOUNTS: usize = 1_000_000;

/// A proposal to be made.
#[derive(Clone, Debug)]
pub struct ProposeAllowance {
    pub as_of: Day,
    /// `None`: the company's.
    pub currency: Option<Currency>,
    pub note: String,
}

/// Proposes an allowance by the ages of a day: a line for each account and age with a rate. Nothing is
/// posted. There is one draft at a time for a currency.
///
/// # Errors
/// `receivables.date_in_future`, `receivables.allowance_draft_exists`.
pub fn propose_allowance(tx: &mut Tx<'_>, meta: &Meta, cmd: &ProposeAllowance) -> db::Result<AllowanceRunId> {
    if cmd.as_of > meta.today {
        return Err(refusals::date_in_future("as_of").into());
    }
    let currency = cmd.currency.unwrap_or(meta.company.currency);
    if tx.opt::<AllowanceRunId>(DRAFT, p![currency])?.is_some() {
        return Err(refusals::allowance_draft_exists().into());
    }
    let rates = rates(tx)?;
    let id: AllowanceRunId = tx.next_id();
    let note = within(&cmd.note, "note")?;
    tx.push(INSERT_RUN, p![id, cmd.as_of, currency, note, meta.now, meta.user])?;
    let ages = queries::ageing(tx, meta.today, Some(cmd.as_of), None, (0, MOST_ACCOUNTS))?.items;
    let mut lines = Vec::new();
    for row in ages.into_iter().filter(|row| row.currency == currency) {
        let ages = &row.ages;
        let open = [
            ages.not_due,
            ages.days_1_30,
            ages.days_31_60,
            ages.days_61_90,
            ages.days_over_90,
        ];
        for ((bucket, rate), base) in rates.iter().zip(open) {
            if base.minor <= 0 || *rate == 0 {
                continue;
            }
            let proposed = rules::share(base.minor, *rate);
            lines.push(p![
                id,
                i64::try_from(lines.len())? + 1,
                row.account_id,
                row.customer_id,
                bucket.as_str(),
                None::<i64>,
                "",
                base.minor,
                *rate,
                proposed,
                proposed,
                ""
            ]);
        }
    }
    tx.push_rows(INSERT_LINE, lines)?;
    Ok(id)
}

struct RunRow {
    id: AllowanceRunId,
    state: String,
    as_of: Day,
    currency: Currency,
    note: String,
    created_at: Instant,
    decided_at: Option<Instant>,
}

db::from_row! { RunRow { id, state, as_of, currency, note, created_at, decided_at } }

struct LineRow {
    line_no: i64,
    bucket: String,
    base: i64,
    rate: i64,
    proposed: i64,
    amount: i64,
}

db::from_row! { LineRow { line_no, bucket, base, rate, proposed, amount } }

fn draft(tx: &mut Tx<'_>, id: AllowanceRunId) -> db::Result<RunRow> {
    let found: Option<RunRow> = tx.lock(LOCK_RUN, p![id])?;
    let run = found.ok_or_else(refusals::allowance_not_found)?;
    if run.state != "draft" {
        return Err(refusals::allowance_decided().into());
    }
    Ok(run)
}

/// An amount set by hand.
#[derive(Clone, Debug)]
pub struct ChangeLine {
    pub run: AllowanceRunId,
    pub line_no: i64,
    /// A decimal, not negative and not more than the line is about.
    pub amount: String,
    /// Why; required unless it is the proposed amount again.
    pub reason: String,
}

/// Sets the amount of a line by hand.
///
/// # Errors
/// `receivables.allowance_line_not_found`, `receivables.more_than_base`, `receivables.reason_required`.
pub fn change_line(tx: &mut Tx<'_>, cmd: &ChangeLine) -> db::Result<()> {
    let run = draft(tx, cmd.run)?;
    let found: Option<LineRow> = tx.opt(LINE, p![run.id, cmd.line_no])?;
    let line = found.ok_or_else(refusals::allowance_line_not_found)?;
    let amount = set_aside(&cmd.amount, run.currency, line.base)?;
    let reason = if amount == line.proposed {
        within(&cmd.reason, "reason")?
    } else {
        required(&cmd.reason, "reason")?
    };
    let row = p![run.id, line.line_no, line.base, line.proposed, amount, reason];
    tx.push(SET_LINE, row)
}

fn set_aside(text: &str, currency: Currency, most: i64) -> db::Result<i64> {
    let amount = Money::parse(text, currency).map_err(|_| refusals::amount_unreadable("amount", text))?;
    if amount.minor < 0 || amount.minor > most {
        return Err(refusals::more_than_base(Money::new(most, currency)).into());
    }
    Ok(amount.minor)
}

/// One open item that is judged by itself.
#[derive(Clone, Debug)]
pub struct SingleItem {
    pub run: AllowanceRunId,
    pub entry: EntryId,
    pub amount: String,
    pub reason: String,
}

/// Takes an item out of its age and sets its amount by hand.
///
/// # Errors
/// `receivables.item_not_found`, `receivables.item_judged_twice`, `receivables.item_after_day` for an item
/// that is dated after the run's day, and those of [`change_line`].
pub fn add_single(tx: &mut Tx<'_>, cmd: &SingleItem) -> db::Result<()> {
    let run = draft(tx, cmd.run)?;
    let entry = ledger::entry(tx, cmd.entry)?;
    let account = ledger::find_account(tx, entry.account)?;
    let open = ledger::open_items_where(tx, &[cmd.entry])?;
    let item = open.into_iter().find(|item| item.side == 1 && !item.internal);
    let item = item.ok_or_else(|| refusals::item_not_found("entry_id"))?;
    if account.currency != run.currency {
        return Err(refusals::item_not_found("entry_id").into());
    }
    if item.basis_date > run.as_of {
        return Err(refusals::item_after_day(&item.document_no, run.as_of).into());
    }
    if tx.opt::<i64>(LINE_OF_ITEM, p![run.id, cmd.entry])?.is_some() {
        return Err(refusals::item_judged_twice(&item.document_no).into());
    }
    let amount = set_aside(&cmd.amount, run.currency, item.open)?;
    let reason = required(&cmd.reason, "reason")?;
    leave_age(tx, &run, &item, account.id)?;
    let line: i64 = tx.one(LAST_LINE, p![run.id])?;
    let row = p![
        run.id,
        line + 1,
        account.id,
        account.customer,
        Bucket::Single.as_str(),
        cmd.entry,
        &item.document_no,
        item.open,
        0_i64,
        amount,
        amount,
        reason
    ];
    tx.push_rows(INSERT_LINE, vec![row])
}

/// An item that is judged by itself is not judged by its age as well. A line that was changed by hand
/// keeps its amount as far as its base allows.
fn leave_age(tx: &mut Tx<'_>, run: &RunRow, item: &ledger::OpenItem, account: AccountId) -> db::Result<()> {
    let bucket = Bucket::Age(Age::of(item.due_date, run.as_of));
    let found: Option<LineRow> = tx.opt(LINE_OF_BUCKET, p![run.id, account, bucket.as_str()])?;
    let Some(line) = found else { return Ok(()) };
    let base = (line.base - item.open).max(0);
    let proposed = rules::share(base, line.rate);
    let is_by_hand = line.amount != line.proposed;
    let amount = if is_by_hand {
        line.amount.min(base)
    } else {
        proposed
    };
    debug_assert_eq!(line.bucket, bucket.as_str());
    tx.push(SET_LINE, p![run.id, line.line_no, base, proposed, amount, ""])
}

/// Posts a run: the allowance of every account becomes what the run says, and of every other nothing.
pub fn post_allowance(tx: &mut Tx<'_>, meta: &Meta, id: AllowanceRunId) -> db::Result<()> {
    let run = draft(tx, id)?;
    let changes: Vec<(AccountId, i64, i64)> = tx.all(CHANGES, p![id, run.currency])?;
    let mut rows = Vec::new();
    for (account, wanted, standing) in changes {
        if wanted == standing {
            continue;
        }
        let entry = tx.next_id::<()>();
        rows.push(p![
            entry,
            id,
            account,
            run.currency,
            run.as_of,
            wanted - standing,
            meta.now,
            meta.user
        ]);
    }
    tx.push_rows(INSERT_ENTRY, rows)?;
    tx.push(DECIDE, p![id, "posted", meta.now, meta.user])
}

/// Gives a draft up.
pub fn drop_allowance(tx: &mut Tx<'_>, meta: &Meta, id: AllowanceRunId) -> db::Result<()> {
    let run = draft(tx, id)?;
    tx.push(DECIDE, p![run.id, "dropped", meta.now, meta.user])
}

/// A run in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AllowanceRunItem)]
pub struct RunItem {
    #[schema(value_type = String)]
    pub id: AllowanceRunId,
    /// `draft`, `posted` or `dropped`.
    pub state: String,
    #[schema(value_type = String)]
    pub as_of: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub note: String,
    #[schema(value_type = String)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
    /// What its lines set aside.
    #[schema(value_type = String)]
    pub total: Money,
    /// By how much posting it changed the allowance.
    #[schema(value_type = String)]
    pub change: Money,
}

/// The latest runs, newest first, at most two hundred.
pub fn allowance_runs(tx: &mut Tx<'_>) -> db::Result<Vec<RunItem>> {
    tx.each(RUNS, p![], |row| {
        let currency: Currency = row.get(3)?;
        Ok(RunItem {
            id: row.get(0)?,
            state: row.get(1)?,
            as_of: row.get(2)?,
            currency,
            note: row.get(4)?,
            created_at: row.get(5)?,
            decided_at: row.get(6)?,
            total: Money::new(row.get(7)?, currency),
            change: Money::new(row.get(8)?, currency),
        })
    })
}

/// A line of a run.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AllowanceLine {
    pub line_no: i64,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    /// An age, or `single`.
    pub bucket: String,
    #[schema(value_type = Option<String>)]
    pub entry_id: Option<EntryId>,
    /// The item of a single line.
    pub document_no: String,
    #[schema(value_type = String)]
    pub base: Money,
    /// A percentage.
    pub rate: String,
    #[schema(value_type = String)]
    pub proposed: Money,
    #[schema(value_type = String)]
    pub amount: Money,
    pub reason: String,
}

/// A run with its lines.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AllowanceRunDetail)]
pub struct RunDetail {
    #[schema(value_type = String)]
    pub id: AllowanceRunId,
    pub state: String,
    #[schema(value_type = String)]
    pub as_of: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub note: String,
    #[schema(value_type = String)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
    #[schema(value_type = String)]
    pub total: Money,
    /// The allowance of this currency as posted so far.
    #[schema(value_type = String)]
    pub standing: Money,
    pub lines: Vec<AllowanceLine>,
}

pub fn allowance_run(tx: &mut Tx<'_>, id: AllowanceRunId) -> db::Result<RunDetail> {
    let found: Option<RunRow> = tx.opt(LOCK_RUN, p![id])?;
    let run = found.ok_or_else(refusals::allowance_not_found)?;
    let money = |minor| Money::new(minor, run.currency);
    let lines = tx.each(LINES, p![id], |row| {
        Ok(AllowanceLine {
            line_no: row.get(0)?,
            account_id: row.get(1)?,
            customer_id: row.get(2)?,
            customer_code: row.get(3)?,
            customer_name: row.get(4)?,
            bucket: row.get(5)?,
            entry_id: row.get(6)?,
            document_no: row.get(7)?,
            base: money(row.get(8)?),
            rate: rules::percent(row.get(9)?),
            proposed: money(row.get(10)?),
            amount: money(row.get(11)?),
            reason: row.get(12)?,
        })
    })?;
    let standing: i64 = tx.one(STANDING, p![run.currency])?;
    Ok(RunDetail {
        id,
        state: run.state,
        as_of: run.as_of,
        currency: run.currency,
        note: run.note,
        created_at: run.created_at,
        decided_at: run.decided_at,
        total: money(lines.iter().map(|line| line.amount.minor).sum()),
        standing: money(standing),
        lines,
    })
}
