//! The data that everything is measured on: a rehearsal of 72 units with a year of history, in either database, and a
//! new year that has just been opened for all of them.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;
use usve::assessments::open_year::open_year;
use usve::clock::Clock;
use usve::cycles::calendar::Dates;
use usve::db::{Address, Database};
use usve::demo::{self, MOST_UNITS, Settings};
use usve::forms::{Form, Library};
use usve::ids::Source;

/// The key of the log; any will do.
pub const AUDIT_KEY: &str = "measurements measurements measurements";
/// The day that the rehearsal is made for, so that every run has the same data.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 19).unwrap();

/// The year that has just been opened; the rehearsal's own is the one before.
pub const NEW_YEAR: i32 = 2027;

/// A data folder with a database of its own; both are gone when this is.
pub struct Data {
    folder: TempDir,
    /// Where the database is.
    pub address: Address,
    /// The PostgreSQL server's address and the database's name there.
    server: Option<(String, String)>,
}

impl Data {
    /// Nothing yet: on the PostgreSQL server at `server`, or in a SQLite file.
    pub fn empty(server: Option<&str>) -> Data {
        // Beside the programs: a folder for temporary files is often in memory, and then nothing is durable.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let Some(server) = server else {
            let address = Address::Sqlite(folder.path().join("usve.db"));
            return Data { folder, address, server: None };
        };
        let name = format!("measured_{:.16}", Source::system().secret());
        on(server, &format!("CREATE DATABASE {name}"));
        let (base, _) = server.rsplit_once('/').unwrap();
        let address = Address::Postgres(format!("{base}/{name}"));
        Data { folder, address, server: Some((server.to_owned(), name)) }
    }

    /// The rehearsal's data, last year's answers copied to the new year. Queued reports and mails are put aside, so that
    /// no work waits in the background.
    pub fn rehearsed(server: Option<&str>) -> Data {
        Data::rehearsed_for(server, 1)
    }

    /// As [`Data::rehearsed`], with the answers of the new year in so many years from it on: ten make ten times the data.
    pub fn rehearsed_for(server: Option<&str>, years: i32) -> Data {
        Data::rehearsed_with(server, 1, years)
    }

    /// As [`Data::rehearsed_for`], with so many years of history before the running one.
    pub fn rehearsed_with(server: Option<&str>, history: u8, years: i32) -> Data {
        let data = Data::empty(server);
        let (database, form) = (data.open(), newest_form());
        database.migrate().unwrap();
        let settings = Settings { units: MOST_UNITS, years: history, seed: 1, today: TODAY };
        let library = Library::open(None).unwrap();
        demo::build(&database, (&form, &library), &data.folder().join("files"), &settings).unwrap();
        for year in NEW_YEAR..NEW_YEAR + years {
            database
                .act(|act| {
                    let dates = Dates::of(&form.calendar, year);
                    open_year(act, None, year, &form, &Library::default(), &dates)?;
                    let statements =
                        format!("{} DELETE FROM jobs; DELETE FROM outbox; ANALYZE;", copy_answers(year));
                    usve::db::each!(&mut *act.db, db => db.batch_execute(&statements))?;
                    Ok(())
                })
                .unwrap();
        }
        data
    }

    /// The database, opened by this process.
    pub fn open(&self) -> Database {
        Database::open(&self.address, 4, Clock::system(), Source::system(), AUDIT_KEY.as_bytes()).unwrap()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database as `USVE_DATABASE_URL` names it.
    pub fn url(&self) -> String {
        match &self.address {
            Address::Sqlite(file) => format!("sqlite://{}", file.display()),
            Address::Postgres(url) => url.clone(),
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The form that the rehearsal answers.
pub fn newest_form() -> Arc<Form> {
    Library::open(None).unwrap().newest("usve").unwrap()
}

/// The statement that answers a year as the year before was answered.
fn copy_answers(year: i32) -> String {
    let before = year - 1;
    format!(
        "INSERT INTO answers (case_id, criterion, version, content, confirmed, saved_by, saved_at) \
         SELECT new.id, answers.criterion, 1, answers.content, answers.confirmed, answers.saved_by, answers.saved_at \
         FROM answers JOIN cases old ON old.id = answers.case_id JOIN cases new ON new.unit_id = old.unit_id \
         WHERE old.cycle_id = (SELECT id FROM cycles WHERE year = {before}) \
         AND new.cycle_id = (SELECT id FROM cycles WHERE year = {year});"
    )
}

fn on(server: &str, statement: &str) {
    PgConnection::establish(server).unwrap().batch_execute(statement).unwrap();
}
