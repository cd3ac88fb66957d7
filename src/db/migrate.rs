//! Brings the schema up, and down again in tests; one `migrations/` directory for both databases.

use diesel::connection::SimpleConnection as _;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Address, Database, Db, Use, each, open};
use crate::problem::Problem;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// The lock that several instances on one PostgreSQL take while one of them migrates; the number is only ours.
const ADVISORY_LOCK: i64 = 0x75_7376_6500;

impl Database {
    /// Which migrations have not run, oldest first.
    ///
    /// # Errors
    /// The database cannot be read, or its schema is newer than this program.
    pub fn pending_migrations(&self) -> Result<Vec<String>, Problem> {
        let mut db = open(&self.address, Use::Write).map_err(Problem::unavailable)?;
        refuse_newer(&mut db)?;
        each!(&mut db, connection => {
            let pending = MigrationHarness::pending_migrations(connection, MIGRATIONS).map_err(Problem::internal)?;
            Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
        })
    }

    /// Runs what has not run, and says what did. An existing SQLite file is copied aside first.
    ///
    /// # Errors
    /// A migration fails (nothing of it stays), or the schema is newer than this program.
    pub fn migrate(&self) -> Result<Vec<String>, Problem> {
        let pending = self.pending_migrations()?;
        if pending.is_empty() {
            return Ok(pending);
        }
        let mut db = open(&self.address, Use::Write).map_err(Problem::unavailable)?;
        match (&mut db, &self.address) {
            (Db::Sqlite(connection), Address::Sqlite(path)) => {
                if has_tables(connection)? {
                    let aside = path.with_extension("before-migration.db");
                    // VACUUM INTO refuses to overwrite.
                    if aside.exists() {
                        std::fs::remove_file(&aside).map_err(Problem::internal)?;
                    }
                    connection.batch_execute(&format!(
                        "VACUUM INTO '{}'",
                        aside.to_string_lossy().replace('\'', "''")
                    ))?;
                }
                connection.batch_execute("PRAGMA foreign_keys = OFF")?;
                MigrationHarness::run_pending_migrations(connection, MIGRATIONS)
                    .map_err(Problem::internal)?;
                connection.batch_execute("PRAGMA foreign_key_check; PRAGMA foreign_keys = ON")?;
            }
            (Db::Pg(connection), _) => {
                connection.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
                let ran = MigrationHarness::run_pending_migrations(connection, MIGRATIONS).map(drop);
                connection.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))?;
                ran.map_err(Problem::internal)?;
            }
            (Db::Sqlite(_), Address::Postgres(_)) => {
                return Err(Problem::internal("address and connection differ"));
            }
        }
        Ok(pending)
    }

    /// Takes every migration back, newest first: for tests that prove that each can be.
    ///
    /// # Errors
    /// A migration fails on its way down.
    pub fn revert_all_migrations(&self) -> Result<(), Problem> {
        let mut db = open(&self.address, Use::Write).map_err(Problem::unavailable)?;
        each!(&mut db, connection => {
            MigrationHarness::revert_all_migrations(connection, MIGRATIONS).map(drop).map_err(Problem::internal)
        })
    }
}

fn has_tables(connection: &mut diesel::SqliteConnection) -> Result<bool, Problem> {
    use diesel::{QueryableByName, RunQueryDsl as _};
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        tables: i32,
    }
    let count: Count = diesel::sql_query(
        "SELECT CAST(count(*) AS INTEGER) AS tables FROM sqlite_master WHERE name = 'cases'",
    )
    .get_result(connection)?;
    Ok(count.tables > 0)
}

type BoxedMigration = Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>;

fn refuse_newer(db: &mut Db) -> Result<(), Problem> {
    use diesel::migration::{Migration as _, MigrationSource as _};
    let ran: Vec<String> = each!(db, connection => {
        MigrationHarness::applied_migrations(connection)
            .map_err(Problem::internal)?
            .iter()
            .map(ToString::to_string)
            .collect()
    });
    let known: Vec<String> = each!(db, connection => {
        let _ = &connection;
        MIGRATIONS.migrations().map_err(Problem::internal)?.iter()
            .map(|migration: &BoxedMigration| migration.name().version().to_string())
            .collect()
    });
    match ran.iter().find(|version| !known.contains(version)) {
        None => Ok(()),
        Some(version) => Err(Problem::unavailable(format!(
            "the database has the migration {version}, which this version of usve does not know: run the newer usve"
        ))),
    }
}
