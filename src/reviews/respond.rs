//! A reviewer accepts an assignment, declines it, or leaves it later, each in the own seat alone.

use serde_json::json;

use super::assign::{self, PAIR_LEAVES_IN};
use super::store;
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::cycles::transition;
use crate::cycles::{self, wrong_state};
use crate::db::Act;
use crate::identity::standing::{Party, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;

/// Accepts the own assignment. The review opens with the declaration all the same; this tells the coordinator before.
///
/// # Errors
/// There is no such seat, or it was accepted before.
pub fn accept(act: &mut Act<'_>, standing: &Standing, case: &CaseId) -> Result<Case, Problem> {
    let (case, seat) = own_seat(act, standing, case)?;
    if !store::accept(act, &seat.id)? {
        return Err(Problem::conflict(
            "accepted_before",
            "Du har redan tackat ja.",
            "You have already accepted.",
        ));
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "accept_assignment",
        json!({ "party": seat.party }),
    )?;
    Ok(case)
}

/// Leaves the own assignment with a reason: declines it while the individual review has not begun, recuses later. What
/// was scored is sealed, coordinators are told, and whoever comes after starts blank.
///
/// # Errors
/// There is no such seat, a further review is locked, the review is past the settlement, or the reason is empty.
pub fn leave(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<Case, Problem> {
    let (case, seat) = own_seat(act, standing, case)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför du lämnar uppdraget.",
            "Write why you leave the assignment.",
        ));
    }
    if seat.party == Party::Further && seat.locked_at.is_some() {
        return Err(wrong_state(&case));
    }
    let begun = !store::scores(act.db, std::slice::from_ref(&seat.id))?.is_empty();
    let declines = !begun && matches!(case.state, CaseState::Assigned | CaseState::Further);
    let how = if declines { "declined" } else { "recused" };
    transition::note(act, &case.id, Some(standing.id()), "leave_assignment", json!({ "as": how }))?;
    let left = assign::end_seat(act, standing.id(), &case, &seat, reason)?;
    store::note_leaving(act, &seat.id, how)?;
    Ok(left)
}

/// Takes hold of the case and the reader's seat in it. Whoever has none learns nothing of the case.
fn own_seat(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
) -> Result<(Case, super::Assignment), Problem> {
    if standing.seat(case).is_none() || standing.in_conflict(case) {
        return Err(Problem::not_found());
    }
    let case = cycles::store::claim(act, case, PAIR_LEAVES_IN)?;
    let seat = store::seat(act.db, &case.id, standing.id())?;
    Ok((case, seat))
}
