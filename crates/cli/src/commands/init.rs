//! `settlebook init`: set-up without a browser. Called again, it makes one more company.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use access::{NewCompany, NewUser};
use anyhow::Context;
use base::{Instant, Refusal, UserId};
use db::{Db, Options, SystemTx};

use crate::place::Place;

/// Make a company and its owner, in an empty or an existing data folder
#[derive(clap::Args)]
pub struct Args {
    /// Short name of the company for the command line
    #[arg(long, value_name = "CODE")]
    company: String,
    /// The company's name
    #[arg(long)]
    name: String,
    /// ISO 4217 code of the currency the books are kept in
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// IANA name of the time zone that decides which day it is
    #[arg(long, value_name = "ZONE")]
    timezone: String,
    /// Language of the company and of a new owner: zh-Hans, zh-Hant or en
    #[arg(long, value_name = "LANG")]
    language: String,
    /// The owner's name
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// The owner's login [default: the name in lower case, words joined by dots]; a login that exists
    /// must come with its password and gets the company added
    #[arg(long)]
    login: Option<String>,
    /// File whose first line is the owner's password
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

pub fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    let company = access::checked_company(
        &args.company,
        &args.name,
        &args.currency,
        &args.timezone,
        &args.language,
    )
    .map_err(db::Error::from)?;
    let password = first_line(&args.password_file)?;
    let login = args
        .login
        .clone()
        .unwrap_or_else(|| access::login_of_name(&args.owner));
    let login = access::checked_login(&login).map_err(db::Error::from)?;
    let db = Db::open_blocking(&place.target(), Options::default())?;
    let made = make(&db, &args.owner, &login, &password, company);
    db.close_blocking();
    made?;
    println!("company {} made; {login} signs in as its owner", args.company);
    Ok(ExitCode::SUCCESS)
}

fn first_line(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn make(db: &Db, owner: &str, login: &str, password: &str, company: NewCompany) -> db::Result<()> {
    let asked = login.to_owned();
    let known = db.system_read_blocking(move |tx| access::credentials(tx, &asked))?;
    let now = Instant::now();
    let Some(known) = known else {
        let user = new_owner(owner, login, password, &company)?;
        return db.system_write_blocking(move |tx: &mut SystemTx<'_>| {
            let id = access::new_user(tx, now, &user)?;
            access::add_company(tx, now, &company, id).map(drop)
        });
    };
    let fits = known.active && access::password::verify(password, Some(&known.password_hash));
    let user: UserId = known.user;
    if !fits {
        return Err(Refusal::new(base::Kind::Forbidden, "access.login_failed").into());
    }
    db.system_write_blocking(move |tx| access::add_company(tx, now, &company, user).map(drop))
}

fn new_owner(owner: &str, login: &str, password: &str, company: &NewCompany) -> db::Result<NewUser> {
    access::checked_password(password)?;
    Ok(NewUser {
        login: login.to_owned(),
        name: access::checked_name(owner, "owner")?,
        password_hash: access::password::hash(password)?,
        language: company.language,
    })
}
