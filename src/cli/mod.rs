//! The command line: one module per group of commands.
//!
//! Invariants: exit status 0 done, 1 refused or failed with one plain sentence on standard error (and `hint: …`),
//! 2 wrong usage; what is asked for goes to standard output, and everything else to standard error.

pub mod check;
pub mod cycle;
pub mod demo;
pub mod forms;
mod import;
pub mod inspect;
pub mod people;
pub mod report;
pub mod score;
pub mod serve;
pub mod units;
pub mod user;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, env_vars};
use crate::db::Address;
use crate::ids::Source;
use crate::problem::{Kind, Problem};
use crate::telemetry;
use crate::text::{Lang, Text};

/// The yearly quality evaluation of university healthcare units.
#[derive(Debug, Parser)]
#[command(name = "usve", version, about)]
struct Arguments {
    /// Settings file (TOML). The environment wins over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the web service, and the background work beside it.
    Serve(serve::Serve),
    /// Makes a rehearsal with fictional people in a folder of its own, and serves it on this machine.
    Demo(demo::Demo),
    /// Brings the database's schema up.
    Migrate,
    /// Looks for weak settings and a schema that is behind.
    Check(check::Check),
    /// Prints the effective settings, secrets masked.
    Config(inspect::Settings),
    /// Form files: check, compare, schema.
    #[command(subcommand)]
    Forms(forms_commands::Forms),
    /// Recomputes a result: case JSON on standard input, result JSON on standard output.
    Score {
        /// A form in place of the case's own: JSON, or a form file of the service.
        #[arg(long, value_name = "FILE")]
        form_file: Option<PathBuf>,
    },
    /// Reports: write one, or tell whether a file is genuine.
    #[command(subcommand)]
    Report(report::Report),
    /// The register of units.
    #[command(subcommand)]
    Units(units::Units),
    /// The register of people.
    #[command(subcommand)]
    People(people::People),
    /// The year: open it, see how far it has come.
    #[command(subcommand)]
    Cycle(cycle::Cycle),
    /// Accounts.
    #[command(subcommand)]
    User(user::User),
    /// The log that cannot be changed unseen.
    #[command(subcommand)]
    Audit(inspect::Audit),
    /// Looks for states that must be impossible.
    Invariants(inspect::Invariants),
    /// Background work.
    #[command(subcommand)]
    Jobs(serve::Jobs),
    /// Does background work on and on, beside the web service.
    Worker,
}

/// What a command gives back: its exit status.
pub type Outcome = Result<u8, Problem>;

/// What every command gets.
#[derive(Debug)]
pub struct Context {
    /// The settings.
    pub config: Config,
}

impl Context {
    /// Puts the service together for a command that uses its data; demands a current schema.
    ///
    /// # Errors
    /// The database cannot be opened, or its schema is behind.
    pub fn app(self) -> Result<App, Problem> {
        let listen = self.config.web.listen;
        let app = App::open(self.config, listen, Clock::system(), Source::system())?;
        let fresh_sqlite = matches!(app.config.data.database, Address::Sqlite(_));
        let pending = app.database.pending_migrations()?;
        if pending.is_empty() {
            return Ok(app);
        }
        if fresh_sqlite {
            app.database.migrate()?;
            return Ok(app);
        }
        let mut problem = Problem::new(
            Kind::Unavailable,
            "schema_behind",
            format!("databasens schema är {} steg efter programmet", pending.len()),
            format!("the database's schema is {} migrations behind the program", pending.len()),
        );
        problem.hint = Some(Text::new("Kör `usve migrate`.", "Run `usve migrate`."));
        Err(problem)
    }
}

/// Reads the command line, does the command and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(status) => ExitCode::from(status),
        Err(problem) => {
            refuse(&problem);
            ExitCode::from(1)
        }
    }
}

/// One plain sentence on standard error, and the way out.
fn refuse(problem: &Problem) {
    // Nobody is left to tell when standard error is closed.
    let mut to = std::io::stderr().lock();
    let _ = writeln!(to, "usve: {}", problem.message.get(Lang::En));
    for error in &problem.errors {
        let _ = writeln!(to, "  {}: {}", error.pointer, error.message.get(Lang::En));
    }
    if let Some(cause) = &problem.cause {
        let _ = writeln!(to, "  {cause}");
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(to, "hint: {}", hint.get(Lang::En));
    }
}

/// Writes what was asked for to standard output.
///
/// # Errors
/// Standard output cannot be written; a reader that has had enough, like `head`, is no error.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Problem::internal(error)),
        _ => Ok(()),
    }
}

fn run(arguments: Arguments) -> Outcome {
    let config = || Config::load(arguments.config.as_deref(), &env_vars::environment());
    // Forms and scores need no settings, so that they work anywhere.
    match arguments.command {
        Command::Forms(command) => return forms_commands::run(command),
        Command::Score { form_file } => return forms_commands::score(form_file),
        Command::Config(command) => return inspect::settings(&command, config),
        _ => {}
    }
    let config = config()?;
    telemetry::start(&config.log)?;
    let context = Context { config };
    match arguments.command {
        Command::Serve(command) => serve::serve(context, &command),
        Command::Demo(command) => demo::demo(context, &command),
        Command::Migrate => inspect::migrate(context),
        Command::Check(command) => check::check(context, &command),
        Command::Units(command) => units::run(context, &command),
        Command::People(command) => people::run(context, &command),
        Command::Cycle(command) => cycle::run(context, command),
        Command::User(command) => user::run(context, command),
        Command::Report(command) => report::run(context, &command),
        Command::Audit(command) => inspect::audit(context, &command),
        Command::Invariants(command) => inspect::invariants(context, &command),
        Command::Jobs(command) => serve::jobs(context, &command),
        Command::Worker => serve::worker(context),
        Command::Forms(_) | Command::Score { .. } | Command::Config(_) => Ok(0),
    }
}

/// `usve forms` and `usve score` as clap reads them.
mod forms_commands {
    use std::io::Read as _;
    use std::path::PathBuf;

    use clap::Subcommand;

    use super::{Outcome, forms, print, score as scoring};
    use crate::forms::Library;
    use crate::problem::{Kind, Problem};

    /// `usve forms …`
    #[derive(Debug, Subcommand)]
    pub(super) enum Forms {
        /// Every fault in form files, with file, line and remedy.
        Check {
            /// Files or folders; the built-in forms when there are none.
            paths: Vec<PathBuf>,
            /// As JSON.
            #[arg(long)]
            json: bool,
        },
        /// What differs between two forms, criterion by criterion.
        Diff {
            /// A key such as usve/2026.1, or a file.
            old: String,
            /// A key such as usve/2026.1, or a file.
            new: String,
            /// As JSON.
            #[arg(long)]
            json: bool,
        },
        /// The JSON Schema of form files.
        Schema {
            /// That of mapping files instead.
            #[arg(long)]
            mapping: bool,
        },
    }

    pub(super) fn run(command: Forms) -> Outcome {
        let mut out = std::io::stdout().lock();
        let status = match command {
            Forms::Check { paths, json } => forms::check(&mut out, &paths, json),
            Forms::Diff { old, new, json } => forms::diff(&mut out, &shipped()?, &old, &new, json),
            Forms::Schema { mapping } => forms::schema(&mut out, mapping),
        };
        status.map_err(Problem::internal)
    }

    pub(super) fn score(form_file: Option<PathBuf>) -> Outcome {
        let unreadable = |what: String| Problem::new(Kind::Malformed, "unreadable", what.clone(), what);
        let form = form_file
            .map(|path| {
                std::fs::read_to_string(&path)
                    .map_err(|error| unreadable(format!("{} cannot be read: {error}", path.display())))
            })
            .transpose()?;
        let mut case = String::new();
        std::io::stdin()
            .read_to_string(&mut case)
            .map_err(|error| unreadable(format!("standard input cannot be read: {error}")))?;
        let newest =
            shipped()?.newest("usve").ok_or_else(|| Problem::internal("there is no form named usve"))?;
        let (status, text) = scoring::run(&case, form.as_deref(), &newest.rules, &newest.key());
        print(&text)?;
        Ok(status)
    }

    fn shipped() -> Result<Library, Problem> {
        Library::open(None).map_err(|findings| {
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            let sentence = format!("the built-in forms have faults; the first: {first}");
            Problem::new(Kind::Internal, "forms", sentence.clone(), sentence)
        })
    }
}
