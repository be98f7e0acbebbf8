use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use access::{Company, NewCompany, NewUser};
use base::{Currency, Day, Instant, UserId, Zone};
use db::{Db, Tx};
use i18n::Lang;
use kit::Meta;
use kit::check::Check;

/// A company of its own in a throw-away database, with a clock that only the test turns.
pub struct World {
    pub db: Db,
    pub company: Arc<Company>,
    pub owner: UserId,
    now: AtomicI64,
}

/// Nine in the morning in Shanghai.
const MORNING_UTC_HOUR: i64 = 1;

impl World {
    /// A company TEST in yuan, Shanghai time, on the morning of 2026-01-05, a Monday.
    pub async fn new(db: Db) -> World {
        World::in_currency(db, "CNY").await
    }

    pub async fn in_currency(db: Db, currency: &str) -> World {
        let new = NewCompany {
            code: "TEST".into(),
            name: "Test Company".into(),
            currency: Currency::named(currency).expect("a currency"),
            zone: Zone::named("Asia/Shanghai").expect("a zone"),
            language: Lang::En,
        };
        // No test logs in through this user: hashing a password would cost every test its while.
        let owner = NewUser {
            login: "owner".into(),
            name: "Ann Owner".into(),
            password_hash: String::new(),
            language: Lang::En,
        };
        let now = morning(day("2026-01-05"));
        let made = db.system_write(move |tx| {
            let (company, owner) = access::install(tx, now, &new, &owner)?;
            Ok((access::company(tx, company)?, owner))
        });
        let (company, owner) = made.await.expect("a company can be made");
        World {
            db,
            company: Arc::new(company),
            owner,
            now: AtomicI64::new(now.micros()),
        }
    }

    /// The company TEST of books that [`World::new`] made earlier, on the same morning.
    pub async fn existing(db: Db) -> db::Result<World> {
        let found = db.system_read(|tx| {
            let company = access::company_named(tx, "TEST")?;
            let owner = access::credentials(tx, "owner")?.map(|known| known.user);
            Ok((company, owner))
        });
        let (company, owner) = found.await?;
        let owner = owner.ok_or_else(|| db::Error::fault("these books have no owner"))?;
        let now = AtomicI64::new(morning(day("2026-01-05")).micros());
        Ok(World {
            db,
            company: Arc::new(company),
            owner,
            now,
        })
    }

    pub fn now(&self) -> Instant {
        Instant::from_micros(self.now.load(Ordering::Relaxed))
    }

    pub fn today(&self) -> Day {
        self.now().day_in(&self.company.zone)
    }

    /// Nine in the morning of a day; also backwards.
    pub fn go_to(&self, day: Day) {
        self.now.store(morning(day).micros(), Ordering::Relaxed);
    }

    /// So many days later.
    pub fn pass(&self, days: i64) {
        self.go_to(self.today().plus(days));
    }

    pub fn currency(&self) -> Currency {
        self.company.currency
    }

    /// The company's owner, at the world's moment.
    pub fn meta(&self) -> Meta {
        Meta::new(self.company.clone(), self.owner, self.now(), Lang::En)
    }

    /// Runs an act as a unit of its own.
    pub async fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> db::Result<T> {
        let meta = self.meta();
        self.db.write(self.company.id, move |tx| act(tx, &meta)).await
    }

    /// Runs an act that must work.
    pub async fn done<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> T {
        self.act(act)
            .await
            .unwrap_or_else(|error| panic!("the act was not done: {error}"))
    }

    /// Runs an act that must be refused; answers the code.
    pub async fn refused<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> String {
        match self.act(act).await {
            Ok(_) => panic!("the act was done, a refusal was expected"),
            Err(db::Error::Refused(refused)) => refused.refusal.code.to_owned(),
            Err(fault) => panic!("the act broke: {fault}"),
        }
    }

    /// Reads in one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl Fn(&mut Tx<'_>) -> db::Result<T> + Send + 'static,
    ) -> T {
        let read = self.db.read(self.company.id, query).await;
        read.unwrap_or_else(|error| panic!("the query failed: {error}"))
    }

    /// Sets the day up to which nothing may be posted any more.
    pub async fn lock_until(&mut self, lock_date: Option<Day>) {
        let (id, owner, moment) = (self.company.id, self.owner, (self.now(), self.today()));
        let set = self.db.system_write(move |tx| {
            access::set_lock_date(tx, id, owner, moment, lock_date, "as the test says")?;
            access::company(tx, id)
        });
        self.company = Arc::new(set.await.expect("the lock date can be set"));
    }

    /// Every invariant of every slice holds in this company.
    pub async fn check_all(&self) {
        let broken = self.broken().await;
        assert!(broken.is_empty(), "broken invariants:\n{}", broken.join("\n"));
    }

    /// The invariants that do not hold, with examples.
    pub async fn broken(&self) -> Vec<String> {
        self.read(broken).await
    }
}

/// The invariants that do not hold in the transaction's company, with examples.
pub fn broken(tx: &mut Tx<'_>) -> db::Result<Vec<String>> {
    let findings = kit::check::run(tx, &checks())?;
    let wrong = findings.into_iter().filter(|finding| finding.count > 0);
    Ok(wrong
        .map(|f| format!("{}: {} ({})", f.name, f.count, f.examples.join(", ")))
        .collect())
}

/// The checks of all slices.
pub fn checks() -> Vec<Check> {
    [
        ledger::CHECKS,
        credit::CHECKS,
        sales::CHECKS,
        receivables::CHECKS,
        statements::CHECKS,
        collection::CHECKS,
    ]
    .concat()
}

fn morning(day: Day) -> Instant {
    let text = format!("{day}T0{MORNING_UTC_HOUR}:00:00Z");
    Instant::parse(&text).expect("every day has a morning")
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
