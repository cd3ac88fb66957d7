//! What every request, job and command works with: one value, handed around.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::config::secret::Keys;
use crate::db::{Act, Database, Db};
use crate::files::Store;
use crate::forms::Library;
use crate::identity::token::Tokens;
use crate::ids::Source;
use crate::notify::deliver::Sender;
use crate::notify::transport::Transport;
use crate::problem::{Kind, Problem};
use crate::telemetry::Metrics;

/// The parts of the running service.
#[derive(Debug)]
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// The service's address as people type it, without a slash at the end.
    pub base_url: String,
    /// The database.
    pub database: Database,
    /// The clock that everything goes by.
    pub clock: Clock,
    /// Identifiers and secrets.
    pub ids: Source,
    /// Keys.
    pub keys: Keys,
    /// Tokens of sessions.
    pub tokens: Tokens,
    /// Mail's way out.
    pub sender: Sender,
    /// The forms there are.
    pub forms: Library,
    /// Files of evidence.
    pub files: Store,
    /// What is counted.
    pub metrics: Metrics,
}

/// The running service; cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the service together: keys, forms, database. Nothing is migrated and nothing listens yet; `bound` is where
    /// it will.
    ///
    /// # Errors
    /// A key, form or the database cannot be opened, or the mail server's address cannot be read.
    pub fn open(config: Config, bound: SocketAddr, clock: Clock, ids: Source) -> Result<App, Problem> {
        let transport = match &config.mail.smtp_url {
            None => Transport::Folder(config.data.folder.join("mail")),
            // The address may hold a password: only the fault is told.
            Some(url) => Transport::smtp(url).map_err(|fault| {
                let sentence = format!("USVE_SMTP_URL cannot be used: {fault}");
                Problem::new(Kind::Malformed, "setting", sentence.clone(), sentence)
            })?,
        };
        App::open_with(config, bound, clock, ids, transport)
    }

    /// As [`App::open`], with another way out for mail.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_with(
        config: Config,
        bound: SocketAddr,
        clock: Clock,
        ids: Source,
        transport: Transport,
    ) -> Result<App, Problem> {
        let keys = Keys::load(&config, &ids)?;
        let files = Store::open(&config.files.place, &config.data.folder)?;
        let forms = Library::open(config.forms.as_deref()).map_err(|findings| {
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            let sentence = format!("{} faults in the forms; the first: {first}", findings.len());
            Problem::new(Kind::Invalid, "forms", sentence.clone(), sentence)
        })?;
        let database = Database::open(
            &config.data.database,
            config.data.connections,
            clock.clone(),
            ids.clone(),
            keys.audit.bytes(),
        )?;
        let base_url = config.web.base_url(bound);
        let sender = Sender { transport, from: config.mail.from.clone(), base_url: base_url.clone() };
        let tokens = Tokens::new(&keys.session, &base_url);
        let metrics = Metrics::default();
        Ok(App(Arc::new(Parts {
            config,
            base_url,
            database,
            clock,
            ids,
            keys,
            tokens,
            sender,
            forms,
            files,
            metrics,
        })))
    }

    /// Reads on a thread that may block.
    ///
    /// # Errors
    /// Those of `work`, or the database is away.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.block(move |app| app.database.read(work)).await
    }

    /// Does one act on a thread that may block.
    ///
    /// # Errors
    /// Those of `work`, or the database is away; nothing is kept then.
    pub async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.block(move |app| app.database.act(work)).await
    }

    /// Runs anything slow on a thread that may block: a database, files, a PDF.
    ///
    /// # Errors
    /// Those of `work`, or it panicked.
    pub async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(Problem::internal)?
    }
}
