//! `usve cycle`: opens a year, and says how far it has come.

use clap::Subcommand;
use serde_json::json;

use super::inspect::json;
use super::{Context, Outcome, print};
use crate::app::App;
use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::cycles::{self, open};
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
    let opened = app.database.act(|act| open::open(act, None, year, &form, &dates))?;
    print(&format!("{year} is open on {key}; {} cases were added\n", opened.added.len()))?;
    Ok(0)
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
