//! Somebody declares to be free of conflict, or not.

use serde_json::json;

use super::{Stated, grounds, store};
use crate::cycles::recipients;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case};
use crate::cycles::{support, transition};
use crate::db::{Act, Db, repeats};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Stage, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;
use crate::reviews::assign;

/// Declares about one case: free of conflict, or not and why. A reviewer declares before any content opens and again
/// before the settlement, a member of the group before reading; a conflict may be reported at any time, by a coordinator
/// too, and closes the case to the person at once. When both of the pair are free, the individual review begins.
///
/// # Errors
/// The person has no seat in the case, is not in the group and does not coordinate it, or a conflict stands already; there
/// is nothing to declare now, or the ground is unknown.
pub fn declare(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    stated: Option<&Stated>,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, CaseState::ALL)?;
    // Whoever has declared a conflict finds the case unknown, as every other page and answer says.
    let stage = stage(standing, &case).ok_or_else(Problem::not_found)?;
    match stated {
        None if standing.must_declare(&case.reference()).is_none() => {
            return Err(Problem::conflict(
                "nothing_to_declare",
                "Du har redan tagit ställning till jäv.",
                "You have already declared.",
            ));
        }
        Some(stated)
            if !grounds::open_to(standing.person.organisation).any(|one| one.id == stated.ground) =>
        {
            return Err(Problem::invalid("unknown_ground", "Välj en jävsgrund.", "Choose a ground."));
        }
        _ => {}
    }
    store::add(act, &case.id, standing.id(), stage, stated, grounds::TEXT_VERSION)?;
    let detail = json!({ "stage": stage, "conflict": stated.is_some(), "text": grounds::TEXT_VERSION });
    transition::note(act, &case.id, Some(standing.id()), "declare_conflict", detail)?;
    if stated.is_some() {
        // What was answered to the person before could be asked for again under its key.
        repeats::forget_answers(act, standing.id())?;
        // A coordinator who read the draft to help reads it no more, and the unit sees that.
        support::leave(act, &case, standing.id())?;
        let occasion = format!("conflict:{}:{}", standing.id(), act.now);
        if recipients::coordinators(act.db, &case)?.is_empty() {
            recipients::tell_administrators(act, &case, &occasion)?;
        } else {
            recipients::tell_coordinators(act, &case, &occasion)?;
        }
        return Ok(case);
    }
    assign::begin_scoring(act, standing.id(), &case)
}

/// Declares about many cases at once, as a member of the group does before a meeting.
///
/// # Errors
/// Those of [`declare`] for any of them; then none is declared.
pub fn declare_many(
    act: &mut Act<'_>,
    standing: &Standing,
    declared: &[(CaseId, Option<Stated>)],
) -> Result<(), Problem> {
    for (case, stated) in declared {
        declare(act, standing, case, stated.as_ref())?;
    }
    Ok(())
}

/// Whether the person declares about the case, or may report a conflict of interest in it.
#[must_use]
pub fn may_declare(standing: &Standing, case: &Case) -> bool {
    stage(standing, case).is_some()
}

/// The stage that a declaration made now belongs to; none for somebody who has nothing to do with the case, or has a
/// conflict already.
fn stage(standing: &Standing, case: &Case) -> Option<Stage> {
    let reference = case.reference();
    if standing.is_shut_out(&reference) {
        return None;
    }
    if let Some(stage) = standing.must_declare(&reference) {
        return Some(stage);
    }
    if let Some(seat) = standing.seat(&case.id) {
        let settles = reference.state.phase() == Phase::C && seat.party != Party::Further;
        return Some(if settles { Stage::Settling } else { Stage::Content });
    }
    let fixed = matches!(reference.state.phase(), Phase::X | Phase::P | Phase::A);
    if standing.is_of_group(case.year) && fixed {
        return Some(Stage::Group);
    }
    // Nobody of the unit coordinates it: there is nothing to be shut out of.
    let coordinates = standing.coordinates(case.year) && !standing.is_of_unit(&case.unit.id);
    coordinates.then_some(Stage::Coordination)
}

/// Whether nobody could coordinate the case if this coordinator reported a conflict of interest.
///
/// # Errors
/// The database cannot be read.
pub fn leaves_nobody(db: &mut Db, standing: &Standing, case: &Case) -> Result<bool, Problem> {
    if !standing.may(&case.reference(), Object::Case, Deed::Decide) {
        return Ok(false);
    }
    let coordinators = recipients::coordinators(db, case)?;
    Ok(coordinators.iter().all(|one| one == standing.id()))
}
