//! What the same disk and the same database do at best: one row in one durable transaction, and nothing around it.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection, PgConnection, RunQueryDsl as _, SqliteConnection};

use usve::db::Address;

use crate::measure::data::Data;

/// A connection that does nothing but insert.
pub enum Bare {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite, with the service's settings.
    Sqlite(SqliteConnection),
}

const INSERT: &str = "INSERT INTO bare (content) VALUES ('as much as a short text that somebody has typed')";

impl Bare {
    /// Connects: for SQLite to a file of its own in the same folder.
    pub fn connect(data: &Data) -> Bare {
        let file = match &data.address {
            Address::Sqlite(file) => file,
            Address::Postgres(url) => {
                let mut connection = PgConnection::establish(url).unwrap();
                connection.batch_execute("CREATE TABLE IF NOT EXISTS bare (content TEXT NOT NULL)").unwrap();
                return Bare::Postgres(connection);
            }
        };
        let mut connection =
            SqliteConnection::establish(file.with_file_name("bare.db").to_str().unwrap()).unwrap();
        connection
            .batch_execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 CREATE TABLE IF NOT EXISTS bare (content TEXT NOT NULL)",
            )
            .unwrap();
        Bare::Sqlite(connection)
    }

    /// One row, committed.
    pub fn insert(&mut self) {
        let query = diesel::sql_query(INSERT);
        let inserted = match self {
            Bare::Postgres(connection) => query.execute(connection),
            Bare::Sqlite(connection) => query.execute(connection),
        };
        assert_eq!(inserted, Ok(1));
    }
}

/// Whether a PostgreSQL server keeps what it has acknowledged when the power goes; SQLite as the service sets it does.
pub fn is_durable(data: &Data) -> bool {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        durable: bool,
    }
    let Bare::Postgres(mut connection) = Bare::connect(data) else { return true };
    diesel::sql_query(
        "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS durable",
    )
    .get_result::<Setting>(&mut connection)
    .unwrap()
    .durable
}
