use std::collections::VecDeque;
use std::fs::File;
use std::future::Future;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use base::{CompanyId, Instant, Refusal};
use tokio::sync::{oneshot, watch};

use crate::error::{Error, FaultKind, Result};
use crate::migrate::{self, Migrations};
use crate::postgres::PostgresSession;
use crate::reader::Reader;
use crate::schema::Schema;
use crate::session::Session;
use crate::sqlite::SqliteSession;
use crate::tx::{Ids, Raw, SystemTx, Tx};
use crate::writer::{Entry, Message, Waiting, Work, Writer};

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder; the file in it is `settlebook.db`.
    Sqlite { dir: PathBuf },
    /// An address such as `postgres://user@host/name`.
    Postgres { url: String },
}

/// How surely SQLite's commits reach the disk. The product knows `Full` alone.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    #[default]
    Full,
    Normal,
    Off,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read, each with its own connection, opened at its first use.
    pub readers: usize,
    /// The first identity of a new database; tests choose it.
    pub first_id: i64,
    #[doc(hidden)]
    pub synchronous: Synchronous,
    #[doc(hidden)]
    pub migrations: Option<Migrations>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            readers: 4,
            first_id: 1_000_000,
            synchronous: Synchronous::Full,
            migrations: None,
        }
    }
}

/// A handle to the data; clones share the writer and the readers.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` when the database was opened for reading only.
    writer: Option<Sender<Message>>,
    readers: Sender<Message>,
    reader_count: usize,
    commits: watch::Receiver<u64>,
    lock: Option<LockFile>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    target: Target,
}

impl Db {
    /// Opens the data for reading and writing, makes it if it is not there, and brings its schema up
    /// to date. Another process that writes to the same SQLite folder is a refusal, `db.locked`.
    pub async fn open(target: &Target, options: Options) -> Result<Db> {
        off_thread(target, options, Db::open_blocking).await
    }

    /// As [`Db::open`], outside an async runtime.
    pub fn open_blocking(target: &Target, options: Options) -> Result<Db> {
        let migrations = options.migrations.clone().unwrap_or_else(Migrations::embedded);
        let lock = match target {
            Target::Sqlite { dir } => Some(LockFile::take(dir)?),
            Target::Postgres { .. } => None,
        };
        let (sender, intake) = channel();
        let (commits, commits_seen) = watch::channel(0);
        let (ready, opened) = std::sync::mpsc::sync_channel(1);
        let place = target.clone();
        let (first_id, synchronous) = (options.first_id, options.synchronous);
        let start = move || -> Result<Writer> {
            let mut session = connect_writer(&place, synchronous)?;
            migrate::run(&mut session, &migrations, Instant::now())?;
            let (ids, backlog) = (Ids::default(), VecDeque::new());
            let mut writer = Writer {
                session,
                ids,
                first_id,
                intake,
                backlog,
                stopping: false,
                commits,
            };
            writer.reserve_ids()?;
            Ok(writer)
        };
        // The lock is let go when the writer has ended, not when the last handle is gone.
        let held = lock.clone();
        let thread = spawn("db-writer", move || {
            let writer = match start() {
                Ok(writer) => writer,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok(()));
            writer.run();
            drop(held);
        })?;
        let started = opened
            .recv()
            .unwrap_or_else(|_| Err(Error::fault("the writer ended while it started")));
        if let Err(error) = started {
            // Whoever tries again must find the lock free.
            let _ = thread.join();
            if let Some(lock) = lock {
                lock.release();
            }
            return Err(error);
        }
        Db::with_readers(
            target,
            &options,
            Some(sender),
            commits_seen,
            lock,
            vec![thread],
            false,
        )
    }

    /// Opens data that is there for reading only; works beside a process that writes. A schema other
    /// than this program's is a fault.
    pub async fn open_read_only(target: &Target, options: Options) -> Result<Db> {
        off_thread(target, options, Db::open_read_only_blocking).await
    }

    /// As [`Db::open_read_only`], outside an async runtime.
    pub fn open_read_only_blocking(target: &Target, options: Options) -> Result<Db> {
        if let Target::Sqlite { dir } = target
            && !file_in(dir).is_file()
        {
            return Err(Refusal::not_found("db.missing").with("dir", dir.display()).into());
        }
        let migrations = options.migrations.clone().unwrap_or_else(Migrations::embedded);
        let (_, commits) = watch::channel(0);
        let db = Db::with_readers(target, &options, None, commits, None, Vec::new(), true)?;
        db.system_read_blocking(move |tx| tx.check_schema(&migrations))?;
        Ok(db)
    }

    fn with_readers(
        target: &Target,
        options: &Options,
        writer: Option<Sender<Message>>,
        commits: watch::Receiver<u64>,
        lock: Option<LockFile>,
        mut threads: Vec<JoinHandle<()>>,
        read_only: bool,
    ) -> Result<Db> {
        let (readers, intake) = channel();
        let intake = Arc::new(Mutex::new(intake));
        let reader_count = options.readers.max(1);
        for _ in 0..reader_count {
            let place = target.clone();
            let open = move || connect_reader(&place, read_only);
            let reader = Reader {
                intake: Arc::clone(&intake),
                open,
            };
            threads.push(spawn("db-reader", move || reader.run())?);
        }
        let target = target.clone();
        let threads = Mutex::new(threads);
        Ok(Db {
            inner: Arc::new(Inner {
                writer,
                readers,
                reader_count,
                commits,
                lock,
                threads,
                target,
            }),
        })
    }

    /// Runs a unit of work in a company and answers once it is on the disk.
    pub fn write<T: Send + 'static>(
        &self,
        company: CompanyId,
        unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        Answer(self.unit(company, false, unit))
    }

    /// As [`Db::write`], outside an async runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        company: CompanyId,
        unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        waited(self.unit(company, false, unit))
    }

    /// What [`Db::write`] would answer; nothing is kept.
    pub fn preview<T: Send + 'static>(
        &self,
        company: CompanyId,
        unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        Answer(self.unit(company, true, unit))
    }

    /// As [`Db::preview`], outside an async runtime.
    pub fn preview_blocking<T: Send + 'static>(
        &self,
        company: CompanyId,
        unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        waited(self.unit(company, true, unit))
    }

    /// Reads one snapshot of a company.
    pub fn read<T: Send + 'static>(
        &self,
        company: CompanyId,
        query: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        Answer(self.query(move |raw| query(&mut Tx::new(raw, company))))
    }

    /// As [`Db::read`], outside an async runtime.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        company: CompanyId,
        query: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        waited(self.query(move |raw| query(&mut Tx::new(raw, company))))
    }

    /// A unit of work that belongs to no company.
    pub fn system_write<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        Answer(self.enqueue(0, false, move |raw| unit(&mut SystemTx::new(raw))))
    }

    /// As [`Db::system_write`], outside an async runtime.
    pub fn system_write_blocking<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        waited(self.enqueue(0, false, move |raw| unit(&mut SystemTx::new(raw))))
    }

    /// A snapshot that belongs to no company.
    pub fn system_read<T: Send + 'static>(
        &self,
        query: impl Fn(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<T> {
        Answer(self.query(move |raw| query(&mut SystemTx::new(raw))))
    }

    /// As [`Db::system_read`], outside an async runtime.
    pub fn system_read_blocking<T: Send + 'static>(
        &self,
        query: impl Fn(&mut SystemTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        waited(self.query(move |raw| query(&mut SystemTx::new(raw))))
    }

    /// The tables as this database has them, in the words that both databases share.
    pub fn schema(&self) -> Answer<Schema> {
        self.system_read(|tx| tx.describe())
    }

    /// As [`Db::schema`], outside an async runtime.
    pub fn schema_blocking(&self) -> Result<Schema> {
        self.system_read_blocking(|tx| tx.describe())
    }

    /// Changes with every commit of this process; the job runner wakes on it.
    pub fn on_commit(&self) -> watch::Receiver<u64> {
        self.inner.commits.clone()
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.inner.target, Target::Postgres { .. })
    }

    /// Where this data is.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// Leaves the address of this process where a second one that wants to write will find it.
    pub fn announce(&self, address: &str) -> Result<()> {
        match &self.inner.lock {
            Some(lock) => lock.announce(address).map_err(Error::fault),
            None => Ok(()),
        }
    }

    /// Does what is queued, lets the data go and waits for that. Later calls on clones are faults.
    pub async fn close(self) {
        let (done, closed) = oneshot::channel();
        std::thread::spawn(move || {
            self.close_blocking();
            let _ = done.send(());
        });
        let _ = closed.await;
    }

    /// As [`Db::close`], outside an async runtime.
    pub fn close_blocking(self) {
        let mut threads = std::mem::take(&mut *guard(&self.inner.threads));
        for _ in 0..self.inner.reader_count {
            let _ = self.inner.readers.send(Message::Stop);
        }
        // The writer's thread is the first, and goes last: SQLite's log moves into the file when the last
        // connection closes, and only the writer's may write.
        while threads.len() > 1 {
            let _ = threads.pop().map(JoinHandle::join);
        }
        if let Some(writer) = &self.inner.writer {
            let _ = writer.send(Message::Stop);
        }
        for thread in threads {
            let _ = thread.join();
        }
        if let Some(lock) = &self.inner.lock {
            lock.release();
        }
    }

    fn unit<T: Send + 'static>(
        &self,
        company: CompanyId,
        preview: bool,
        unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> oneshot::Receiver<Result<T>> {
        self.enqueue(company.raw(), preview, move |raw| {
            unit(&mut Tx::new(raw, company))
        })
    }

    fn enqueue<T: Send + 'static>(
        &self,
        company: i64,
        preview: bool,
        unit: impl Fn(Raw<'_>) -> Result<T> + Send + 'static,
    ) -> oneshot::Receiver<Result<T>> {
        let (reply, answer) = oneshot::channel();
        let work: Box<dyn Work> = Box::new(Waiting {
            unit,
            result: None,
            reply,
        });
        let refused = match &self.inner.writer {
            None => Some((work, "the database was opened for reading only")),
            Some(queue) => match queue.send(Message::Unit(Entry {
                company,
                preview,
                work,
            })) {
                Ok(()) => None,
                Err(unsent) => work_of(unsent.0).map(|work| (work, CLOSED)),
            },
        };
        if let Some((work, why)) = refused {
            work.answer(Err(Error::of(FaultKind::Closed, why)));
        }
        answer
    }

    fn query<T: Send + 'static>(
        &self,
        unit: impl Fn(Raw<'_>) -> Result<T> + Send + 'static,
    ) -> oneshot::Receiver<Result<T>> {
        let (reply, answer) = oneshot::channel();
        let work: Box<dyn Work> = Box::new(Waiting {
            unit,
            result: None,
            reply,
        });
        let entry = Entry {
            company: 0,
            preview: false,
            work,
        };
        if let Err(unsent) = self.inner.readers.send(Message::Unit(entry))
            && let Some(work) = work_of(unsent.0)
        {
            work.answer(Err(Error::of(FaultKind::Closed, CLOSED)));
        }
        answer
    }
}

const CLOSED: &str = "the database was closed";

fn work_of(message: Message) -> Option<Box<dyn Work>> {
    match message {
        Message::Unit(entry) => Some(entry.work),
        Message::Stop => None,
    }
}

/// What a unit will answer. The unit is queued already: dropping this does not take it back.
#[must_use = "a unit's outcome, and so its refusal, is in the answer"]
pub struct Answer<T>(oneshot::Receiver<Result<T>>);

impl<T> Future for Answer<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let gone = |_| Err(Error::of(FaultKind::Closed, CLOSED));
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(gone))
    }
}

fn waited<T>(answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    answer
        .blocking_recv()
        .unwrap_or_else(|_| Err(Error::of(FaultKind::Closed, CLOSED)))
}

/// Opening waits for disks and other processes: not on a thread of the runtime.
async fn off_thread(
    target: &Target,
    options: Options,
    open: fn(&Target, Options) -> Result<Db>,
) -> Result<Db> {
    let (reply, answer) = oneshot::channel();
    let target = target.clone();
    spawn("db-open", move || drop(reply.send(open(&target, options))))?;
    Answer(answer).await
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(Error::fault)
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn file_in(dir: &Path) -> PathBuf {
    dir.join("settlebook.db")
}

fn connect_writer(target: &Target, synchronous: Synchronous) -> Result<Session> {
    match target {
        Target::Sqlite { dir } => SqliteSession::writer(&file_in(dir), synchronous).map(Session::Sqlite),
        Target::Postgres { url } => PostgresSession::connect(url).map(Box::new).map(Session::Postgres),
    }
}

fn connect_reader(target: &Target, read_only: bool) -> Result<Session> {
    match target {
        Target::Sqlite { dir } => SqliteSession::reader(&file_in(dir), read_only).map(Session::Sqlite),
        Target::Postgres { url } => PostgresSession::connect(url).map(Box::new).map(Session::Postgres),
    }
}

/// Brings a PostgreSQL database to the schema and leaves it, without reserving identities.
#[cfg(feature = "testing")]
pub(crate) fn migrate_only(url: &str) -> Result<()> {
    let url = url.to_owned();
    // On a thread of its own, since the session brings its own runtime.
    let thread = std::thread::spawn(move || {
        let mut session = PostgresSession::connect(&url)
            .map(Box::new)
            .map(Session::Postgres)?;
        migrate::run(&mut session, &Migrations::embedded(), Instant::now())
    });
    thread
        .join()
        .unwrap_or_else(|_| Err(Error::fault("the migrations panicked")))
}

/// The lock that makes one process the writer of a folder; its text says which, for the next one.
#[derive(Clone)]
struct LockFile {
    file: Arc<Mutex<File>>,
}

impl LockFile {
    fn take(dir: &Path) -> Result<LockFile> {
        let path = dir.join("settlebook.lock");
        let failed = |error: std::io::Error| Error::fault(error).context(path.display());
        std::fs::create_dir_all(dir).map_err(failed)?;
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                let mut lines = text.lines();
                let refusal = Refusal::conflict("db.locked")
                    .with("dir", dir.display())
                    .with("pid", lines.next().unwrap_or("?"))
                    .with("address", lines.next().unwrap_or("?"));
                return Err(refusal.into());
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        let lock = LockFile {
            file: Arc::new(Mutex::new(file)),
        };
        lock.announce("-").map_err(failed)?;
        Ok(lock)
    }

    fn announce(&self, address: &str) -> std::io::Result<()> {
        let mut file = guard(&self.file);
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}\n{address}", std::process::id())
    }

    fn release(&self) {
        let _ = guard(&self.file).unlock();
    }
}
