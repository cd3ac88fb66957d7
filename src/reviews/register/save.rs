//! A coordinator reads the register of reviewers and saves somebody's entry in it.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Profile, TieKind, store};
use crate::audit::{self, Chain, Event};
use crate::db::{Act, Db};
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, Person, store as people};
use crate::ids::PersonId;
use crate::problem::{FieldError, Problem};
use crate::text::Text;
use crate::units::store as units;

/// Most affiliations and most ties of one person.
pub const MOST: usize = 40;
/// Most seats that a limit can allow.
pub const HIGHEST_LIMIT: u32 = 40;

/// Everybody in the register with their entry, by name.
///
/// # Errors
/// [`Problem::not_found`] for whoever is no coordinator.
pub fn list(db: &mut Db, standing: &Standing) -> Result<Vec<(Person, Profile)>, Problem> {
    standing.require_role(GrantedRole::Coordinator)?;
    let reviewers = people::holders(db, GrantedRole::Reviewer, None)?;
    let mut profiles = store::all(db)?;
    let entry = |person: Person| {
        let profile = profiles.remove(&person.id).unwrap_or_else(|| Profile::empty(person.id.clone()));
        (person, profile)
    };
    Ok(people::people_by_id(db, &reviewers)?.into_iter().map(entry).collect())
}

/// One person's entry.
///
/// # Errors
/// [`Problem::not_found`] for whoever is no coordinator, and for somebody who is no reviewer.
pub fn entry(db: &mut Db, standing: &Standing, person: &PersonId) -> Result<(Person, Profile), Problem> {
    standing.require_role(GrantedRole::Coordinator)?;
    let person = reviewer(db, person)?;
    let profile = store::of(db, &person.id)?;
    Ok((person, profile))
}

fn reviewer(db: &mut Db, person: &PersonId) -> Result<Person, Problem> {
    let grants = people::grants(db, Some(person))?;
    let registered = grants.iter().any(|grant| grant.role == GrantedRole::Reviewer);
    let person = people::person(db, person)?.filter(|person| person.active && registered);
    person.ok_or_else(Problem::not_found)
}

/// Saves somebody's entry over the version that was read. Nobody saves their own.
///
/// # Errors
/// The reader is no coordinator or it is their own entry, somebody saved meanwhile, or something in it is wrong.
pub fn save(act: &mut Act<'_>, standing: &Standing, profile: &Profile) -> Result<Profile, Problem> {
    standing.require_role(GrantedRole::Coordinator)?;
    if profile.person_id == *standing.id() {
        return Err(Problem::conflict(
            "own_entry",
            "En annan samordnare behöver skriva dina egna uppgifter.",
            "Another coordinator must write your own entry.",
        ));
    }
    let person = reviewer(act.db, &profile.person_id)?;
    check(act.db, profile)?;
    if !store::write(act, Some(standing.id()), profile)? {
        return Err(Problem::stale());
    }
    let detail = json!({
        "person": person.id, "version": profile.version + 1, "limit": profile.load_limit,
        "affiliations": profile.affiliations.len(), "ties": profile.ties.len(),
    });
    let event =
        Event { chain: Chain::System, actor: Some(standing.id()), act: "save_reviewer", moved: None, detail };
    audit::record(act, &event)?;
    store::of(act.db, &person.id)
}

/// What is wrong with an entry, each by its place.
fn check(db: &mut Db, profile: &Profile) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: String, code: &str, sv: &str, en: &str| {
        errors.push(FieldError { pointer, code: code.to_owned(), message: Text::new(sv, en) });
    };
    if profile.load_limit > HIGHEST_LIMIT {
        wrong(
            "/load_limit".to_owned(),
            "range",
            "Skriv en gräns mellan 0 och 40.",
            "Write a limit between 0 and 40.",
        );
    }
    if profile.affiliations.len() > MOST || profile.ties.len() > MOST {
        wrong(
            String::new(),
            "length",
            "Högst 40 anställningar och 40 bindningar.",
            "At most 40 affiliations and 40 ties.",
        );
    }
    let all = units::all(db)?;
    let known: BTreeSet<_> = all.iter().map(|unit| &unit.id).collect();
    let administrations = units::administrations(db)?;
    for (place, one) in profile.affiliations.iter().enumerate() {
        let at = |field: &str| format!("/affiliations/{place}/{field}");
        let nowhere =
            one.employer.trim().is_empty() && one.unit_id.is_none() && one.administration_id.is_none();
        if nowhere {
            wrong(at("employer"), "required", "Skriv arbetsgivaren.", "Write the employer.");
        }
        if one.from.zip(one.to).is_some_and(|(from, to)| from > to) {
            wrong(
                at("to"),
                "range",
                "Anställningen slutar före den börjar.",
                "The employment ends before it begins.",
            );
        }
        if one.unit_id.as_ref().is_some_and(|unit| !known.contains(unit)) {
            wrong(at("unit"), "unknown", "Välj en enhet i registret.", "Choose a unit of the register.");
        }
        let place = one.administration_id.as_ref();
        if place.is_some_and(|id| administrations.iter().all(|one| one.id != *id)) {
            wrong(at("administration"), "unknown", "Välj en förvaltning.", "Choose an administration.");
        }
    }
    for (place, tie) in profile.ties.iter().enumerate() {
        let at = |field: &str| format!("/ties/{place}/{field}");
        if !known.contains(&tie.unit_id) {
            wrong(
                at("unit"),
                "unknown",
                "Välj vilken enhet bindningen gäller.",
                "Choose the unit that the tie is to.",
            );
        }
        let dated = tie.on.is_some() && tie.authors.is_some_and(|authors| authors >= 1);
        if tie.kind == TieKind::Publication && !dated {
            wrong(
                at("on"),
                "required",
                "Skriv publikationens datum och antal författare.",
                "Write the publication's date and number of authors.",
            );
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let problem = Problem::invalid(
        "invalid_values",
        "Några uppgifter behöver rättas.",
        "Some values need to be mended.",
    );
    Err(problem.with_errors(errors))
}
