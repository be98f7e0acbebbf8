//! Throw-away databases for tests, of both kinds.
//!
//! PostgreSQL is the cluster named by `SETTLEBOOK_TEST_POSTGRES` (an administrator's address), or one
//! that `scripts/with-postgres` starts for this process and removes when the process is gone.
//! Each test gets a copy of a template that was migrated once.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::handle::{Db, Options, Synchronous, Target};
use crate::migrate::Migrations;

/// A PostgreSQL that tests may make databases in.
pub struct Cluster {
    admin: String,
    /// Ends with this process: its standard input closes then, and it removes the cluster.
    _keeper: Option<Child>,
}

impl Cluster {
    /// The one of this process.
    pub fn shared() -> &'static Cluster {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("SETTLEBOOK_TEST_POSTGRES") {
            Ok(admin) if !admin.is_empty() => Cluster { admin, _keeper: None },
            _ => Cluster::start(),
        })
    }

    fn start() -> Cluster {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/with-postgres");
        let mut keeper = Command::new(&script)
            .args(["sh", "-c", "echo \"$SETTLEBOOK_TEST_POSTGRES\"; cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        let mut admin = String::new();
        let output = keeper.stdout.take().expect("standard output is a pipe");
        BufReader::new(output)
            .read_line(&mut admin)
            .expect("the address is text");
        let admin = admin.trim().to_owned();
        assert!(!admin.is_empty(), "{} started no cluster", script.display());
        Cluster {
            admin,
            _keeper: Some(keeper),
        }
    }

    /// The address of a new database with the whole schema.
    pub fn database(&self) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{number}", std::process::id());
        let template = self.template();
        self.run(&[
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            create(&name, Some(template)),
        ]);
        self.address(&name)
    }

    /// The address of a new database with nothing in it.
    pub fn empty_database(&self) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("e{}_{number}", std::process::id());
        self.run(&[
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            create(&name, None),
        ]);
        self.address(&name)
    }

    /// Removes a database that `database` or `empty_database` made.
    pub fn drop_database(&self, address: &str) {
        if let Some(name) = address.rsplit('/').next() {
            self.run(&[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]);
        }
    }

    fn address(&self, name: &str) -> String {
        let base = self
            .admin
            .rsplit_once('/')
            .map_or(self.admin.as_str(), |(base, _)| base);
        format!("{base}/{name}")
    }

    /// Made once for a state of the migrations, also when several test processes share the cluster.
    fn template(&self) -> &'static str {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let name = format!("template_{}", Migrations::embedded().checksum());
            apart(async {
                let client = connect(&self.admin).await;
                client
                    .batch_execute("SELECT pg_advisory_lock(7)")
                    .await
                    .expect("the lock can be taken");
                let known = client
                    .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
                    .await
                    .expect("the databases can be listed");
                if known.is_none() {
                    // Renamed when complete, so that nobody copies half a schema.
                    let draft = format!("{name}_draft");
                    let drop = format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)");
                    client
                        .batch_execute(&drop)
                        .await
                        .expect("an old draft can be removed");
                    client
                        .batch_execute(&create(&draft, None))
                        .await
                        .expect("a database can be made");
                    let url = self.address(&draft);
                    crate::handle::migrate_only(&url).expect("the migrations run");
                    let rename = format!("ALTER DATABASE {draft} RENAME TO {name}");
                    client
                        .batch_execute(&rename)
                        .await
                        .expect("the template can be named");
                }
                client
                    .batch_execute("SELECT pg_advisory_unlock(7)")
                    .await
                    .expect("the lock can be given back");
            });
            name
        })
    }

    /// Runs statements as the administrator.
    pub fn run(&self, statements: &[String]) {
        apart(async {
            let client = connect(&self.admin).await;
            for statement in statements {
                let done = client.batch_execute(statement).await;
                done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            }
        });
    }
}

fn create(name: &str, template: Option<&str>) -> String {
    let template = template.unwrap_or("template0");
    format!("CREATE DATABASE {name} TEMPLATE {template}")
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the cluster answers");
    tokio::spawn(connection);
    client
}

/// On a thread of its own: the caller may be inside a runtime.
fn apart(work: impl Future<Output = ()> + Send) {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(work);
        });
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// A place for data that disappears when this is dropped.
pub struct Place {
    target: Target,
    _dir: Option<TempDir>,
}

impl Place {
    pub fn sqlite() -> Place {
        let dir = tempfile::Builder::new()
            .prefix("settlebook-test-")
            .tempdir()
            .expect("a folder can be made");
        let target = Target::Sqlite {
            dir: dir.path().join("data"),
        };
        Place {
            target,
            _dir: Some(dir),
        }
    }

    pub fn postgres() -> Place {
        Place {
            target: Target::Postgres {
                url: Cluster::shared().database(),
            },
            _dir: None,
        }
    }

    /// A PostgreSQL database without any table, for tests that bring their own migrations.
    pub fn postgres_empty() -> Place {
        Place {
            target: Target::Postgres {
                url: Cluster::shared().empty_database(),
            },
            _dir: None,
        }
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Opens the data; the place must outlive the handle.
    pub async fn open(&self) -> Db {
        self.open_with(Options::default()).await
    }

    /// As `open`. Commits do not wait for SQLite's disk unless `options` says `Normal`.
    pub async fn open_with(&self, mut options: Options) -> Db {
        if options.synchronous == Synchronous::Full {
            options.synchronous = Synchronous::Off;
        }
        Db::open(&self.target, options)
            .await
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.target))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // While a test unwinds, a second failure would hide the first.
        if let Target::Postgres { url } = &self.target
            && !std::thread::panicking()
        {
            Cluster::shared().drop_database(url);
        }
    }
}

/// A new, empty data place of each kind: (name for messages, place).
pub fn places() -> [(&'static str, Place); 2] {
    [("SQLite", Place::sqlite()), ("PostgreSQL", Place::postgres())]
}

/// Runs a test on SQLite and on PostgreSQL.
pub fn both<F: Future<Output = ()>>(test: impl Fn(Db) -> F) {
    both_with(&Options::default(), test);
}

/// As `both`, with options.
pub fn both_with<F: Future<Output = ()>>(options: &Options, test: impl Fn(Db) -> F) {
    let postgres = if options.migrations.is_some() {
        Place::postgres_empty()
    } else {
        Place::postgres()
    };
    for (name, place) in [("SQLite", Place::sqlite()), ("PostgreSQL", postgres)] {
        // Shown when the test fails.
        println!("on {name}");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.expect("a runtime starts").block_on(async {
            let db = place.open_with(options.clone()).await;
            test(db.clone()).await;
            db.close().await;
        });
    }
}
