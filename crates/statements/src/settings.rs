//! What a company decided on its statements.

use base::Refusal;
use db::{Tx, p};
use serde::{Deserialize, Serialize};

db::statements! {
    GET = "SELECT deem_days, answer_days, dispute_days FROM statements_setting WHERE company_id = $1";
    SET = "INSERT INTO statements_setting (company_id, deem_days, answer_days, dispute_days) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (company_id) DO UPDATE SET deem_days = excluded.deem_days, \
        answer_days = excluded.answer_days, dispute_days = excluded.dispute_days";
}

const WEEK: i64 = 7;
const LONGEST: i64 = 365;

/// Days after which silence, an answer not given and a dispute not decided are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StatementSettings)]
pub struct Settings {
    /// So many days after it was given to the customer, silence counts as consent, and the statement
    /// says so; `null`: never.
    pub deem_days: Option<i64>,
    /// Without an answer for longer than this, a statement is a case of the guard page.
    pub answer_days: i64,
    /// Undecided for longer than this, a dispute is.
    pub dispute_days: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            deem_days: None,
            answer_days: WEEK,
            dispute_days: WEEK,
        }
    }
}

pub fn get(tx: &mut Tx<'_>) -> db::Result<Settings> {
    type Found = (Option<i64>, i64, i64);
    let found: Option<Found> = tx.opt(GET, p![])?;
    Ok(
        found.map_or_else(Settings::default, |(deem_days, answer_days, dispute_days)| {
            Settings {
                deem_days,
                answer_days,
                dispute_days,
            }
        }),
    )
}

/// Statements issued from now on follow it.
///
/// # Errors
/// `statements.setting_days`.
pub fn set(tx: &mut Tx<'_>, new: &Settings) -> db::Result<()> {
    let fields = [
        ("deem_days", new.deem_days),
        ("answer_days", Some(new.answer_days)),
        ("dispute_days", Some(new.dispute_days)),
    ];
    for (field, days) in fields {
        if days.is_some_and(|days| !(1..=LONGEST).contains(&days)) {
            return Err(Refusal::invalid("statements.setting_days")
                .on(field)
                .with("most", LONGEST)
                .into());
        }
    }
    tx.push(SET, p![new.deem_days, new.answer_days, new.dispute_days])
}
