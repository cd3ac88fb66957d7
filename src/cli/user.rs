//! `usve user`: accounts, and one-time sign-in links for whoever runs the service.

use clap::Subcommand;

use super::inspect::json;
use super::{Context, Outcome, print};
use crate::app::App;
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::identity::store::{self, NewGrant, NewPerson};
use crate::identity::{Grant, GrantedRole, Organisation, Person, sign_in};
use crate::ids::{AdministrationId, PersonId, UnitId};
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::units::store as units;

/// `usve user …`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds an account, with roles if any are given; further roles to one that is there.
    Add {
        /// Address; also the name to sign in by.
        email: String,
        /// Full name; needed for a new account.
        #[arg(long)]
        name: Option<String>,
        /// university, region or other.
        #[arg(long, default_value = "other", value_parser = organisation)]
        organisation: Organisation,
        /// sv or en.
        #[arg(long, default_value = "sv", value_parser = language)]
        language: Lang,
        /// A role, for example coordinator. May be given several times.
        #[arg(long = "role", value_name = "ROLE", value_parser = role)]
        roles: Vec<GrantedRole>,
        /// The unit (its short name) that the roles head and contributor are for.
        #[arg(long, value_name = "UNIT")]
        unit: Option<String>,
        /// The administration (its short name) that the role `administration_head` is for.
        #[arg(long, value_name = "ADMINISTRATION")]
        administration: Option<String>,
    },
    /// Prints a one-time sign-in link.
    Link {
        /// The account's address.
        email: String,
    },
    /// Lists accounts with their roles.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

fn organisation(text: &str) -> Result<Organisation, String> {
    Organisation::from_text(text).ok_or_else(|| words(Organisation::ALL.iter().map(Organisation::as_str)))
}

fn role(text: &str) -> Result<GrantedRole, String> {
    GrantedRole::from_text(text).ok_or_else(|| words(GrantedRole::ALL.iter().map(GrantedRole::as_str)))
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_tag(text).ok_or_else(|| words(["sv", "en"].into_iter()))
}

fn words<'a>(known: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", known.collect::<Vec<_>>().join(", "))
}

pub(super) fn run(context: Context, command: User) -> Outcome {
    let app = context.app()?;
    match command {
        User::Add { email, name, organisation, language, roles, unit, administration } => {
            let person = app.database.act(|act| {
                let unit = unit.as_deref().map(|slug| units::by_slug(act.db, slug)).transpose()?;
                let administration =
                    administration.as_deref().map(|slug| administration_id(act, slug)).transpose()?;
                let person = person(act, &email, name.as_deref(), organisation, language)?;
                for role in &roles {
                    let place = (unit.as_ref().map(|unit| &unit.id), administration.as_ref());
                    grant(act, &person, *role, place)?;
                }
                Ok(person)
            })?;
            print(&format!("{person}\n"))?;
        }
        User::Link { email } => print(&format!("{}\n", link(&app, &email)?))?,
        User::List { json: as_json } => list(&app, as_json)?,
    }
    Ok(0)
}

fn administration_id(act: &mut Act<'_>, slug: &str) -> Result<AdministrationId, Problem> {
    let all = units::administrations(act.db)?;
    all.into_iter().find(|found| found.slug == slug).map(|found| found.id).ok_or_else(Problem::not_found)
}

fn person(
    act: &mut Act<'_>,
    email: &str,
    name: Option<&str>,
    organisation: Organisation,
    language: Lang,
) -> Result<PersonId, Problem> {
    if let Some(found) = store::person_by_email(act.db, email)? {
        return Ok(found.id);
    }
    let name = name.ok_or_else(|| {
        Problem::new(
            Kind::Invalid,
            "name_missing",
            "ett nytt konto behöver --name",
            "a new account needs --name",
        )
    })?;
    if !validator::ValidateEmail::validate_email(&email) {
        return Err(Problem::new(
            Kind::Invalid,
            "no_address",
            format!("{email} är ingen e-postadress"),
            format!("{email} is no e-mail address"),
        ));
    }
    let new = NewPerson {
        email: email.to_owned(),
        name: name.to_owned(),
        organisation,
        language,
        external_id: None,
    };
    let id = store::add_person(act, &new)?;
    record(act, "add_person", serde_json::json!({ "person": id }))?;
    Ok(id)
}

fn grant(
    act: &mut Act<'_>,
    person: &PersonId,
    role: GrantedRole,
    (unit, administration): (Option<&UnitId>, Option<&AdministrationId>),
) -> Result<(), Problem> {
    let in_unit = matches!(role, GrantedRole::Head | GrantedRole::Contributor);
    let in_administration = role == GrantedRole::AdministrationHead;
    if (in_unit && unit.is_none()) || (in_administration && administration.is_none()) {
        let option = if in_unit { "--unit" } else { "--administration" };
        return Err(Problem::new(
            Kind::Invalid,
            "place_missing",
            format!("rollen {} behöver {option}", role.as_str()),
            format!("the role {} needs {option}", role.as_str()),
        ));
    }
    let new = NewGrant {
        person_id: person.clone(),
        role,
        unit_id: unit.filter(|_| in_unit).cloned(),
        administration_id: administration.filter(|_| in_administration).cloned(),
        year: None,
        areas: None,
        granted_by: None,
    };
    let held = store::grants(act.db, Some(person))?;
    if held.iter().any(|grant| {
        grant.role == role && grant.unit_id == new.unit_id && grant.administration_id == new.administration_id
    }) {
        return Ok(());
    }
    let id = store::add_grant(act, &new)?;
    record(act, "grant_role", serde_json::json!({ "grant": id, "person": person, "role": role.as_str() }))
}

fn record(act: &mut Act<'_>, what: &'static str, detail: serde_json::Value) -> Result<(), Problem> {
    audit::record(act, &Event { chain: Chain::System, actor: None, act: what, moved: None, detail })
}

fn link(app: &App, email: &str) -> Result<String, Problem> {
    let token = app.database.act(|act| {
        let person =
            store::person_by_email(act.db, email)?.filter(|person| person.active).ok_or_else(|| {
                Problem::new(
                    Kind::NotFound,
                    "no_account",
                    format!("ingen har adressen {email}"),
                    format!("nobody has the address {email}"),
                )
            })?;
        let token = sign_in::new_link(act, &person.id, app.config.session)?;
        record(act, "make_link", serde_json::json!({ "person": person.id }))?;
        Ok(token)
    })?;
    Ok(format!("{}/logga-in/{token}", app.base_url))
}

fn list(app: &App, as_json: bool) -> Result<(), Problem> {
    let (people, grants) = app.database.read(|db| Ok((store::everybody(db)?, store::grants(db, None)?)))?;
    let roles = |person: &Person| -> Vec<&'static str> {
        grants
            .iter()
            .filter(|grant: &&Grant| grant.person_id == person.id)
            .map(|grant| grant.role.as_str())
            .collect()
    };
    if as_json {
        let rows: Vec<_> = people
            .iter()
            .map(|person| {
                serde_json::json!({
                    "id": person.id, "email": person.email, "name": person.name, "active": person.active,
                    "organisation": person.organisation.as_str(), "roles": roles(person),
                })
            })
            .collect();
        return print(&json(&rows)?);
    }
    for person in &people {
        let state = if person.active { "" } else { " (closed)" };
        print(&format!("{}  {}{state}  {}\n", person.email, person.name, roles(person).join(", ")))?;
    }
    Ok(())
}
