//! A database of each test's own, made as a copy of one whose schema is current: a SQLite file, or a database on the
//! PostgreSQL server that `USVE_TEST_DATABASE_URL` names.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use usve::clock::Clock;
use usve::db::{Address, Database};
use usve::ids::{Source, sha256};

/// One test's database; gone when this is.
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    /// The SQLite file's folder.
    _folder: Option<TempDir>,
    /// The PostgreSQL server's address and the database's name there.
    server: Option<(String, String)>,
}

impl TestDatabase {
    /// A new database with a current schema and no rows.
    pub fn new() -> TestDatabase {
        match std::env::var("USVE_TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() => on_server(&server),
            _ => as_file(),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            let dropped =
                PgConnection::establish(server).map_err(|error| error.to_string()).and_then(|mut server| {
                    let query = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    server.batch_execute(&query).map_err(|error| error.to_string())
                });
            assert!(dropped.is_ok() || std::thread::panicking(), "{name} stays behind: {dropped:?}");
        }
    }
}

/// Brings an empty database's schema up.
fn migrate(address: &Address) {
    let database = Database::open(address, 2, Clock::system(), Source::system(), b"template").unwrap();
    database.migrate().unwrap();
}

fn as_file() -> TestDatabase {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, template) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        migrate(&Address::Sqlite(path.clone()));
        // A copy that does not depend on the write-ahead log.
        let copy = folder.path().join("copy.db");
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        connection.batch_execute(&format!("VACUUM INTO '{}'", copy.display())).unwrap();
        (folder, copy)
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usve.db");
    std::fs::copy(template, &file).unwrap();
    TestDatabase { url: format!("sqlite://{}", file.display()), _folder: Some(folder), server: None }
}

/// One at a time: PostgreSQL copies a template only when nobody else is at it.
static COPYING: Mutex<()> = Mutex::new(());

fn on_server(server: &str) -> TestDatabase {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let _alone = COPYING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let template = template(server);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("usve_test_{}_{number}", std::process::id());
    let mut connection = PgConnection::establish(server).unwrap();
    connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
    connection.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
    TestDatabase { url: named(server, &name), _folder: None, server: Some((server.to_owned(), name)) }
}

/// The name of the database with a current schema, made once for these migrations.
fn template(server: &str) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("usve_template_{}_{}", std::process::id(), digest_of_migrations());
        let mut connection = PgConnection::establish(server).unwrap();
        connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        migrate(&Address::parse(&named(server, &name)).unwrap());
        // The pool that migrated may not have let go of its connections yet.
        connection
            .batch_execute(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ))
            .unwrap();
        name
    })
}

fn digest_of_migrations() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("up.sql")).collect();
    files.sort();
    let all: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect();
    sha256(&all).chars().take(8).collect()
}

/// The address of another database on the same server.
fn named(server: &str, name: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, ""), |(address, options)| (address, options));
    let (host, _) = address.rsplit_once('/').unwrap();
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    format!("{host}/{name}{options}")
}
