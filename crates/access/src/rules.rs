//! The one matrix of roles and permissions, what names and passwords must look like, how long sessions last,
//! and how guessing is slowed down.

use base::{Currency, Day, Instant, Refusal, Zone};
use i18n::Lang;

use crate::types::{NewCompany, Permission, Role};

/// A session ends after this long without a request.
pub const IDLE_SECONDS: i64 = 8 * 3600;
/// A session ends after this long in any case.
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;
/// Most bytes of a password: argon2 reads them all.
const PASSWORD_MAX: usize = 1024;

impl Role {
    /// Whether a member with this role may do what the permission names.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        let reads = permission.as_str().ends_with(".read");
        match self {
            Role::Owner => true,
            Role::Accountant => !matches!(permission, AccessManage | ReceivablesBadDebtApprove),
            Role::Salesperson => reads || matches!(permission, PartiesWrite | SalesWrite),
            Role::Warehouse => matches!(
                permission,
                PartiesRead | CatalogRead | CatalogWrite | SalesRead | SalesWrite | SalesPost
            ),
            Role::ReadOnly => reads,
        }
    }

    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.may(*permission))
    }
}

/// The form in which logins are stored and compared.
pub fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// A login that follows from a person's name: `Alice Smith` -> `alice.smith`.
pub fn login_of_name(name: &str) -> String {
    fold_login(name).split_whitespace().collect::<Vec<_>>().join(".")
}

/// The folded login; refused when empty, longer than 64 characters, or with blanks or control characters in
/// it.
pub fn checked_login(login: &str) -> Result<String, Refusal> {
    let folded = fold_login(login);
    let fits = (1..=64).contains(&folded.chars().count());
    if fits && !folded.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Ok(folded);
    }
    Err(Refusal::invalid("access.login_invalid").on("login"))
}

/// A name of a person or company without blanks around it; refused when empty or longer than 120 characters.
pub fn checked_name(name: &str, field: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Refusal::invalid("access.name_invalid").on(field))
}

pub fn checked_password(password: &str) -> Result<(), Refusal> {
    let too_short = password.chars().count() < PASSWORD_MIN;
    if too_short || password.len() > PASSWORD_MAX {
        return Err(Refusal::invalid("access.password_unfit")
            .on("password")
            .with("min", PASSWORD_MIN));
    }
    Ok(())
}

/// Reads the texts of a company to be made. Fields are named as the set-up page names them.
pub fn checked_company(
    code: &str,
    name: &str,
    currency: &str,
    zone: &str,
    language: &str,
) -> Result<NewCompany, Refusal> {
    let code = code.trim();
    let code_fits = (1..=20).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !code_fits {
        return Err(Refusal::invalid("access.code_invalid").on("code"));
    }
    Ok(NewCompany {
        code: code.to_owned(),
        name: checked_name(name, "name")?,
        currency: Currency::named(currency).ok_or_else(|| {
            Refusal::invalid("access.unknown_currency")
                .on("currency")
                .with("value", currency)
        })?,
        zone: Zone::named(zone).ok_or_else(|| {
            Refusal::invalid("access.unknown_timezone")
                .on("timezone")
                .with("value", zone)
        })?,
        language: Lang::parse(language).ok_or_else(|| {
            Refusal::invalid("access.unknown_language")
                .on("language")
                .with("value", language)
        })?,
    })
}

/// Whether a lock date may be set; answers the reason as it is recorded. Opening what was locked needs one.
pub(crate) fn lock_change(
    before: Option<Day>,
    after: Option<Day>,
    today: Day,
    reason: &str,
) -> Result<String, Refusal> {
    // Nothing at all could be posted until that day.
    if after.is_some_and(|day| day > today) {
        return Err(Refusal::invalid("access.lock_date_in_future")
            .on("lock_date")
            .with("today", today));
    }
    let reason = reason.trim();
    let opens = before.is_some_and(|before| after.is_none_or(|after| after < before));
    if opens && reason.is_empty() {
        return Err(Refusal::invalid("access.lock_reason_required").on("reason"));
    }
    Ok(reason.chars().take(500).collect())
}

pub(crate) fn is_live(seen_at: Instant, ends_at: Instant, now: Instant) -> bool {
    now < ends_at && now < seen_at.plus_seconds(IDLE_SECONDS)
}

/// Attempts counted under one key since the first of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    pub failures: i64,
    pub since: Instant,
    pub blocked_until: Option<Instant>,
}

/// Failures older than this are forgotten.
pub(crate) const THROTTLE_MEMORY_SECONDS: i64 = 24 * 3600;
const WINDOW_SECONDS: i64 = 3600;
const FIRST_BLOCK_SECONDS: i64 = 30;
const LONGEST_BLOCK_SECONDS: i64 = 900;

/// Attempts that cost no wait: few for a login, more for an address, behind which a whole office may sit.
pub(crate) fn free_attempts(key: &str) -> i64 {
    if key.starts_with("address:") { 50 } else { 10 }
}

/// Counts one attempt. From the last free one on, each failure closes the door for a growing while; during it
/// every attempt is refused without being looked at.
pub(crate) fn count_attempt(state: Option<Throttle>, free: i64, now: Instant) -> Result<Throttle, Refusal> {
    let fresh = Throttle {
        failures: 0,
        since: now,
        blocked_until: None,
    };
    let mut state = state.unwrap_or(fresh);
    if let Some(until) = state.blocked_until
        && now < until
    {
        let seconds = (until.micros() - now.micros() + 999_999) / 1_000_000;
        return Err(Refusal::new(base::Kind::Throttled, "access.throttled").with("seconds", seconds));
    }
    let quiet_since = state.blocked_until.unwrap_or(state.since);
    if now >= quiet_since.plus_seconds(WINDOW_SECONDS) {
        state = fresh;
    }
    state.failures += 1;
    let over = state.failures - free;
    state.blocked_until = (over >= 0).then(|| {
        let block = FIRST_BLOCK_SECONDS << over.min(5);
        now.plus_seconds(block.min(LONGEST_BLOCK_SECONDS))
    });
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix() {
        let names = |role: Role| role.permissions().map(Permission::as_str).collect::<Vec<_>>();
        assert_eq!(Role::Owner.permissions().count(), Permission::ALL.len());
        assert_eq!(Role::Accountant.permissions().count(), Permission::ALL.len() - 2);
        assert!(!Role::Accountant.may(Permission::AccessManage));
        assert!(!Role::Accountant.may(Permission::ReceivablesBadDebtApprove));
        assert_eq!(
            names(Role::Warehouse),
            [
                "parties.read",
                "catalog.read",
                "catalog.write",
                "sales.read",
                "sales.write",
                "sales.post"
            ]
        );
        assert!(names(Role::ReadOnly).iter().all(|name| name.ends_with(".read")));
        let sales = names(Role::Salesperson);
        assert!(sales.contains(&"sales.write") && !sales.contains(&"sales.post"));
    }

    #[test]
    fn names_round_trip() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse::<Permission>().unwrap(), *permission);
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert!("sales.everything".parse::<Permission>().is_err());
    }

    #[test]
    fn opening_a_locked_period_needs_a_reason() {
        let day = |text: &str| Some(text.parse::<Day>().unwrap());
        let today = day("2026-03-15").unwrap();
        let set = |before, after, reason| {
            lock_change(before, after, today, reason)
                .map_err(|refusal| refusal.code)
                .map(|_| ())
        };
        let (january, february) = (day("2026-01-31"), day("2026-02-28"));
        assert_eq!(set(None, january, ""), Ok(()));
        assert_eq!(set(january, february, ""), Ok(()));
        assert_eq!(set(february, january, " "), Err("access.lock_reason_required"));
        assert_eq!(set(february, None, ""), Err("access.lock_reason_required"));
        assert_eq!(set(february, None, "auditor asked"), Ok(()));
        assert_eq!(
            set(None, day("2026-03-16"), ""),
            Err("access.lock_date_in_future")
        );
    }

    #[test]
    fn logins_and_names() {
        assert_eq!(login_of_name("Alice  Smith"), "alice.smith");
        assert_eq!(login_of_name("王小明"), "王小明");
        assert_eq!(checked_login(" Alice ").unwrap(), "alice");
        assert!(checked_login("a b").is_err() && checked_login("").is_err());
        assert!(checked_name("  ", "name").is_err());
        assert!(checked_password("1234567").is_err() && checked_password("12345678").is_ok());
    }

    #[test]
    fn a_company_is_read_strictly() {
        let read = |code, currency, zone| checked_company(code, "Shop", currency, zone, "en").map(|c| c.code);
        assert_eq!(read("shop-1", "GBP", "Europe/London").unwrap(), "shop-1");
        assert_eq!(
            read("a shop", "GBP", "Europe/London").unwrap_err().code,
            "access.code_invalid"
        );
        assert_eq!(
            read("shop", "XXZ", "Europe/London").unwrap_err().code,
            "access.unknown_currency"
        );
        assert_eq!(
            read("shop", "GBP", "Nowhere/Land").unwrap_err().code,
            "access.unknown_timezone"
        );
    }

    #[test]
    fn sessions_end_idle_and_in_all() {
        let start = Instant::from_micros(0);
        let ends = start.plus_seconds(SESSION_SECONDS);
        assert!(is_live(start, ends, start.plus_seconds(IDLE_SECONDS - 1)));
        assert!(!is_live(start, ends, start.plus_seconds(IDLE_SECONDS)));
        assert!(!is_live(ends, ends, ends));
    }

    #[test]
    fn guessing_gets_slower_and_slower() {
        let start = Instant::from_micros(0);
        let mut state = None;
        for _ in 0..5 {
            state = Some(count_attempt(state, 5, start).unwrap());
        }
        assert_eq!(
            count_attempt(state, 5, start.plus_seconds(29)).unwrap_err().code,
            "access.throttled"
        );
        let mut now = start;
        for block in [30, 60, 120, 240, 480, 900, 900] {
            now = now.plus_seconds(block);
            state = Some(count_attempt(state, 5, now).unwrap());
            assert!(count_attempt(state, 5, now.plus_seconds(block.min(450) * 2 - 1)).is_err());
        }
        let later = now.plus_seconds(900 + 3600);
        assert_eq!(count_attempt(state, 5, later).unwrap().failures, 1);
    }
}
