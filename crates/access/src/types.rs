use std::fmt;
use std::str::FromStr;

use base::{CompanyId, Currency, Day, Zone};
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
    pub const ALL: [Role; 5] =
        [Role::Owner, Role::Accountant, Role::Salesperson, Role::Warehouse, Role::ReadOnly];

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
    CreditRead = "credit.read",
    CreditManage = "credit.manage",
    StatementsRead = "statements.read",
    StatementsIssue = "statements.issue",
    StatementsShare = "statements.share",
    ImportsRun = "imports.run",
    ReportsRead = "reports.read",
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
