//! Who may do what: companies (sets of books), users, their roles, sessions, set-up and login.
//!
//! * A user belongs to the installation; a *membership* gives the user one [`Role`] in one company, and
//!   [`Role::may`] is the only place that says what a role allows.
//! * A session is a random token in a cookie; the database knows its SHA-256 alone. It ends after eight idle
//!   hours, twelve hours in all, and at once when the password changes or the user is disabled.
//! * Guessing is slowed down per login and per address by rows in the database, so it holds across restarts
//!   and nodes. An attempt is counted before the password is looked at; success takes it back.
//! * Who administers one company cannot touch a user who also belongs to another one that they do not own.
//!
//! Everything here works on [`db::SystemTx`]: these tables have no company scope. Passwords are hashed
//! outside of any transaction ([`password`]); tokens are drawn by the caller ([`token`]).

mod commands;
pub mod password;
mod queries;
mod rules;
mod store;
pub mod token;
mod types;

pub use commands::{
    add_company, add_user, attempt, change_company, change_password, change_user, choose_company,
    close_session, install, new_user, open_session, set_language, set_lock_date, succeed, touch_session,
};
pub use queries::{
    companies, company, company_by_code, company_named, credentials, credentials_of, demo_logins, installed,
    lock_changes, member, members, members_of, memberships, require_member, session,
};
pub use rules::{
    IDLE_SECONDS, PASSWORD_MIN, SESSION_SECONDS, checked_company, checked_login, checked_name,
    checked_password, fold_login, login_of_name,
};
pub use types::{
    Company, CompanyChange, Credentials, DemoLogin, LockChange, Member, Membership, NewCompany, NewSession,
    NewUser, Permission, Role, Session, UserChange,
};

/// The password of every login of a demo company, shown on its login page.
pub const DEMO_PASSWORD: &str = "settlebook";

/// Every statement of this crate. They are system statements: no company is bound.
pub const SYSTEM_STATEMENTS: &[db::Sql] = store::STATEMENTS;
