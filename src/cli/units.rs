//! `usve units`: the register of units, read from a file and listed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::json;

use super::import::{self, Change, Import, Planned};
use super::inspect::json;
use super::{Context, Outcome, print};
use crate::app::App;
use crate::db::{Act, Db};
use crate::ids::{AdministrationId, UnitId};
use crate::problem::Problem;
use crate::units::Administration;
use crate::units::store::{self, NewUnit};

/// `usve units …`
#[derive(Debug, Subcommand)]
pub enum Units {
    /// Adds and changes units from a CSV file with the columns `external_id`, slug, name, administration (its short
    /// name), and optionally `administration_name`, department, hub, `appointed_from`, `appointed_to`.
    Import(Import),
    /// Lists the units.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// A row of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    external_id: String,
    slug: String,
    name: String,
    administration: String,
    /// Makes the administration when it is not there; one row of it is enough.
    #[serde(default)]
    administration_name: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    hub: Option<String>,
    #[serde(default)]
    appointed_from: Option<NaiveDate>,
    #[serde(default)]
    appointed_to: Option<NaiveDate>,
}

pub(super) fn run(context: Context, command: &Units) -> Outcome {
    let app = context.app()?;
    match command {
        Units::Import(command) => {
            let rows = command.rows::<Row>()?;
            let planned = if command.is_dry() {
                app.database.read(|db| plan(db, &rows))?
            } else {
                app.database.act(|act| apply(act, &rows))?
            };
            command.report(&planned)
        }
        Units::List { json } => list(&app, *json).map(|()| 0),
    }
}

/// What importing the rows would do.
fn plan(db: &mut Db, rows: &[(u64, Row)]) -> Result<Vec<Planned>, Problem> {
    let known = store::entered(db)?;
    let administrations = store::administrations(db)?;
    let mut planned: Vec<Planned> = rows
        .iter()
        .map(|(line, row)| Planned {
            line: *line,
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            change: change(row, &known, &administrations, rows),
        })
        .collect();
    let values = |of: fn(&Row) -> &String| rows.iter().map(|(_, row)| of(row).clone()).collect::<Vec<_>>();
    import::refuse_repeated(&mut planned, "external id", &values(|row| &row.external_id));
    import::refuse_repeated(&mut planned, "short name", &values(|row| &row.slug));
    Ok(planned)
}

/// The unit that a row is about: by external id, else by the short name of a unit that has none.
fn found<'a>(row: &Row, known: &'a [(UnitId, NewUnit)]) -> Option<&'a (UnitId, NewUnit)> {
    let own = |unit: &NewUnit| unit.external_id.as_deref() == Some(row.external_id.as_str());
    known
        .iter()
        .find(|(_, unit)| own(unit))
        .or_else(|| known.iter().find(|(_, unit)| unit.external_id.is_none() && unit.slug == row.slug))
}

/// The name that the rows give an administration.
fn administration_name<'a>(rows: &'a [(u64, Row)], slug: &str) -> Option<&'a str> {
    let named = |row: &&Row| row.administration == slug && !row.administration_name.is_empty();
    rows.iter().map(|(_, row)| row).find(named).map(|row| row.administration_name.as_str())
}

fn change(
    row: &Row,
    known: &[(UnitId, NewUnit)],
    administrations: &[Administration],
    rows: &[(u64, Row)],
) -> Change {
    if row.external_id.is_empty() || row.name.is_empty() || !is_slug(&row.slug) {
        let why = "external_id, name and slug are needed, and a slug holds only a–z, 0–9 and hyphens";
        return Change::Conflict(why.to_owned());
    }
    if row.appointed_from.zip(row.appointed_to).is_some_and(|(from, to)| from > to) {
        return Change::Conflict("the appointment ends before it begins".to_owned());
    }
    let administration = administrations.iter().find(|one| one.slug == row.administration);
    let named = is_slug(&row.administration) && administration_name(rows, &row.administration).is_some();
    if administration.is_none() && !named {
        let why = format!("there is no administration {}; give its administration_name", row.administration);
        return Change::Conflict(why);
    }
    let Some((_, unit)) = found(row, known) else {
        if known.iter().any(|(_, unit)| unit.slug == row.slug) {
            return Change::Conflict(format!("another unit has the short name {}", row.slug));
        }
        return Change::Create;
    };
    if unit.slug != row.slug {
        return Change::Conflict(format!("the unit's short name is {} and never changes", unit.slug));
    }
    Change::of(&[
        ("external_id", unit.external_id.is_none()),
        ("name", unit.name != row.name),
        ("administration", administration.is_none_or(|one| one.id != unit.administration_id)),
        ("department", unit.department != row.department),
        ("hub", unit.hub != hub(row)),
        ("appointed_from", unit.appointed_from != row.appointed_from),
        ("appointed_to", unit.appointed_to != row.appointed_to),
    ])
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
}

fn hub(row: &Row) -> Option<String> {
    row.hub.clone().filter(|hub| !hub.is_empty())
}

/// Imports the rows, or nothing.
fn apply(act: &mut Act<'_>, rows: &[(u64, Row)]) -> Result<Vec<Planned>, Problem> {
    let planned = plan(act.db, rows)?;
    import::check(&planned)?;
    let administrations = administrations(act, rows)?;
    let known = store::entered(act.db)?;
    for ((_, row), planned) in rows.iter().zip(&planned) {
        let administration_id =
            administrations.get(&row.administration).cloned().ok_or_else(Problem::not_found)?;
        let new = NewUnit {
            slug: row.slug.clone(),
            external_id: Some(row.external_id.clone()),
            name: row.name.clone(),
            administration_id,
            department: row.department.clone(),
            hub: hub(row),
            appointed_from: row.appointed_from,
            appointed_to: row.appointed_to,
        };
        match (&planned.change, found(row, &known)) {
            (Change::Create, _) => drop(store::add(act, &new)?),
            (Change::Update(_), Some((id, _))) => store::update(act, id, &new)?,
            _ => {}
        }
    }
    import::record(act, "import_units", &planned)?;
    Ok(planned)
}

/// Every administration by short name; those that are new in the rows are added, last.
fn administrations(
    act: &mut Act<'_>,
    rows: &[(u64, Row)],
) -> Result<BTreeMap<String, AdministrationId>, Problem> {
    let mut all: BTreeMap<String, AdministrationId> =
        store::administrations(act.db)?.into_iter().map(|one| (one.slug, one.id)).collect();
    for (_, row) in rows {
        if !all.contains_key(&row.administration) {
            let place = i32::try_from(all.len()).unwrap_or(i32::MAX);
            let name = administration_name(rows, &row.administration).unwrap_or(&row.administration);
            let id = store::add_administration(act, &row.administration, name, place)?;
            all.insert(row.administration.clone(), id);
        }
    }
    Ok(all)
}

fn list(app: &App, as_json: bool) -> Result<(), Problem> {
    let units = app.database.read(store::all)?;
    if as_json {
        let rows: Vec<_> = units
            .iter()
            .map(|unit| {
                json!({
                    "slug": unit.slug, "name": unit.name, "administration": unit.administration.slug,
                    "department": unit.department, "hub": unit.hub, "active": unit.active,
                })
            })
            .collect();
        return print(&json(&rows)?);
    }
    for unit in &units {
        let state = if unit.active { "" } else { " (not active)" };
        print(&format!("{}  {}{state}  {}\n", unit.slug, unit.name, unit.administration.name))?;
    }
    Ok(())
}
