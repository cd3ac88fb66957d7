//! The service on its feet: bound, migrated, serving, and stopped without dropping what was begun.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as WebApp, HttpServer, web};
use tokio::sync::watch;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Address;
use crate::ids::Source;
use crate::jobs;
use crate::problem::{Kind, Problem};
use crate::web::{headers, health};

/// How long requests that have begun may take when the service stops, in seconds.
const GRACE: u64 = 20;

/// The web service, bound to its address.
#[derive(Debug)]
pub struct Application {
    /// The parts.
    pub app: App,
    listener: TcpListener,
    metrics: Option<TcpListener>,
}

impl Application {
    /// Binds the addresses, opens the database and brings its schema up (SQLite) or demands it (PostgreSQL).
    ///
    /// # Errors
    /// A port is taken, the database cannot be opened, or its schema is behind.
    pub fn build(config: Config, clock: Clock, ids: Source) -> Result<Application, Problem> {
        let listener = bind(config.web.listen)?;
        let metrics = config.web.metrics_listen.map(bind).transpose()?;
        let bound = listener.local_addr().map_err(Problem::unavailable)?;
        let app = App::open(config, bound, clock, ids)?;
        make_current(&app)?;
        let halves = app.files.clear_leftovers(app.clock.now());
        if halves > 0 {
            tracing::info!(halves, "files that had come half were taken away");
        }
        Ok(Application { app, listener, metrics })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> Result<SocketAddr, Problem> {
        self.listener.local_addr().map_err(Problem::unavailable)
    }

    /// Serves until a signal comes, doing due work meanwhile; then finishes what was begun.
    ///
    /// # Errors
    /// The server cannot start.
    pub async fn run(self) -> Result<(), Problem> {
        let workers = self.app.config.web.workers;
        let app = self.app.clone();
        let running = HttpServer::new(move || {
            WebApp::new()
                .app_data(web::Data::new(app.clone()))
                .wrap(Compress::default())
                .wrap(from_fn(headers::on_every_answer))
                .configure(routes)
        })
        .workers(workers)
        // A compressed page leaves in several writes; without this each waits 40 ms for the reader's acknowledgement.
        .tcp_nodelay(true)
        .shutdown_timeout(GRACE)
        .client_request_timeout(Duration::from_secs(15))
        .keep_alive(Duration::from_mins(1))
        .listen(self.listener)
        .map_err(Problem::unavailable)?
        .run();
        let numbers = self.metrics.map(|listener| serve_metrics(self.app.clone(), listener)).transpose()?;
        let (stop, when) = watch::channel(false);
        let worker = tokio::spawn(jobs::work_on(self.app.clone(), when));
        let outcome = running.await;
        // The receiver is gone only when the worker is.
        let _ = stop.send(true);
        if let Some(numbers) = numbers {
            numbers.stop(false).await;
        }
        worker.await.map_err(Problem::internal)?;
        outcome.map_err(Problem::unavailable)
    }
}

/// Everything that the web service answers.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(crate::api::configure).configure(crate::web::routes);
}

fn serve_metrics(app: App, listener: TcpListener) -> Result<ServerHandle, Problem> {
    let server = HttpServer::new(move || {
        WebApp::new().app_data(web::Data::new(app.clone())).configure(health::metrics_route)
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .map_err(Problem::unavailable)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

/// Takes an address to listen on.
///
/// # Errors
/// Another program has it, or the machine does not.
pub fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    TcpListener::bind(address).map_err(|error| {
        let (sv, en) = match error.kind() {
            std::io::ErrorKind::AddrInUse => (
                format!("{address} är upptagen av ett annat program"),
                format!("{address} is taken by another program"),
            ),
            _ => (
                format!("{address} kan inte öppnas: {error}"),
                format!("{address} cannot be opened: {error}"),
            ),
        };
        let mut problem = Problem::new(Kind::Unavailable, "address_taken", sv, en);
        problem.hint = Some(crate::text::Text::new(
            "Välj en annan med --listen, till exempel 127.0.0.1:8081.",
            "Choose another with --listen, for example 127.0.0.1:8081.",
        ));
        problem
    })
}

/// Brings a SQLite schema up; refuses to go on behind a PostgreSQL schema.
fn make_current(app: &App) -> Result<(), Problem> {
    if matches!(app.config.data.database, Address::Sqlite(_)) {
        let ran = app.database.migrate()?;
        if !ran.is_empty() {
            tracing::info!(migrations = ran.len(), "the schema was brought up");
        }
        return Ok(());
    }
    let pending = app.database.pending_migrations()?;
    if pending.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::new(
        Kind::Unavailable,
        "schema_behind",
        format!("databasens schema är {} steg efter programmet", pending.len()),
        format!("the database's schema is {} migrations behind the program", pending.len()),
    );
    problem.hint = Some(crate::text::Text::new("Kör `usve migrate`.", "Run `usve migrate`."));
    Err(problem)
}
