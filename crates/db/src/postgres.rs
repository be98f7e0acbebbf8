//! The PostgreSQL side: one connection on a runtime of its thread, with writes sent ahead.

use std::collections::HashMap;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Statement};

use crate::STATEMENT_CACHE;
use crate::error::{Error, Fault, FaultKind, Result, went_on};
use crate::session::{Begun, Broken};
use crate::value::{Row, Source, Value};

/// How long a broken connection is tried again before those who wait are told.
const PATIENCE: Duration = Duration::from_secs(10);
/// Batches between two removals of old rows from `db_batch`.
const TIDY_EVERY: u32 = 10_000;
/// Every node takes this lock while it changes the schema: "settlebook" in a number.
const MIGRATION_LOCK: i64 = 0x5e77_1eb0;

const TAKE_TURN: &str = "INSERT INTO company_writer (company_id, batches) VALUES ($1, 1) \
     ON CONFLICT (company_id) DO UPDATE SET batches = company_writer.batches + 1";
const NAME_BATCH: &str = "INSERT INTO db_batch (id, created_at) VALUES ($1, now())";
const FORGET_BATCHES: &str = "DELETE FROM db_batch WHERE created_at < now() - interval '1 day'";

/// A server that acknowledges before the disk does would break every promise above.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') = 'off'";
const WAITS: &str = "SET lock_timeout = '4s'; SET statement_timeout = '60s'; \
     SET idle_in_transaction_session_timeout = '30s'";
const NO_WAITS: &str = "SET lock_timeout = 0; SET statement_timeout = 0; \
     SET idle_in_transaction_session_timeout = 0";

/// The place of statements that belong to no unit.
const BETWEEN: usize = usize::MAX;

type Sent = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>>>>;

struct Pushed {
    label: String,
    place: usize,
    answer: Sent,
}

/// What came of a pushed statement that failed.
struct Failure {
    label: String,
    place: usize,
    error: tokio_postgres::Error,
}

struct Prepared {
    statement: Statement,
    used: u64,
}

pub(crate) struct PostgresSession {
    config: Config,
    runtime: Runtime,
    client: Arc<Client>,
    statements: HashMap<String, Prepared>,
    clock: u64,
    pending: Vec<Pushed>,
    /// Which unit of the batch is running; `BETWEEN` before the first.
    place: usize,
    broken: Option<Broken>,
    /// A statement of the unit that is running has failed and the unit was told.
    failed: bool,
    /// A transaction was begun.
    open: bool,
    batches: u32,
}

impl PostgresSession {
    pub fn connect(url: &str) -> Result<PostgresSession> {
        // The address may hold a password: no message repeats it.
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            Error::fault(format!("the database address cannot be read: {}", reason(&error)))
        })?;
        config
            .application_name("settlebook")
            .connect_timeout(Duration::from_secs(5));
        config
            .tcp_user_timeout(Duration::from_secs(10))
            .keepalives_idle(Duration::from_secs(30));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::fault)?;
        let client = runtime
            .block_on(connect(&config))
            .map_err(|error| fault(&error).0)?;
        Ok(PostgresSession {
            config,
            runtime,
            client: Arc::new(client),
            statements: HashMap::new(),
            clock: 0,
            pending: Vec::new(),
            place: BETWEEN,
            broken: None,
            failed: false,
            open: false,
            batches: 0,
        })
    }

    /// Tries to connect for a while; what was under way on the old connection is forgotten.
    pub fn reconnect(&mut self) -> Result<()> {
        self.pending.clear();
        self.statements.clear();
        self.open = false;
        let deadline = Instant::now() + PATIENCE;
        let mut wait = Duration::from_millis(50);
        loop {
            match self.runtime.block_on(connect(&self.config)) {
                Ok(client) => {
                    self.client = Arc::new(client);
                    self.broken = None;
                    return Ok(());
                }
                Err(error) if Instant::now() + wait > deadline => return Err(fault(&error).0),
                Err(_) => std::thread::sleep(wait),
            }
            wait = (wait * 2).min(Duration::from_secs(2));
        }
    }

    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    pub fn in_transaction(&self) -> bool {
        self.open && self.broken.is_none()
    }

    pub fn query(
        &mut self,
        sql: &str,
        company: Option<i64>,
        params: &[Value],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepared(sql)?;
        let company = company.map(Value::Int);
        let all: Vec<&(dyn ToSql + Sync)> = company.iter().chain(params).map(|value| value as _).collect();
        let pending = std::mem::take(&mut self.pending);
        let client = &self.client;
        let (earlier, answer) = self.runtime.block_on(async {
            let mut query = pin!(client.query(&statement, &all));
            // Sent before the earlier answers are looked at, so that all travel together.
            let early = poll_once(query.as_mut()).await;
            let earlier = collect(pending).await;
            (
                earlier,
                match early {
                    Some(answer) => answer,
                    None => query.await,
                },
            )
        });
        self.judge(earlier)?;
        let rows = answer.map_err(|error| self.failure(&error))?;
        rows.iter()
            .try_for_each(|row| each(&Row::new(Source::Postgres(row))))
    }

    pub fn exec(&mut self, sql: &str, company: Option<i64>, params: &[Value]) -> Result<u64> {
        self.send(sql, sql, company, params.to_vec())?;
        let Some(last) = self.pending.pop() else {
            return Ok(0);
        };
        let pending = std::mem::take(&mut self.pending);
        let (earlier, answer) = self
            .runtime
            .block_on(async { (collect(pending).await, last.answer.await) });
        self.judge(earlier)?;
        answer.map_err(|error| self.failure(&error))
    }

    pub fn push(&mut self, sql: &str, label: &str, company: Option<i64>, params: Vec<Value>) -> Result<()> {
        self.send(sql, label, company, params)
    }

    /// Puts a statement on its way; its answer is pending.
    fn send(&mut self, sql: &str, label: &str, company: Option<i64>, params: Vec<Value>) -> Result<()> {
        let statement = self.prepared(sql)?;
        let mut all: Vec<Value> = Vec::with_capacity(params.len() + 1);
        all.extend(company.map(Value::Int));
        all.extend(params);
        let client = Arc::clone(&self.client);
        let mut answer: Sent = Box::pin(async move { client.execute_raw(&statement, all).await });
        // The first poll hands the message over; the connection sends it when it is next waited on.
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => {}
            Poll::Ready(Ok(count)) => answer = Box::pin(ready(Ok(count))),
            // Nothing was sent, so the server knows nothing of it and would commit the rest.
            Poll::Ready(Err(error)) => {
                self.settle()?;
                return Err(self.failure(&error).context(label));
            }
        }
        self.pending.push(Pushed {
            label: label.to_owned(),
            place: self.place,
            answer,
        });
        Ok(())
    }

    /// Waits for everything that was sent.
    pub fn settle(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let earlier = self.runtime.block_on(collect(pending));
        self.judge(earlier)
    }

    /// Notes what the answers to pushed statements say; the first true error counts, not those of
    /// the statements that came after it.
    fn judge(&mut self, failures: Vec<Failure>) -> Result<()> {
        let known = self.failed;
        let mut first = None;
        for Failure { label, place, error } in &failures {
            let told = self.failure(error);
            if first.is_some() || error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION) {
                continue;
            }
            if *place != self.place && self.broken.is_none() {
                self.broken = Some(Broken::Earlier(*place));
            }
            first = Some(told.context(label));
        }
        match (first, failures.is_empty() || known) {
            (Some(error), _) => Err(error),
            (None, true) => Ok(()),
            (None, false) => Err(Error::fault("the transaction was aborted")),
        }
    }

    fn failure(&mut self, error: &tokio_postgres::Error) -> Error {
        let (error, broken) = fault(error);
        self.failed = true;
        if broken.is_some() && self.broken != Some(Broken::Lost) {
            self.broken = broken;
        }
        error
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        self.clock += 1;
        if let Some(known) = self.statements.get_mut(sql) {
            known.used = self.clock;
            return Ok(known.statement.clone());
        }
        let statement = match self.runtime.block_on(prepare(&self.client, sql)) {
            Ok(statement) => statement,
            Err(error) => {
                // In an aborted transaction nothing can be prepared: what aborted it is the news.
                self.settle()?;
                return Err(self.failure(&error));
            }
        };
        if self.statements.len() >= STATEMENT_CACHE {
            let oldest = self.statements.iter().min_by_key(|(_, known)| known.used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                self.statements.remove(&oldest);
            }
        }
        let known = Prepared {
            statement: statement.clone(),
            used: self.clock,
        };
        self.statements.insert(sql.to_owned(), known);
        Ok(statement)
    }

    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        // Not through the cache: a failure must not disturb the transaction around it.
        self.settle()?;
        self.batch("SAVEPOINT probe")?;
        let read = self.runtime.block_on(prepare(&self.client, sql));
        self.batch("ROLLBACK TO probe")?;
        read.map(drop).map_err(|error| fault(&error).0)
    }

    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.settle()?;
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .map_err(|error| self.failure(&error))
    }

    fn control(&mut self, sql: &str) -> Result<()> {
        self.send(sql, sql, None, Vec::new())
    }

    fn start(&mut self, sql: &str) -> Result<()> {
        self.pending.clear();
        if self.broken == Some(Broken::Lost) || self.client.is_closed() {
            self.reconnect()
                .inspect_err(|_| self.broken = Some(Broken::Lost))?;
        }
        self.broken = None;
        self.failed = false;
        self.open = true;
        self.place = BETWEEN;
        self.control(sql)
    }

    pub fn begin(&mut self, company: i64, number: i64, certain: bool) -> Result<Begun> {
        self.start("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        self.lock_company(company)?;
        self.batches += 1;
        if !certain {
            self.send(NAME_BATCH, "db_batch", None, vec![Value::Int(number)])?;
            return Ok(Begun::Open);
        }
        match self.exec(NAME_BATCH, None, &[Value::Int(number)]) {
            Ok(_) => Ok(Begun::Open),
            Err(error) if error.is_unique_in("db_batch") => {
                self.rollback();
                Ok(Begun::Committed)
            }
            Err(error) => Err(error),
        }
    }

    pub fn begin_plain(&mut self) -> Result<()> {
        self.start("BEGIN ISOLATION LEVEL READ COMMITTED")
    }

    pub fn begin_read(&mut self) -> Result<()> {
        self.start("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    /// Takes a company's turn to write; the row is made when it is the first time.
    pub fn lock_company(&mut self, company: i64) -> Result<()> {
        self.send(TAKE_TURN, "company_writer", None, vec![Value::Int(company)])
    }

    pub fn savepoint(&mut self, place: usize) -> Result<()> {
        self.failed = false;
        self.place = place;
        self.control("SAVEPOINT unit")
    }

    pub fn begin_part(&mut self) -> Result<()> {
        if self.failed {
            return Err(went_on());
        }
        self.control("SAVEPOINT part")
    }

    pub fn keep_part(&mut self) -> Result<()> {
        self.control("RELEASE part")
    }

    pub fn undo_part(&mut self) -> Result<()> {
        self.settle()?;
        self.failed = false;
        self.control("ROLLBACK TO part")?;
        self.control("RELEASE part")
    }

    pub fn release(&mut self, wait: bool) -> Result<()> {
        self.control("RELEASE unit")?;
        if wait || self.failed { self.kept() } else { Ok(()) }
    }

    pub fn release_and_commit(&mut self) -> Result<()> {
        if self.failed {
            // A commit would undo everything and call it done.
            return self.release(true);
        }
        self.control("RELEASE unit")?;
        self.control("COMMIT")?;
        self.kept()?;
        self.open = false;
        Ok(())
    }

    fn kept(&mut self) -> Result<()> {
        let failed = self.failed;
        self.settle()?;
        if failed {
            return Err(went_on());
        }
        Ok(())
    }

    pub fn undo(&mut self) -> Result<()> {
        // Whatever failed in the unit is undone with it, but not what failed before it began.
        if let Err(error) = self.settle()
            && self.broken.is_some()
        {
            return Err(error);
        }
        self.failed = false;
        self.control("ROLLBACK TO unit")?;
        self.control("RELEASE unit")?;
        self.settle()
    }

    pub fn commit(&mut self) -> Result<()> {
        self.settle()?;
        self.control("COMMIT")?;
        self.settle()?;
        self.open = false;
        Ok(())
    }

    pub fn rollback(&mut self) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let broken = self.broken;
        let _ = self.settle();
        if self.broken != Some(Broken::Lost) {
            let undone = self.control("ROLLBACK").and_then(|()| self.settle());
            if let Err(error) = undone {
                tracing::warn!(%error, "rolling back failed");
            }
        }
        if self.broken != Some(Broken::Lost) {
            self.broken = broken;
        }
        self.failed = false;
    }

    /// Keeps other nodes from changing the schema at the same time.
    pub fn migration_lock(&mut self, taken: bool) -> Result<()> {
        let (settings, call) = if taken {
            (NO_WAITS, "pg_advisory_lock")
        } else {
            (WAITS, "pg_advisory_unlock")
        };
        self.batch(settings)?;
        self.batch(&format!("SELECT {call}({MIGRATION_LOCK})"))
    }

    pub fn tidy(&mut self) {
        if self.batches < TIDY_EVERY {
            return;
        }
        self.batches = 0;
        if let Err(error) = self.batch(FORGET_BATCHES) {
            tracing::warn!(%error, "old batch numbers could not be removed");
        }
    }
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // Whoever waits for an answer learns of it; there is nobody else to tell.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
    client.batch_execute(WAITS).await?;
    client
        .batch_execute("SET TimeZone = 'UTC'; SET jit = off; SET client_min_messages = warning")
        .await?;
    client.batch_execute(DURABLE).await?;
    Ok(client)
}

/// Prepares with wide integers: a literal beside a parameter makes it 32 bits wide otherwise, and a
/// large amount would fail where a small one worked.
async fn prepare(client: &Client, sql: &str) -> Result<Statement, tokio_postgres::Error> {
    let statement = client.prepare(sql).await?;
    let narrow = |ty: &Type| matches!(*ty, Type::INT4 | Type::INT2);
    if !statement.params().iter().any(narrow) {
        return Ok(statement);
    }
    let wide: Vec<Type> = statement
        .params()
        .iter()
        .map(|ty| if narrow(ty) { Type::INT8 } else { ty.clone() })
        .collect();
    client.prepare_typed(sql, &wide).await
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Waits for every answer and returns the failures in order.
async fn collect(pending: Vec<Pushed>) -> Vec<Failure> {
    let mut failures = Vec::new();
    for pushed in pending {
        if let Err(error) = pushed.answer.await {
            failures.push(Failure {
                label: pushed.label,
                place: pushed.place,
                error,
            });
        }
    }
    failures
}

fn reason(error: &tokio_postgres::Error) -> String {
    let mut text = match error.as_db_error() {
        Some(db) => db.message().to_owned(),
        None => error.to_string(),
    };
    if let Some(detail) = error.as_db_error().and_then(|db| db.detail()) {
        text.push_str(": ");
        text.push_str(detail);
    }
    if error.as_db_error().is_none()
        && let Some(source) = std::error::Error::source(error)
        && !text.contains(&source.to_string())
    {
        text.push_str(": ");
        text.push_str(&source.to_string());
    }
    text
}

fn fault(error: &tokio_postgres::Error) -> (Error, Option<Broken>) {
    let (kind, broken) = match error.as_db_error() {
        Some(db) => kind_of(db),
        None if error.is_closed() || from_network(error) => (FaultKind::Lost, Some(Broken::Lost)),
        // A value that could not be sent, or an answer that could not be read.
        None => (FaultKind::Mismatch, None),
    };
    (Fault::new(kind, reason(error)).into(), broken)
}

fn from_network(error: &tokio_postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<std::io::Error>() {
            return true;
        }
        source = inner.source();
    }
    false
}

fn kind_of(db: &tokio_postgres::error::DbError) -> (FaultKind, Option<Broken>) {
    let code = db.code().code();
    match code {
        "23505" => (
            FaultKind::Unique {
                table: db.table().unwrap_or_default().to_owned(),
            },
            None,
        ),
        // Serialization, deadlock, lock time-out.
        "40001" | "40P01" | "55P03" => (FaultKind::Busy, Some(Broken::Conflict)),
        "57014" => (FaultKind::Busy, None),
        "53100" => (FaultKind::Full, None),
        // Shut down, crashed, starting, or an idle transaction was ended.
        "57P01" | "57P02" | "57P03" | "25P03" => (FaultKind::Lost, Some(Broken::Lost)),
        _ if code.starts_with("08") => (FaultKind::Lost, Some(Broken::Lost)),
        _ if code.starts_with("23") => (FaultKind::Constraint, None),
        _ => (FaultKind::Other, None),
    }
}
