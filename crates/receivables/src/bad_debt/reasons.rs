//! Why a bad debt may be given up: the reasons that come with the program and the company's own.

use base::Refusal;
use db::{Tx, p};
use i18n::Lang;
use kit::Meta;
use serde::Serialize;

use crate::refusals;
use crate::types::BadDebtReason;

db::statements! {
    ALL = "SELECT code, name_en, name_hans, name_hant, needs_note, active FROM receivables_bad_debt_reason \
        WHERE company_id = $1 ORDER BY code";
    SAVE = "INSERT INTO receivables_bad_debt_reason \
        (company_id, code, name_en, name_hans, name_hant, needs_note, active) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (company_id, code) DO UPDATE SET \
        name_en = excluded.name_en, name_hans = excluded.name_hans, name_hant = excluded.name_hant, \
        needs_note = excluded.needs_note, active = excluded.active";
    SETTING = "SELECT approval_from_minor, finance_mode FROM receivables_bad_debt_setting WHERE company_id = $1";
    SAVE_SETTING = "INSERT INTO receivables_bad_debt_setting (company_id, approval_from_minor, finance_mode) \
        VALUES ($1, $2, $3) ON CONFLICT (company_id) DO UPDATE SET \
        approval_from_minor = excluded.approval_from_minor, finance_mode = excluded.finance_mode";
}

/// A reason as people choose it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BadDebtReasonItem)]
pub struct ReasonItem {
    pub code: String,
    /// Comes with the program.
    pub built_in: bool,
    /// In the reader's language; empty: the program's own text.
    pub name: String,
    pub name_en: String,
    pub name_hans: String,
    pub name_hant: String,
    /// The act must say more.
    pub needs_note: bool,
    /// Offered for new bad debts.
    pub active: bool,
}

type Row = (String, String, String, String, bool, bool);

/// All reasons: those of the program first, then the company's own by code.
pub fn reasons(tx: &mut Tx<'_>, lang: Lang) -> db::Result<Vec<ReasonItem>> {
    let mut rows: Vec<Row> = tx.all(ALL, p![])?;
    let mut all = Vec::with_capacity(rows.len() + BadDebtReason::ALL.len());
    for reason in BadDebtReason::ALL {
        let code = reason.as_str().to_owned();
        let at = rows.iter().position(|row| row.0 == code);
        let own = (
            code,
            String::new(),
            String::new(),
            String::new(),
            reason == BadDebtReason::Other,
            true,
        );
        let row = at.map_or(own, |at| rows.remove(at));
        all.push(item(row, true, lang));
    }
    all.extend(rows.into_iter().map(|row| item(row, false, lang)));
    Ok(all)
}

fn item(
    (code, name_en, name_hans, name_hant, needs_note, active): Row,
    built_in: bool,
    lang: Lang,
) -> ReasonItem {
    let in_order = match lang {
        Lang::En => [&name_en, &name_hans, &name_hant],
        Lang::ZhHans => [&name_hans, &name_hant, &name_en],
        Lang::ZhHant => [&name_hant, &name_hans, &name_en],
    };
    let name = in_order.into_iter().find(|name| !name.is_empty());
    ReasonItem {
        name: name.cloned().unwrap_or_default(),
        built_in,
        needs_note: needs_note || code == BadDebtReason::Other.as_str(),
        code,
        name_en,
        name_hans,
        name_hant,
        active,
    }
}

/// Whether the reason may be given now; answers whether it needs a note.
///
/// # Errors
/// `receivables.unknown_reason`, also for one that is not offered any more.
pub(crate) fn admitted(tx: &mut Tx<'_>, lang: Lang, reason: &BadDebtReason) -> db::Result<bool> {
    let known = reasons(tx, lang)?;
    let found = known
        .iter()
        .find(|item| item.code == reason.as_str() && item.active);
    let found = found.ok_or_else(|| refusals::unknown_reason(reason.as_str()))?;
    Ok(found.needs_note)
}

/// A reason to be added or changed.
#[derive(Clone, Debug)]
pub struct SaveReason {
    /// Small letters, digits and `_`.
    pub code: String,
    pub name_en: String,
    pub name_hans: String,
    pub name_hant: String,
    pub needs_note: bool,
    pub active: bool,
}

const LONGEST_CODE: usize = 30;
const LONGEST_NAME: usize = 80;

/// Adds a reason of the company's own, or changes one. One of the program keeps its texts unless it is
/// given others.
///
/// # Errors
/// `receivables.reason_code_invalid`, `receivables.reason_name_required`, `receivables.text_too_long`.
pub fn save_reason(tx: &mut Tx<'_>, meta: &Meta, cmd: &SaveReason) -> db::Result<ReasonItem> {
    let code = cmd.code.trim();
    let fits = (1..=LONGEST_CODE).contains(&code.len())
        && code
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !fits {
        return Err(refusals::reason_code_invalid(LONGEST_CODE).into());
    }
    let (en, hans, hant) = (
        name(&cmd.name_en, "name_en")?,
        name(&cmd.name_hans, "name_hans")?,
        name(&cmd.name_hant, "name_hant")?,
    );
    let built_in = BadDebtReason::ALL.iter().any(|reason| reason.as_str() == code);
    if !built_in && [en, hans, hant].iter().all(|name| name.is_empty()) {
        return Err(refusals::reason_name_required().into());
    }
    tx.push(SAVE, p![code, en, hans, hant, cmd.needs_note, cmd.active])?;
    let all = reasons(tx, meta.lang)?;
    let saved = all.into_iter().find(|item| item.code == code);
    saved.ok_or_else(|| refusals::unknown_reason(code).into())
}

fn name<'n>(name: &'n str, field: &'static str) -> Result<&'n str, Refusal> {
    let name = name.trim();
    if name.chars().count() > LONGEST_NAME {
        return Err(refusals::text_too_long(field, LONGEST_NAME));
    }
    Ok(name)
}

/// How the company deals with bad debt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Minor units of the company's currency; amounts from this one on need approval.
    pub approval_from: Option<i64>,
    /// The finance side is in use.
    pub finance_mode: bool,
}

pub fn setting(tx: &mut Tx<'_>) -> db::Result<Setting> {
    let found: Option<(Option<i64>, bool)> = tx.opt(SETTING, p![])?;
    let (approval_from, finance_mode) = found.unwrap_or_default();
    Ok(Setting {
        approval_from,
        finance_mode,
    })
}

/// Sets it; what waits for approval goes on waiting.
pub fn save_setting(tx: &mut Tx<'_>, setting: Setting) -> db::Result<()> {
    if setting.approval_from.is_some_and(|from| from <= 0) {
        return Err(refusals::amount_not_positive("approval_from").into());
    }
    tx.push(SAVE_SETTING, p![setting.approval_from, setting.finance_mode])
}
