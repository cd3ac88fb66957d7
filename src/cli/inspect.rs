//! `usve config`, `migrate`, `audit verify` and `invariants`: what there is, and whether it is sound.

use clap::{Args, Subcommand};

use super::{Context, Outcome, print};
use crate::app::App;
use crate::audit;
use crate::clock::Clock;
use crate::config::{Config, env_vars};
use crate::db::invariants as impossible;
use crate::ids::Source;
use crate::problem::Problem;
use crate::reviews::seal;

/// `usve config`
#[derive(Debug, Args)]
pub struct Settings {
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// The page that describes every setting, as Markdown.
    #[arg(long, conflicts_with = "json")]
    docs: bool,
}

/// `usve audit …`
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Recomputes every chain of the log and the seal of every locked review, and says where they do not agree.
    Verify {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `usve invariants`
#[derive(Debug, Args)]
pub struct Invariants {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the effective settings.
pub(super) fn settings(command: &Settings, config: impl Fn() -> Result<Config, Problem>) -> Outcome {
    if command.docs {
        print(&env_vars::page())?;
        return Ok(0);
    }
    let config = config()?;
    if command.json {
        print(&json(&config.shown())?)?;
        return Ok(0);
    }
    for setting in config.shown() {
        print(&format!("{} = {:?}  # {}\n", setting.name, setting.value, setting.from))?;
    }
    Ok(0)
}

/// Brings the schema up.
pub(super) fn migrate(context: Context) -> Outcome {
    let listen = context.config.web.listen;
    let app = App::open(context.config, listen, Clock::system(), Source::system())?;
    let ran = app.database.migrate()?;
    for migration in &ran {
        print(&format!("{migration}\n"))?;
    }
    print(if ran.is_empty() { "the schema is current\n" } else { "the schema was brought up\n" })?;
    Ok(0)
}

/// Proves the log and the locked reviews untampered.
pub(super) fn audit(context: Context, command: &Audit) -> Outcome {
    let Audit::Verify { json: as_json } = command;
    let app = context.app()?;
    let (faults, proof) =
        app.database.read(|db| Ok((audit::verify(db, app.database.audit_key())?, seal::verify(db)?)))?;
    let seat = |broken: &seal::Broken| broken.party.map(|party| party.as_str());
    if *as_json {
        let chains = faults.iter().map(
            |fault| serde_json::json!({ "chain": fault.chain, "number": fault.number, "what": fault.what }),
        );
        let reviews = proof.broken.iter().map(|broken| {
            serde_json::json!({ "unit": broken.unit, "year": broken.year, "seat": seat(broken),
                "assignment": broken.assignment, "what": broken.what })
        });
        print(&json(&chains.chain(reviews).collect::<Vec<_>>())?)?;
    } else {
        for fault in &faults {
            print(&format!("chain {} entry {}: {}\n", fault.chain, fault.number, fault.what))?;
        }
        for broken in &proof.broken {
            let seat = seat(broken).unwrap_or("unknown");
            let place = format!("{} {}, seat {seat} ({})", broken.unit, broken.year, broken.assignment);
            print(&format!("review {place}: {}\n", broken.what))?;
        }
        print(if faults.is_empty() { "the log is whole\n" } else { "the log was tampered with\n" })?;
        let (broken, all) = (proof.broken.iter().map(|one| &one.assignment), proof.reviews);
        match broken.collect::<std::collections::BTreeSet<_>>().len() {
            0 => print(&format!("{all} locked reviews are as they were sealed\n"))?,
            some => print(&format!("{some} of {all} locked reviews are not as they were sealed\n"))?,
        }
    }
    Ok(u8::from(!faults.is_empty() || !proof.broken.is_empty()))
}

/// Looks for impossible states.
pub(super) fn invariants(context: Context, command: &Invariants) -> Outcome {
    let app = context.app()?;
    let findings = app.database.read(impossible::find)?;
    if command.json {
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| serde_json::json!({ "what": finding.what, "row": finding.row }))
            .collect();
        print(&json(&rows)?)?;
    } else {
        for finding in &findings {
            print(&format!("{}: {}\n", finding.what, finding.row))?;
        }
        print(if findings.is_empty() { "no impossible state\n" } else { "impossible states were found\n" })?;
    }
    Ok(u8::from(!findings.is_empty()))
}

/// A value as indented JSON with a line end.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(Problem::internal)
}
