//! Two databases behind one type.
//!
//! Invariants:
//! - Every act is one [`Database::act`]: its state change, audit entry and mail are committed together or not at all.
//! - SQLite writes through one connection that begins IMMEDIATE; its readers cannot write. `synchronous` is FULL and is
//!   asserted, because less loses acknowledged saves when the power goes.
//! - The address's scheme chooses the database. There is no fallback.
//!
//! What diesel's `MultiConnection` cannot express (2.3): `as_returning()`, `on_conflict`, batch inserts,
//! `for_update().skip_locked()`. Those are written once inside [`each!`], which types them for each database. Use
//! `.returning(table::all_columns)` for the first. `sql_query` placeholders are `$1, $2`, numbered by appearance.

pub mod columns;
pub mod invariants;
pub mod limits;
pub mod migrate;
pub mod repeats;
#[expect(missing_docs, reason = "the tables and columns are described in `migrations/`")]
pub mod schema;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::{
    AnsiTransactionManager, Connection as _, Instrumentation, InstrumentationEvent, SimpleConnection as _,
    TransactionManager as _,
};
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection as _};
use diesel::{PgConnection, RunQueryDsl as _, SqliteConnection};

use crate::clock::{Clock, Moment};
use crate::ids::Source;
use crate::problem::Problem;

#[expect(missing_docs, reason = "the derive writes items that nobody can document")]
mod connection {
    use diesel::{PgConnection, SqliteConnection};

    /// One open connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum Db {
        /// PostgreSQL.
        Pg(PgConnection),
        /// SQLite.
        Sqlite(SqliteConnection),
    }
}
pub use connection::{Db, MultiBackend};

/// Runs one expression on whichever connection it is, typed for each: for what `MultiConnection` cannot express.
#[macro_export]
macro_rules! each {
    ($db:expr, $connection:ident => $query:expr) => {
        match $db {
            $crate::db::Db::Pg($connection) => $query,
            $crate::db::Db::Sqlite($connection) => $query,
        }
    };
}
pub use each;

/// What one act works with: its transaction, its time and its identifiers.
pub struct Act<'a> {
    /// The open transaction.
    pub db: &'a mut Db,
    /// The time of the act: one for everything it writes.
    pub now: Moment,
    ids: &'a Source,
    audit_key: &'a [u8],
}

impl Act<'_> {
    /// A new identifier.
    pub fn id<T: From<String>>(&self) -> T {
        self.ids.id(self.now)
    }

    /// A new secret of 256 bits.
    #[must_use]
    pub fn secret(&self) -> String {
        self.ids.secret()
    }

    /// The key that seals entries of the log.
    #[must_use]
    pub fn audit_key(&self) -> &[u8] {
        self.audit_key
    }
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection string.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite://path`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// Any other scheme, by name: a mistyped address must never become an empty SQLite file.
    pub fn parse(text: &str) -> Result<Address, String> {
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Address::Sqlite(PathBuf::from(path))),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
                Ok(Address::Postgres(text.to_owned()))
            }
            Some((scheme, _)) => Err(format!("the database address has the unknown scheme `{scheme}`")),
            None => Err("the database address has no scheme".to_owned()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    Read,
}

struct Manager {
    address: Address,
    purpose: Use,
    sent: Arc<Sent>,
}

/// The statements that all connections were sent.
#[derive(Default)]
struct Sent {
    count: AtomicU64,
    is_recorded: AtomicBool,
    texts: Mutex<Vec<String>>,
}

/// Counts what a connection is sent, and keeps its text while somebody records.
struct Counter(Arc<Sent>);

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        self.0.count.fetch_add(1, Ordering::Relaxed);
        if self.0.is_recorded.load(Ordering::Relaxed) {
            let text = query.to_string();
            // The values stand after the statement, and are no part of the work.
            let statement = text.split(" -- binds:").next().unwrap_or_default().to_owned();
            self.0.texts.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, Self::Error> {
        let mut db = open(&self.address, self.purpose)?;
        let counter = Counter(Arc::clone(&self.sent));
        each!(&mut db, connection => connection.set_instrumentation(counter));
        Ok(db)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Self::Error> {
        each!(db, connection => connection.ping().map_err(diesel::r2d2::Error::QueryError))
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || each!(db, connection => connection.is_broken())
    }
}

fn open(address: &Address, purpose: Use) -> Result<Db, diesel::r2d2::Error> {
    match address {
        Address::Postgres(url) => {
            let mut connection =
                PgConnection::establish(url).map_err(diesel::r2d2::Error::ConnectionError)?;
            connection.batch_execute("SET TIME ZONE 'UTC'").map_err(diesel::r2d2::Error::QueryError)?;
            Ok(Db::Pg(connection))
        }
        Address::Sqlite(path) => {
            let mut connection = SqliteConnection::establish(&path.to_string_lossy())
                .map_err(diesel::r2d2::Error::ConnectionError)?;
            // busy_timeout first: the others may already have to wait.
            connection
                .batch_execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; \
                     PRAGMA trusted_schema = OFF;",
                )
                .map_err(diesel::r2d2::Error::QueryError)?;
            if purpose == Use::Read {
                connection
                    .batch_execute("PRAGMA query_only = ON;")
                    .map_err(diesel::r2d2::Error::QueryError)?;
            }
            Ok(Db::Sqlite(connection))
        }
    }
}

/// The database, open: hands out acts and reads.
#[derive(Clone)]
pub struct Database {
    address: Address,
    writers: Pool<Manager>,
    readers: Pool<Manager>,
    clock: Clock,
    ids: Source,
    audit_key: Arc<[u8]>,
    sent: Arc<Sent>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Database").field("writers", &self.writers.state()).finish_non_exhaustive()
    }
}

/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);

impl Database {
    /// Opens the database. `connections` is the number of readers (SQLite) or of all connections (PostgreSQL);
    /// `audit_key` seals the log and is kept outside the database.
    ///
    /// # Errors
    /// The folder or server cannot be reached, or SQLite does not keep `synchronous = FULL`.
    pub fn open(
        address: &Address,
        connections: u32,
        clock: Clock,
        ids: Source,
        audit_key: &[u8],
    ) -> Result<Database, Problem> {
        if let Address::Sqlite(path) = address {
            make_private_folder(path.parent())?;
        }
        // Connecting once directly gives the real reason; a pool would only say that it timed out.
        let mut first = open(address, Use::Write).map_err(Problem::unavailable)?;
        if matches!(first, Db::Sqlite(_)) {
            assert_durable(&mut first)?;
        }
        drop(first);
        let sent = Arc::new(Sent::default());
        let pool = |purpose, size| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(PATIENCE)
                .test_on_check_out(false)
                .build(Manager { address: address.clone(), purpose, sent: Arc::clone(&sent) })
                .map_err(Problem::unavailable)
        };
        let (writers, readers) = match address {
            Address::Sqlite(_) => (pool(Use::Write, 1)?, pool(Use::Read, connections.max(1))?),
            Address::Postgres(_) => {
                let shared = pool(Use::Write, connections.max(2))?;
                (shared.clone(), shared)
            }
        };
        let (address, audit_key) = (address.clone(), audit_key.into());
        Ok(Database { address, writers, readers, clock, ids, audit_key, sent })
    }

    /// Where the data is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The key that seals the log.
    #[must_use]
    pub fn audit_key(&self) -> &[u8] {
        &self.audit_key
    }

    /// How many statements were sent so far, to tell what a page costs.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.sent.count.load(Ordering::Relaxed)
    }

    /// Begins to keep the text of every statement, without its values: to tell whether two requests do the same work.
    pub fn record(&self) {
        self.sent.texts.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.sent.is_recorded.store(true, Ordering::Relaxed);
    }

    /// The statements since [`Database::record`], in order; keeps no more of them.
    #[must_use]
    pub fn recorded(&self) -> Vec<String> {
        self.sent.is_recorded.store(false, Ordering::Relaxed);
        std::mem::take(&mut *self.sent.texts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The clock that acts take their time from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Reads without writing anything.
    ///
    /// # Errors
    /// Those of `work`, or [`Problem::unavailable`].
    pub fn read<T>(&self, work: impl FnOnce(&mut Db) -> Result<T, Problem>) -> Result<T, Problem> {
        let mut db = self.readers.get().map_err(Problem::unavailable)?;
        work(&mut db)
    }

    /// Does one act in one transaction: all of it is kept, or nothing.
    ///
    /// # Errors
    /// Those of `work`, or of the database at commit; nothing is kept then.
    pub fn act<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        let mut db: PooledConnection<Manager> = self.writers.get().map_err(Problem::unavailable)?;
        begin(&mut db)?;
        let now = self.clock.now();
        let done = work(&mut Act { db: &mut db, now, ids: &self.ids, audit_key: &self.audit_key });
        match done {
            Ok(value) => {
                Manager_::commit_transaction(&mut *db)?;
                Ok(value)
            }
            Err(problem) => {
                if let Err(error) = Manager_::rollback_transaction(&mut *db) {
                    tracing::error!(%error, "rollback failed; the connection is given up");
                }
                Err(problem)
            }
        }
    }
}

type Manager_ = <Db as diesel::Connection>::TransactionManager;

fn begin(db: &mut Db) -> Result<(), Problem> {
    match db {
        Db::Pg(connection) => AnsiTransactionManager::begin_transaction(connection)?,
        // A deferred transaction that first reads and then writes fails at once when another writes in between.
        Db::Sqlite(connection) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")?;
        }
    }
    Ok(())
}

fn make_private_folder(folder: Option<&Path>) -> Result<(), Problem> {
    let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        Problem::unavailable(format!("the folder {} cannot be made: {error}", folder.display()))
    })
}

fn assert_durable(db: &mut Db) -> Result<(), Problem> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        synchronous: i32,
    }
    let setting: Setting = diesel::sql_query("PRAGMA synchronous").get_result(db)?;
    if setting.synchronous == 2 {
        return Ok(());
    }
    Err(Problem::unavailable(format!("SQLite runs with synchronous = {}, not FULL", setting.synchronous)))
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Problem {
        use diesel::result::{DatabaseErrorKind, Error};
        match &error {
            Error::NotFound => Problem::not_found(),
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, detail) => {
                let mut problem = Problem::conflict(
                    "already_there",
                    "Det finns redan. Läs in sidan igen och se vad som står där.",
                    "It is already there. Reload the page and see what it says.",
                );
                problem.cause = Some(detail.message().to_owned());
                problem
            }
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => Problem::unavailable(error),
            Error::DatabaseError(_, detail) if is_full_or_busy(detail.message()) => {
                Problem::unavailable(error)
            }
            _ => Problem::internal(error),
        }
    }
}

fn is_full_or_busy(message: &str) -> bool {
    [
        "database or disk is full",
        "database is locked",
        "No space left",
        "disk I/O error",
        "connection to server",
    ]
    .iter()
    .any(|known| message.contains(known))
}
