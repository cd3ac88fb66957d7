//! `usve cycle`: opens a year, says how far it has come, and moves its drafts to a mended form.

use clap::Subcommand;
use serde_json::json;

use super::inspect::json;
use super::{Context, Outcome, print};
use crate::app::App;
use crate::assessments::move_form::{self, MovedCase};
use crate::assessments::open_year::open_year;
use crate::cycles;
use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::problem::{Kind, Problem};
use crate::text::Lang;

/// `usve cycle …`
#[derive(Debug, Subcommand)]
pub enum Cycle {
    /// Opens a year for all active units in one go. Again: adds units without a case, and changes nothing else.
    Open {
        /// The year.
        #[arg(value_parser = clap::value_parser!(i32).range(2000..=2200))]
        year: i32,
        /// The form's key, such as usve/2026.1.
        #[arg(long, value_name = "KEY")]
        form: String,
    },
    /// Moves the year's drafts to a mended version of their form. Answers are kept; what is asked differently is to be
    /// confirmed again, and heads and contributors get a mail. Cases past draft stay on their version.
    MoveForm {
        /// The year.
        year: i32,
        /// The form's key, such as usve/2026.2.
        form: String,
        /// Say what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// How many cases are in each state, and which.
    Status {
        /// The year.
        year: i32,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(context: Context, command: Cycle) -> Outcome {
    let app = context.app()?;
    match command {
        Cycle::Open { year, form } => open(&app, year, &form),
        Cycle::MoveForm { year, form, dry_run, json } => move_form(&app, year, &form, dry_run, json),
        Cycle::Status { year, json } => status(&app, year, json),
    }
}

fn open(app: &App, year: i32, key: &str) -> Outcome {
    let form = app.forms.get(key).ok_or_else(|| {
        let known: Vec<String> = app.forms.forms().map(|form| form.key()).collect();
        let sentence = format!("there is no form {key}; there are {}", known.join(", "));
        Problem::new(Kind::NotFound, "no_form", sentence.clone(), sentence)
    })?;
    let dates = Dates::of(&form.calendar, year);
    let opened = app.database.act(|act| open_year(act, None, year, &form, &app.forms, &dates))?;
    print(&format!("{year} is open on {key}; {} cases were added\n", opened.added.len()))?;
    Ok(0)
}

fn move_form(app: &App, year: i32, form: &str, dry_run: bool, as_json: bool) -> Outcome {
    let moved = if dry_run {
        app.database.read(|db| move_form::plan(db, &app.forms, year, form))?
    } else {
        app.database.act(|act| move_form::move_form(act, None, &app.forms, year, form))?
    };
    if as_json {
        let rows: Vec<_> = moved
            .cases
            .iter()
            .map(|one| {
                json!({
                    "unit": one.case.unit.slug, "from": one.case.form, "kept": one.kept,
                    "touched": one.touched, "dropped": one.dropped,
                })
            })
            .collect();
        print(&json(&json!({
            "year": year, "from": moved.from, "to": moved.to, "dry_run": dry_run, "staying": moved.staying, "cases": rows,
        }))?)?;
        return Ok(0);
    }
    for one in &moved.cases {
        print(&line(one))?;
    }
    let (moves, stay) = if dry_run { ("would move", "would stay") } else { ("moved", "stay") };
    print(&format!(
        "{} drafts {moves} to {}; {} cases past draft {stay} on their version\n",
        moved.cases.len(),
        moved.to,
        moved.staying
    ))?;
    Ok(0)
}

/// `kardiologi: 12 answers kept; to confirm again: C1, C7; no longer asked: A4`.
fn line(one: &MovedCase) -> String {
    let list = |what: &str, ids: &[String]| {
        if ids.is_empty() { String::new() } else { format!("; {what}: {}", ids.join(", ")) }
    };
    format!(
        "{}: {} answers kept{}{}\n",
        one.case.unit.slug,
        one.kept,
        list("to confirm again", &one.touched),
        list("no longer asked", &one.dropped)
    )
}

fn status(app: &App, year: i32, as_json: bool) -> Outcome {
    let (cycle, cases) = app.database.read(|db| {
        let cycle = cycles::store::cycle(db, year).map_err(|problem| match problem.kind {
            Kind::NotFound => {
                let sentence = format!("the year {year} is not open");
                Problem::new(Kind::NotFound, "no_cycle", sentence.clone(), sentence)
            }
            _ => problem,
        })?;
        Ok((cycle, cycles::store::all_of_year(db, year)?))
    })?;
    let count = |state: CaseState| cases.iter().filter(|case| case.state == state).count();
    if as_json {
        let states: serde_json::Map<_, _> =
            CaseState::ALL.iter().map(|state| (state.as_str().to_owned(), json!(count(*state)))).collect();
        let rows: Vec<_> = cases
            .iter()
            .map(|case| json!({ "unit": case.unit.slug, "state": case.state.as_str(), "due": case.due().to_string() }))
            .collect();
        print(&json(&json!({
            "year": year, "form": cycle.form, "state": cycle.state.as_str(), "states": states, "cases": rows,
        }))?)?;
        return Ok(0);
    }
    print(&format!("{year} on {}: {} cases\n", cycle.form, cases.len()))?;
    for state in CaseState::ALL.iter().filter(|state| count(**state) > 0) {
        print(&format!("{:4}  {}\n", count(*state), state.word(Lang::En)))?;
    }
    Ok(0)
}
