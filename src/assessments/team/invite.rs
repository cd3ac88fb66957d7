//! The head invites a colleague to answer for the unit.

use chrono::TimeDelta;
use serde_json::json;
use validator::ValidateEmail as _;

use super::{chosen, open_states};
use crate::audit::{self, Chain, Event};
use crate::cycles::{self, Case, transition};
use crate::db::{Act, limits};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::{NewGrant, NewPerson};
use crate::identity::{GrantedRole, Person, grant, standing, store};
use crate::ids::{CaseId, GrantId, PersonId};
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;

/// Invitations that one head may try in a window, also those that are refused.
const MOST: i32 = 20;
/// The window.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Whom the head invites.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Address.
    pub email: String,
    /// Full name; of somebody with an account the name that is there stays.
    pub name: String,
    /// The areas to write in; all of them means all that will be.
    pub areas: Vec<String>,
}

/// Counts an invitation that is about to be tried, in an act of its own, since one that is refused must count too.
///
/// # Errors
/// Too many were tried.
pub fn count_try(act: &mut Act<'_>, standing: &Standing) -> Result<(), Problem> {
    limits::take(act, &format!("invite:{}", standing.id()), MOST, WINDOW)
}

/// Gives somebody the role of contributor in the unit and mails a link; somebody new gets an account of the head's
/// authority.
///
/// # Errors
/// The reader is not the head; the name, address or areas are missing; the person answers for the unit already; or
/// cannot: somebody of the other authority, a reviewer of the unit, or who coordinates or sits in the group, whom the
/// role would take out of that. Those refusals are one sentence, which tells nobody apart.
pub fn invite(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    new: &Invitation,
) -> Result<GrantId, Problem> {
    let case = cycles::store::claim(act, case, &open_states())?;
    standing.require(&case.reference(), Object::Team, Deed::Write)?;
    let areas = chosen(form, &new.areas)?;
    let email = new.email.trim().to_lowercase();
    if !email.validate_email() {
        return Err(Problem::invalid(
            "no_address",
            "Skriv en e-postadress, till exempel namn@example.se.",
            "Write an e-mail address, for example name@example.se.",
        ));
    }
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Problem::invalid("name_missing", "Skriv personens namn.", "Write the person's name."));
    }
    let person_id = if let Some(person) = store::person_by_email(act.db, &email)? {
        check(act, standing, &case, &person)?;
        person.id
    } else {
        add_colleague(act, standing, &email, name)?
    };
    let detail = json!({ "person": person_id, "areas": areas });
    let new = NewGrant {
        person_id: person_id.clone(),
        role: GrantedRole::Contributor,
        unit_id: Some(case.unit.id.clone()),
        administration_id: None,
        year: None,
        areas,
        granted_by: Some(standing.id().clone()),
    };
    let grant = grant::add(act, standing, &new)?;
    transition::note(act, &case.id, Some(standing.id()), "invite", detail)?;
    let mail = Mail {
        dedupe: format!("invited:{grant}"),
        to: person_id,
        kind: Kind::Invited,
        about: Some(case.unit.name.clone()),
        path: case.path(),
        due: None,
        attachment: None,
    };
    notify::enqueue(act, mail)?;
    Ok(grant)
}

/// Gives somebody new an account of the head's authority and in the head's language.
fn add_colleague(act: &mut Act<'_>, head: &Standing, email: &str, name: &str) -> Result<PersonId, Problem> {
    let new = NewPerson {
        email: email.to_owned(),
        name: name.to_owned(),
        organisation: head.person.organisation,
        language: head.person.language,
        external_id: None,
    };
    let id = store::add_person(act, &new)?;
    let event = Event {
        chain: Chain::System,
        actor: Some(head.id()),
        act: "add_person",
        moved: None,
        detail: json!({ "person": id }),
    };
    audit::record(act, &event)?;
    Ok(id)
}

/// Whether somebody with an account can answer for the unit.
fn check(act: &mut Act<'_>, head: &Standing, case: &Case, person: &Person) -> Result<(), Problem> {
    use crate::identity::Organisation::{Region, University};
    let held = standing::load(act.db, &person.id)?.ok_or_else(not_invitable)?;
    if held.grants.iter().any(|grant| grant.unit_id.as_ref() == Some(&case.unit.id)) {
        return Err(Problem::conflict(
            "already_member",
            "Den personen svarar redan för enheten.",
            "That person answers for the unit already.",
        ));
    }
    let other_authority = matches!(
        (head.person.organisation, person.organisation),
        (Region, University) | (University, Region)
    );
    let mut reviews = false;
    for case in cycles::store::all_of_unit(act.db, &case.unit.id)? {
        reviews |= held.seat(&case.id).is_some();
    }
    let office = held.holds(GrantedRole::Coordinator) || held.holds(GrantedRole::Group);
    if other_authority || reviews || office { Err(not_invitable()) } else { Ok(()) }
}

fn not_invitable() -> Problem {
    Problem::conflict(
        "not_invitable",
        "Den adressen kan inte bjudas in: personen hör till den andra huvudmannen eller har en annan uppgift i utvärderingen.",
        "That address cannot be invited: the person belongs to the other authority or has another part in the evaluation.",
    )
    .way_out(
        "Be en administratör om hjälp om det är fel.",
        "Ask an administrator for help if that is wrong.",
        "/hjalp",
    )
}
