//! `usve demo`: makes a rehearsal and serves it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveTime};
use clap::Args;

use super::{Context, Outcome, print};
use crate::app::App;
use crate::clock::{Clock, from_local, local_day};
use crate::config::Config;
use crate::demo::folder::{self, Found};
use crate::demo::{self, FEWEST_UNITS, MOST_UNITS, MOST_YEARS, Settings, roles};
use crate::identity::sign_in;
use crate::ids::{Source, sha256};
use crate::problem::{Kind, Problem};
use crate::server::{self, Application};
use crate::text::{Lang, date};

/// `usve demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Units, from 24 to 72.
    #[arg(long, default_value_t = MOST_UNITS, value_parser = units)]
    units: usize,
    /// Years of history before the running one, from 1 to 8.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_YEARS)))]
    years: u8,
    /// The same seed and day give the same data.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day it is made for, and at which its clock stands still; today when left out.
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Makes it anew when the folder is there already.
    #[arg(long)]
    fresh: bool,
    /// A loopback address and port.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The rehearsal's own folder.
    #[arg(long, value_name = "DIR", default_value = "usve-demo")]
    folder: PathBuf,
    /// Makes the data and does not serve it.
    #[arg(long)]
    only_make: bool,
}

fn units(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (FEWEST_UNITS..=MOST_UNITS).contains(&count) => Ok(count),
        _ => Err(format!("give a number from {FEWEST_UNITS} to {MOST_UNITS}")),
    }
}

/// Makes the rehearsal unless it is there, and serves it until a signal comes.
pub(super) fn demo(context: Context, command: &Demo) -> Outcome {
    let config = context.config.into_demo(&command.folder, command.listen)?;
    if !command.only_make {
        // A busy port is told before anything is made.
        drop(server::bind(command.listen)?);
    }
    let settings = Settings {
        units: command.units,
        years: command.years,
        seed: command.seed,
        today: command.today.unwrap_or_else(|| local_day(Clock::system().now())),
    };
    let settings = match folder::look(&command.folder)? {
        Found::Whole(made) if !command.fresh => made,
        _ => {
            make(&config, &command.folder, &settings)?;
            settings
        }
    };
    if command.only_make {
        print(&made(&settings, &command.folder))?;
        return Ok(0);
    }
    let clock = match command.today {
        Some(day) => Clock::standing(from_local(day, NaiveTime::from_hms_opt(9, 30, 0).unwrap_or_default())),
        None => Clock::system(),
    };
    actix_web::rt::System::new().block_on(async {
        let application = Application::build(config, clock, Source::system())?;
        print(&made(&settings, &command.folder))?;
        print(&links(&application.app)?)?;
        application.run().await.map(|()| 0)
    })
}

/// Makes everything in the folder.
fn make(config: &Config, folder: &Path, settings: &Settings) -> Result<(), Problem> {
    folder::begin(folder)?;
    // The log's key comes from the seed, so that the same seed gives the same log.
    let key = sha256(format!("rehearsal {}", settings.seed).as_bytes());
    std::fs::write(folder.join("audit-key"), key).map_err(Problem::unavailable)?;
    let app = App::open(config.clone(), config.web.listen, Clock::system(), Source::seeded(settings.seed))?;
    app.database.migrate()?;
    let form = app.forms.newest("usve").ok_or_else(|| {
        Problem::new(Kind::Internal, "no_form", "formuläret usve finns inte", "there is no form named usve")
    })?;
    demo::build(&app.database, (&form, &app.forms), &folder::files(folder), settings)?;
    folder::finish(folder, settings)
}

/// What there is and where.
fn made(settings: &Settings, folder: &Path) -> String {
    format!(
        "A rehearsal with {} units and {} years of history (seed {}), made for {}, in {}. --fresh makes it anew.\n",
        settings.units,
        settings.years,
        settings.seed,
        date(settings.today, Lang::En),
        folder.display()
    )
}

/// The page's address, and a fresh link for each role.
fn links(app: &App) -> Result<String, Problem> {
    let actors = app.database.read(roles::actors)?;
    let mut text =
        format!("\nChoose who to be: {}/demo\nOr sign in by a link that works once:\n", app.base_url);
    for actor in actors {
        let token = app.database.act(|act| sign_in::new_link(act, &actor.person, app.config.session))?;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  {} ({}): {}\n    {}/logga-in/{token}",
            actor.role.get(Lang::En),
            actor.name,
            actor.now.get(Lang::En),
            app.base_url
        );
    }
    Ok(text)
}
