use std::fmt;
use std::str::FromStr;

use base::{CompanyId, Currency, Day, Instant, UserId, Zone};
use i18n::Lang;
use serde::{Deserialize, Serialize};

/// One set of books. Its currency, zone and language are what its documents use.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    pub id: CompanyId,
    /// Short name for the command line and addresses; unique in the installation.
    pub code: String,
    pub name: String,
    pub currency: Currency,
    pub zone: Zone,
    pub language: Lang,
    /// Nothing may be posted on or before this day.
    pub lock_date: Option<Day>,
}

/// A company to be made, checked by [`crate::checked_company`].
#[derive(Clone, Debug, PartialEq)]
pub struct NewCompany {
    pub code: String,
    pub name: String,
    pub currency: Currency,
    pub zone: Zone,
    pub language: Lang,
}

/// What may change about a company; its currency never does.
#[derive(Clone, Debug)]
pub struct CompanyChange {
    pub name: String,
    pub zone: Zone,
    pub language: Lang,
}

/// A change of the lock date, as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct LockChange {
    /// `None`: nothing is locked from then on.
    pub lock_date: Option<Day>,
    pub before: Option<Day>,
    pub reason: String,
    pub set_at: Instant,
    pub set_by: UserId,
    pub set_by_name: String,
}

/// A user to be made. The login is folded; the password is hashed already.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub password_hash: String,
    pub language: Lang,
}

/// What may change about a member of a company; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub language: Option<Lang>,
    pub active: Option<bool>,
    pub password_hash: Option<String>,
    pub role: Option<Role>,
}

/// A user as the administrator of a company sees them.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub language: Lang,
    pub active: bool,
    pub role: Role,
}

/// A company that a user belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    pub id: CompanyId,
    pub code: String,
    pub name: String,
    pub role: Role,
}

/// What login needs to know of a user.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub user: UserId,
    pub login: String,
    pub password_hash: String,
    pub active: bool,
}

/// A session to be opened; token and CSRF token are drawn outside.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token_hash: String,
    pub csrf_token: String,
    pub user: UserId,
}

/// A live session with what every request needs of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub token_hash: String,
    pub csrf_token: String,
    pub user: UserId,
    pub login: String,
    pub name: String,
    pub language: Lang,
    pub seen_at: Instant,
    /// The chosen company and the role in it; `None` for a user who belongs to none.
    pub member_of: Option<(Company, Role)>,
}

/// A login that the login page of a demo offers.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoLogin {
    pub login: String,
    pub name: String,
    pub role: Role,
}

/// What a member of a company is there for; [`Role::may`] says what follows from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Accountant,
    Salesperson,
    Warehouse,
    ReadOnly,
}

impl Role {
    pub const ALL: [Role; 5] = [
        Role::Owner,
        Role::Accountant,
        Role::Salesperson,
        Role::Warehouse,
        Role::ReadOnly,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Accountant => "accountant",
            Role::Salesperson => "salesperson",
            Role::Warehouse => "warehouse",
            Role::ReadOnly => "read_only",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! permissions {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A right that a route demands; written `<slice>.<act>` in the API description.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Permission { $($name),+ }

        impl Permission {
            pub const ALL: &[Permission] = &[$(Permission::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $text),+ }
            }
        }
    };
}

permissions! {
    PartiesRead = "parties.read",
    PartiesWrite = "parties.write",
    CatalogRead = "catalog.read",
    CatalogWrite = "catalog.write",
    SalesRead = "sales.read",
    SalesWrite = "sales.write",
    SalesPost = "sales.post",
    ReceivablesRead = "receivables.read",
    ReceivablesWrite = "receivables.write",
    ReceivablesBadDebt = "receivables.bad_debt",
    ReceivablesApprove = "receivables.approve",
    ReceivablesBadDebtApprove = "receivables.bad_debt_approve",
    CreditRead = "credit.read",
    CreditManage = "credit.manage",
    StatementsRead = "statements.read",
    StatementsIssue = "statements.issue",
    StatementsShare = "statements.share",
    ImportsRun = "imports.run",
    ReportsRead = "reports.read",
    AccessLock = "access.lock",
    AccessManage = "access.manage",
    AuditRead = "audit.read",
}

/// A name that is no permission.
#[derive(Debug)]
pub struct UnknownPermission(String);

impl fmt::Display for UnknownPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown permission {:?}", self.0)
    }
}
impl std::error::Error for UnknownPermission {}

impl FromStr for Permission {
    type Err = UnknownPermission;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Permission::ALL.iter().copied().find(|p| p.as_str() == text);
        found.ok_or_else(|| UnknownPermission(text.to_owned()))
    }
}
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
