//! `usve people`: the register of people, read from a file. Roles are given on pages, or with `usve user`.

use clap::Subcommand;
use serde::Deserialize;
use validator::ValidateEmail as _;

use super::import::{self, Change, Import, Planned};
use super::{Context, Outcome};
use crate::db::{Act, Db};
use crate::identity::Organisation;
use crate::identity::store::{self, NewPerson};
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::text::Lang;

/// `usve people …`
#[derive(Debug, Subcommand)]
pub enum People {
    /// Adds and changes people from a CSV file with the columns `external_id`, email, name, organisation (university,
    /// region or other), and optionally language (sv or en).
    Import(Import),
}

/// A row of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    external_id: String,
    email: String,
    name: String,
    organisation: String,
    #[serde(default)]
    language: String,
}

impl Row {
    /// The person, or what is wrong with the row.
    fn person(&self) -> Result<NewPerson, String> {
        if self.external_id.is_empty() || self.name.is_empty() {
            return Err("external_id and name are needed".to_owned());
        }
        if !self.email.validate_email() {
            return Err(format!("{} is no e-mail address", self.email));
        }
        let organisation = Organisation::from_text(&self.organisation)
            .ok_or_else(|| format!("{} is not university, region or other", self.organisation))?;
        let language = match self.language.as_str() {
            "" => Lang::default(),
            tag => Lang::from_tag(tag).ok_or_else(|| format!("{tag} is not sv or en"))?,
        };
        Ok(NewPerson {
            email: self.email.to_lowercase(),
            name: self.name.clone(),
            organisation,
            language,
            external_id: Some(self.external_id.clone()),
        })
    }
}

pub(super) fn run(context: Context, command: &People) -> Outcome {
    let People::Import(command) = command;
    let app = context.app()?;
    let rows = command.rows::<Row>()?;
    let planned = if command.is_dry() {
        app.database.read(|db| plan(db, &rows))?
    } else {
        app.database.act(|act| apply(act, &rows))?
    };
    command.report(&planned)
}

/// What importing the rows would do.
fn plan(db: &mut Db, rows: &[(u64, Row)]) -> Result<Vec<Planned>, Problem> {
    let known = store::entered(db)?;
    let mut planned: Vec<Planned> = rows
        .iter()
        .map(|(line, row)| Planned {
            line: *line,
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            change: row.person().map_or_else(Change::Conflict, |person| change(&person, &known)),
        })
        .collect();
    let ids: Vec<String> = rows.iter().map(|(_, row)| row.external_id.clone()).collect();
    let addresses: Vec<String> = rows.iter().map(|(_, row)| row.email.to_lowercase()).collect();
    import::refuse_repeated(&mut planned, "external id", &ids);
    import::refuse_repeated(&mut planned, "address", &addresses);
    Ok(planned)
}

/// The person that a row is about: by external id, else by the address of somebody who has none.
fn found<'a>(row: &NewPerson, known: &'a [(PersonId, NewPerson)]) -> Option<&'a (PersonId, NewPerson)> {
    known
        .iter()
        .find(|(_, one)| one.external_id == row.external_id)
        .or_else(|| known.iter().find(|(_, one)| one.external_id.is_none() && one.email == row.email))
}

fn change(row: &NewPerson, known: &[(PersonId, NewPerson)]) -> Change {
    let own = found(row, known);
    let taken =
        |(id, one): &&(PersonId, NewPerson)| one.email == row.email && own.is_none_or(|(own, _)| own != id);
    if known.iter().any(|one| taken(&one)) {
        return Change::Conflict(format!("somebody else has the address {}", row.email));
    }
    own.map_or(Change::Create, |(_, one)| {
        Change::of(&[
            ("external_id", one.external_id != row.external_id),
            ("email", one.email != row.email),
            ("name", one.name != row.name),
            ("organisation", one.organisation != row.organisation),
            ("language", one.language != row.language),
        ])
    })
}

/// Imports the rows, or nothing.
fn apply(act: &mut Act<'_>, rows: &[(u64, Row)]) -> Result<Vec<Planned>, Problem> {
    let planned = plan(act.db, rows)?;
    import::check(&planned)?;
    let known = store::entered(act.db)?;
    for ((_, row), planned) in rows.iter().zip(&planned) {
        let person = row.person().map_err(Problem::internal)?;
        match (&planned.change, found(&person, &known)) {
            (Change::Create, _) => drop(store::add_person(act, &person)?),
            (Change::Update(_), Some((id, _))) => store::update_person(act, id, &person)?,
            _ => {}
        }
    }
    import::record(act, "import_people", &planned)?;
    Ok(planned)
}
