//! An administrator hands a unit over from its head to another, also in the middle of a year.
//!
//! What the role carries follows it by itself: submitting, the plan, requests that wait, reminders.

use std::collections::BTreeSet;

use serde_json::json;

use super::state::{CaseState, Phase};
use super::{Case, recipients, store, transition};
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::identity::store::{NewGrant, grants};
use crate::identity::{GrantedRole, grant, standing};
use crate::ids::{GrantId, PersonId};
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;
use crate::units::Unit;

/// Who takes over from whom.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// The head as the page showed it: somebody else there means that another hand-over was first.
    pub from: PersonId,
    /// The new head.
    pub to: PersonId,
    /// Whether the old head stays as a contributor in every area; else the access ends.
    pub stays: bool,
}

/// Ends the old head's role and gives it to the new one. Both get a mail, the new one with where the running case stands;
/// the log of every running case says it. A contributor who becomes head is no contributor any more.
///
/// # Errors
/// The reader is no administrator; [`Problem::stale`] when the head is another; the new head has no open account, is
/// the same person, or reviews the unit.
pub fn hand_over(
    act: &mut Act<'_>,
    standing: &Standing,
    unit: &Unit,
    asked: &HandOver,
) -> Result<GrantId, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    // The first statement is the claim: whoever ends the old head's role hands over.
    if !grant::end_head(act, &unit.id, &asked.from)? {
        return Err(Problem::stale());
    }
    if asked.from == asked.to {
        return Err(Problem::invalid(
            "same_head",
            "Välj en annan person än den nuvarande chefen.",
            "Choose somebody other than the present head.",
        ));
    }
    let new = standing::load(act.db, &asked.to)?.ok_or_else(Problem::not_found)?;
    let mut running: Vec<Case> = store::all_of_unit(act.db, &unit.id)?;
    running.retain(|case| case.state.phase() != Phase::A && case.state != CaseState::Cancelled);
    if running.iter().any(|case| new.seat(&case.id).is_some()) {
        return Err(Problem::conflict(
            "reviews_the_unit",
            "Personen granskar enheten och kan inte bli dess chef.",
            "The person reviews the unit and cannot become its head.",
        ));
    }
    running.sort_by(|one, other| one.id.cmp(&other.id));
    for case in &running {
        store::claim(act, &case.id, &[case.state])?;
        let detail = json!({ "from": asked.from, "to": asked.to, "stays": asked.stays });
        transition::note(act, &case.id, Some(standing.id()), "hand_over", detail)?;
    }
    grant::record(
        act,
        standing,
        "end_role",
        json!({ "person": asked.from, "role": GrantedRole::Head, "unit": unit.id }),
    )?;
    let own = |held: &crate::identity::Grant| held.unit_id.as_ref() == Some(&unit.id);
    for held in grants(act.db, Some(&asked.to))?.into_iter().filter(own) {
        grant::stop(act, standing, &held.id, &asked.to, held.role)?;
    }
    let role = |person: &PersonId, role| NewGrant {
        person_id: person.clone(),
        role,
        unit_id: Some(unit.id.clone()),
        administration_id: None,
        year: None,
        areas: None,
        granted_by: Some(standing.id().clone()),
    };
    let given = grant::add(act, standing, &role(&asked.to, GrantedRole::Head))?;
    if asked.stays {
        grant::add(act, standing, &role(&asked.from, GrantedRole::Contributor))?;
    }
    tell(act, unit, &running, asked, &given)?;
    Ok(given)
}

/// The new head is shown the newest running case, or the list of tasks when there is none.
fn tell(
    act: &mut Act<'_>,
    unit: &Unit,
    running: &[Case],
    asked: &HandOver,
    given: &GrantId,
) -> Result<(), Problem> {
    let newest = running.iter().max_by_key(|case| case.year);
    let occasion = given.to_string();
    if let Some(case) = newest {
        let due = (case.state.phase() == Phase::D).then(|| case.due());
        let to = BTreeSet::from([asked.to.clone()]);
        recipients::tell(act, case, to, &Kind::HeadHandedOver, &case.path(), due, &occasion)?;
    } else {
        notify::enqueue(act, mail(unit, &asked.to, Kind::HeadHandedOver, &occasion))?;
    }
    notify::enqueue(act, mail(unit, &asked.from, Kind::HeadEnded, &occasion))
}

fn mail(unit: &Unit, to: &PersonId, kind: Kind, occasion: &str) -> Mail {
    Mail {
        dedupe: format!("{}:{}:{occasion}:{to}", kind.as_str(), unit.id),
        to: to.clone(),
        kind,
        about: Some(unit.name.clone()),
        path: "/".to_owned(),
        due: None,
        attachment: None,
    }
}
