//! A coordinator lets somebody pass a rule for one case, with a reason: the multicentre exception, a fourth year.

use serde_json::json;

use super::rules::{self, Rule};
use super::settings::RECIPROCAL_YEARS;
use super::store::{self, Exception};
use super::{ask, load};
use crate::cycles::state::CaseState;
use crate::cycles::transition;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, PersonId, RowId, UnitId};
use crate::problem::Problem;

/// Lets somebody pass a rule for a case. Nobody decides about themselves.
///
/// # Errors
/// The rule stops nobody here or may not be let pass, it is about the reader, or the reason is empty.
pub fn pass(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    person: &PersonId,
    rule: Rule,
    reason: &str,
) -> Result<RowId, Problem> {
    let case = cycles::store::claim(act, case, CaseState::ALL)?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv skälet till beslutet.",
            "Write the reason for the decision.",
        ));
    }
    let one = std::slice::from_ref(&case);
    let facts =
        load::facts(act.db, standing, (case.year, one), std::slice::from_ref(person), Vec::new(), act.now)?;
    let reviewer = facts.reviewer(person).ok_or_else(Problem::not_found)?;
    let party = ask::party_of(reviewer.person.organisation);
    let refusals = rules::refusals(&facts, reviewer, &load::target(&case), party);
    let stops = refusals.iter().any(|refusal| refusal.rule == rule && refusal.may_pass);
    // Within a proposal two units can come to review each other although nothing is given yet.
    let homes = reviewer.homes(facts.on);
    let may_come = rule == Rule::Reciprocal && !homes.is_empty();
    // Who reviewed a unit of theirs may not be known to the coordinator, nor by trying.
    let counts = |(unit, year): &(UnitId, i32)| homes.contains(unit) && *year >= case.year - RECIPROCAL_YEARS;
    let unknown = rule == Rule::Reciprocal && facts.hidden.iter().any(counts);
    let done = facts.passes(person, &case.id, rule);
    if *person == *standing.id() || done || unknown || !(stops || may_come) {
        return Err(Problem::conflict(
            "nothing_to_pass",
            "Det finns inget att godta: regeln hindrar inte, eller den får inte frångås.",
            "There is nothing to accept: the rule does not stop it, or it must not be departed from.",
        ));
    }
    let id = store::add_exception(act, person, &case.id, rule, reason, standing.id())?;
    let detail = json!({ "person": person, "rule": rule.as_str(), "reason": reason });
    transition::note(act, &case.id, Some(standing.id()), "pass_rule", detail)?;
    Ok(id)
}

/// Takes a decision back; seats that were given stay.
///
/// # Errors
/// There is no such decision in the case.
pub fn take_back(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    exception: &RowId,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, CaseState::ALL)?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    if !store::remove_exception(act, &case.id, exception)? {
        return Err(Problem::not_found());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "take_back_pass",
        json!({ "exception": exception }),
    )?;
    Ok(case)
}

/// What coordinators have let pass in a case.
///
/// # Errors
/// [`Problem::not_found`] for whoever does not coordinate it.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Exception>, Problem> {
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    store::exceptions(db, std::slice::from_ref(&case.id))
}
